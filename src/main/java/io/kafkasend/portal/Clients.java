package io.kafkasend.portal;

import io.kafkasend.config.ClientFiles;
import io.kafkasend.config.SettingsException;
import io.kafkasend.security.Allowance;
import io.kafkasend.security.ClientKey;
import io.kafkasend.security.ClientPolicies;
import io.kafkasend.security.ClientPolicy;
import io.kafkasend.security.SpentSignatures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clients that the portal knows: their keys, their policies, and what each has used of them. Keys and policies are read
 * again when their files change; what is wrong then is reported once and changes nothing, but a key whose file is gone is gone.
 * Thread-safe.
 */
public final class Clients {
    private static final Logger LOG = LoggerFactory.getLogger(Clients.class);
    private static final int LOOK_SECONDS = 2;
    /** No client can have this name. */
    private static final String ANONYMOUS = "";

    private final ClientFiles files;
    private final Map<String, SpentSignatures> spent = new ConcurrentHashMap<>();
    private final Map<String, Allowance> allowances = new ConcurrentHashMap<>();
    private Map<String, String> keyTexts = Map.of();
    private String policyText;
    private List<String> unreadable = List.of();
    private ScheduledExecutorService watch;
    private volatile Map<String, ClientKey> keys = Map.of();
    private volatile ClientPolicies policies = ClientPolicies.UNNARROWED;

    /**
     * @param configuration names the files
     * @throws IllegalArgumentException when they cannot be taken as they are now
     */
    public Clients(PortalConfiguration configuration) {
        this.files = ClientFiles.of(configuration.settings());
        try {
            keyTexts = files.keyTexts();
            keys = read(keyTexts, Map.of());
            policyText = files.policyText();
            policies = files.readPolicies(policyText);
        } catch (IOException | SettingsException e) {
            throw new IllegalArgumentException(e.getMessage(), e); // the settings were good a moment ago
        }
        sayWhoHasNoKey();
    }

    /** Whether signatures are looked at. */
    boolean known() {
        return files.keys() != null;
    }

    /** The keys, by client. */
    Map<String, ClientKey> keys() {
        return keys;
    }

    /** What a client may ask for now; empty for nothing, which is so, too, once its key is gone. */
    Optional<ClientPolicy> policy(String clientId) {
        return keys.containsKey(clientId) ? policies.of(clientId) : Optional.empty();
    }

    /** What may be asked for without signature; empty for nothing. */
    Optional<ClientPolicy> anonymousPolicy() {
        return policies.ofAnonymous();
    }

    /** A client's requests that have been there. */
    SpentSignatures spent(String clientId) {
        return spent.computeIfAbsent(clientId, id -> new SpentSignatures());
    }

    /** Whether a record is a copy of some client's request that was there before. */
    boolean isCopy(String job, long offset) {
        return spent.values().stream().anyMatch(one -> one.isCopy(job, offset));
    }

    /** What a client may still send; all that sign nothing share one. */
    Allowance allowance(Optional<String> clientId) {
        return allowances.computeIfAbsent(clientId.orElse(ANONYMOUS), id -> new Allowance());
    }

    /** Begins to look at the files every other second. */
    synchronized void watch() {
        if (watch == null && (files.keys() != null || files.policies() != null)) {
            watch = Executors.newSingleThreadScheduledExecutor(task -> {
                Thread thread = new Thread(task, "kafkasend-clients");
                thread.setDaemon(true);
                return thread;
            });
            watch.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Ends that. */
    synchronized void unwatch() {
        if (watch != null) {
            watch.shutdownNow();
            watch = null;
        }
    }

    private void look() {
        try {
            refresh();
        } catch (RuntimeException e) {
            LOG.atError()
                    .setCause(e)
                    .log("cannot look at the clients' files"); // or the executor would never look again
        }
    }

    /** Takes what has changed in the files, if it is good: the keys whatever the policies are, and the other way round. */
    synchronized void refresh() {
        List<String> now = new ArrayList<>();
        try {
            refreshKeys(files.keyTexts());
        } catch (IOException e) {
            now.add(e.getMessage());
        }
        try {
            refreshPolicies(files.policyText());
        } catch (IOException e) {
            now.add(e.getMessage());
        }
        now.stream().filter(fault -> !unreadable.contains(fault)).forEach(Clients::reject);
        unreadable = now;
    }

    private void refreshKeys(Map<String, String> now) {
        if (now.equals(keyTexts)) {
            return;
        }
        keyTexts = now;
        keys = read(now, keys);
        LOG.atInfo().addKeyValue("clients", keys.size()).log("the clients' keys have changed");
        sayWhoHasNoKey();
    }

    private void refreshPolicies(String now) {
        if (now == null || now.equals(policyText)) {
            return;
        }
        policyText = now; // looked at once, whether good or not
        try {
            policies = files.readPolicies(now);
            LOG.atInfo().addKeyValue("clients", policies.clients().size()).log("the policies have changed");
            sayWhoHasNoKey();
        } catch (SettingsException e) {
            e.faults().forEach(Clients::reject);
        }
    }

    /** The keys of the files; where one is no good, the client's key before. */
    private Map<String, ClientKey> read(Map<String, String> texts, Map<String, ClientKey> before) {
        Map<String, ClientKey> next = new TreeMap<>();
        texts.forEach((file, text) -> {
            String fault = files.readKey(file, text, next);
            if (fault != null) {
                reject(fault);
                String client = file.replaceFirst("\\.pem$", "");
                if (before.containsKey(client)) {
                    next.put(client, before.get(client));
                }
            }
        });
        return next;
    }

    private void sayWhoHasNoKey() {
        List<String> without = policies.clients().keySet().stream()
                .filter(client -> !keys.containsKey(client))
                .sorted()
                .toList();
        if (!without.isEmpty()) {
            LOG.atWarn().addKeyValue("clients", without).log("these clients have a policy and no key");
        }
    }

    private static void reject(String fault) {
        LOG.error("{}; what held before still holds", fault);
        SecurityEvents.clientFileRejected(fault);
    }
}

package io.kafkasend.portal.requester;

import io.kafkasend.concurrent.DaemonThreads;
import io.kafkasend.config.AllowListSettings;
import io.kafkasend.config.ClientFiles;
import io.kafkasend.config.KafkaSettings;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.portal.event.SecurityEvents;
import io.kafkasend.portal.lifecycle.EnduringTask;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.PolicyViolation.Reason;
import io.kafkasend.security.client.Allowance;
import io.kafkasend.security.client.ClientKey;
import io.kafkasend.security.client.ClientPolicies;
import io.kafkasend.security.client.ClientPolicy;
import io.kafkasend.security.client.SpentSignatures;
import io.kafkasend.security.endpoint.EndpointPolicy;
import io.kafkasend.security.header.HeaderPolicy;
import io.kafkasend.setting.SettingsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clients that the portal knows: their keys, their policies, and what each has used of them. Keys and policies are read
 * again when their files change; what is wrong then is reported once and changes nothing, but a key whose file is gone is gone.
 * What could not be looked at for a minute is not known any more, and nobody may ask for anything. Thread-safe.
 */
public final class KnownClients {
    private static final Logger LOG = LoggerFactory.getLogger(KnownClients.class);
    private static final int LOOK_SECONDS = 2;
    /** How long what was seen last holds, when there is no looking again. */
    private static final int BLIND_SECONDS = 60;
    /** How long the routes' start waits for a look at what changed while they were stopped. */
    private static final int FIRST_LOOK_SECONDS = 5;
    /** No client can have this name. */
    private static final String ANONYMOUS = "";

    private final ClientFiles files;
    private final EndpointPolicy allowedEndpoints;
    private final HeaderPolicy allowedHeaders;
    private final Set<String> allowedTopics;
    private final Map<String, SpentSignatures> spent = new ConcurrentHashMap<>();
    private final Map<String, Allowance> allowances = new ConcurrentHashMap<>();
    private Map<String, String> keyTexts = Map.of();
    private String policyText;
    private List<String> unreadable = List.of();
    private final LongSupplier nanoTime;
    private final Object watching = new Object();
    private ScheduledExecutorService watch;
    /** Since when a key's file is there and cannot be read, by its name. */
    private final Map<String, Long> unreadableSince = new HashMap<>();

    private Set<String> givenUp = Set.of();
    private final AtomicLong lastLook = new AtomicLong();
    private final AtomicBoolean blind = new AtomicBoolean();
    private volatile Map<String, ClientKey> keys = Map.of();
    private volatile ClientPolicies policies = ClientPolicies.UNNARROWED;

    /**
     * @param configuration names the files
     * @throws IllegalArgumentException when they cannot be taken as they are now
     */
    public KnownClients(PortalConfiguration configuration) {
        this(configuration, System::nanoTime);
    }

    public KnownClients(PortalConfiguration configuration, LongSupplier nanoTime) {
        PortalSettings settings = configuration.settings();
        this.files = ClientFiles.of(settings);
        this.allowedEndpoints = new EndpointPolicy(
                settings.get(AllowListSettings.ALLOWED_ENDPOINTS), settings.get(AllowListSettings.STRICT_SECURITY));
        this.allowedHeaders = new HeaderPolicy(settings.get(AllowListSettings.ALLOWED_HEADERS));
        this.allowedTopics = new HashSet<>(settings.replyTopics());
        allowedTopics.add(settings.get(KafkaSettings.RESPONSE_TOPIC));
        this.nanoTime = nanoTime;
        lastLook.set(nanoTime.getAsLong());
        try {
            Map<String, String> texts = files.keyTexts();
            keys = read(texts, Map.of());
            keyTexts = texts;
            policyText = files.policyText();
            policies = files.readPolicies(policyText);
        } catch (IOException | SettingsException e) {
            throw new IllegalArgumentException(e.getMessage(), e); // the settings were good a moment ago
        }
        sayWhoHasNoKey();
        sayWhatHasNoEffect();
    }

    /** The policies in force, for whoever tells of them. */
    public ClientPolicies policiesNow() {
        return policies;
    }

    /** Whether signatures are looked at. */
    public boolean known() {
        return files.keys() != null;
    }

    /** The keys, by client. */
    public Map<String, ClientKey> keys() {
        return keys;
    }

    /**
     * Has it that keys and policies are known.
     *
     * @throws PolicyViolation when they could not be looked at for a minute, whatever the reason
     */
    public void requireSight() throws PolicyViolation {
        if (!isWatched() || nanoTime.getAsLong() - lastLook.get() < TimeUnit.SECONDS.toNanos(BLIND_SECONDS)) {
            return;
        }
        if (!blind.getAndSet(true)) {
            LOG.atError()
                    .addKeyValue("seconds", TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong() - lastLook.get()))
                    .log("the clients' keys and policies cannot be looked at; requests are refused until they can");
        }
        throw new PolicyViolation(
                Reason.AUTHENTICATION_UNAVAILABLE,
                "keys and policies could not be looked at for " + BLIND_SECONDS + " s");
    }

    private boolean isWatched() {
        return files.keys() != null || files.policies() != null;
    }

    /**
     * What a client may ask for now; empty for nothing, which is so, too, once its key is gone.
     *
     * @throws PolicyViolation see {@link #requireSight}
     */
    public Optional<ClientPolicy> policy(String clientId) throws PolicyViolation {
        requireSight();
        return keys.containsKey(clientId) ? policies.of(clientId) : Optional.empty();
    }

    /** Whether a policy names the client, so that there are no more such than the operator wrote. */
    public boolean isNamed(String clientId) {
        return policies.clients().containsKey(clientId);
    }

    /**
     * What may be asked for without signature; empty for nothing.
     *
     * @throws PolicyViolation see {@link #requireSight}; not where there is no file of policies
     */
    public Optional<ClientPolicy> anonymousPolicy() throws PolicyViolation {
        if (files.policies() != null) {
            requireSight();
        }
        return policies.ofAnonymous();
    }

    /** A client's requests that have been there. */
    public SpentSignatures spent(String clientId) {
        return spent.computeIfAbsent(clientId, id -> new SpentSignatures());
    }

    /** Whether a record is a copy of some client's request that was there before. */
    public boolean isCopy(String job, long offset) {
        return spent.values().stream().anyMatch(one -> one.isCopy(job, offset));
    }

    /** What a client may still send; all that sign nothing share one. */
    public Allowance allowance(Optional<String> clientId) {
        return allowances.computeIfAbsent(clientId.orElse(ANONYMOUS), id -> new Allowance());
    }

    /** Begins to look at the files every other second. */
    public void watch() {
        synchronized (watching) {
            if (watch != null || !isWatched()) {
                return;
            }
            watch = Executors.newSingleThreadScheduledExecutor(task -> DaemonThreads.named("kafkasend-clients", task));
            Runnable look = new EnduringTask("look at the clients' keys and policies", this::refresh);
            Future<?> first = watch.submit(look);
            watch.scheduleWithFixedDelay(look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
            try {
                first.get(FIRST_LOOK_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (TimeoutException | ExecutionException e) {
                LOG.atWarn().log("looking at the clients' keys and policies takes long");
            }
        }
    }

    /** Ends that, also where a look does not end. */
    public void unwatch() {
        synchronized (watching) {
            if (watch != null) {
                watch.shutdownNow();
                watch = null;
            }
        }
    }

    /** Takes what has changed in the files, if it is good: the keys whatever the policies are, and the other way round. */
    public synchronized void refresh() {
        long begin = nanoTime.getAsLong();
        List<String> now = new ArrayList<>();
        Throwable failure = null;
        try {
            refreshKeys(files.keyTexts());
        } catch (IOException e) {
            now.add(e.getMessage());
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        try {
            refreshPolicies(files.policyText());
        } catch (IOException e) {
            now.add(e.getMessage());
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        now.stream().filter(fault -> !unreadable.contains(fault)).forEach(KnownClients::reject);
        unreadable = now;
        if (failure instanceof RuntimeException e) {
            throw e;
        } else if (failure instanceof Error e) {
            throw e;
        } else if (now.isEmpty()) {
            seen(begin);
        }
    }

    private void seen(long when) {
        lastLook.set(when);
        if (blind.getAndSet(false)) {
            LOG.atInfo().log("the clients' keys and policies can be looked at again; requests are taken again");
        }
    }

    private void refreshKeys(Map<String, String> now) {
        Set<String> lost = unreadableForLong(now);
        if (now.equals(keyTexts) && lost.equals(givenUp)) {
            return;
        }
        lost.stream().filter(file -> !givenUp.contains(file)).forEach(file -> LOG.atError()
                .addKeyValue("file", file)
                .log("a client's key cannot be read for {} s; it no longer holds", BLIND_SECONDS));
        Map<String, ClientKey> next = read(now, keys);
        lost.forEach(file -> next.remove(client(file)));
        keys = next;
        keyTexts = now; // not before: what fails otherwise than by its content is looked at again
        givenUp = lost;
        LOG.atInfo().addKeyValue("clients", keys.size()).log("the clients' keys have changed");
        sayWhoHasNoKey();
    }

    /** The files that are there and have been unreadable for so long that their keys may be any. */
    private Set<String> unreadableForLong(Map<String, String> texts) {
        long now = nanoTime.getAsLong();
        unreadableSince.keySet().removeIf(file -> !ClientFiles.isUnreadable(texts.getOrDefault(file, "")));
        texts.forEach((file, text) -> {
            if (ClientFiles.isUnreadable(text)) {
                unreadableSince.putIfAbsent(file, now);
            }
        });
        return unreadableSince.entrySet().stream()
                .filter(entry -> now - entry.getValue() >= TimeUnit.SECONDS.toNanos(BLIND_SECONDS))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private static String client(String file) {
        return file.replaceFirst("\\.pem$", "");
    }

    private void refreshPolicies(String now) {
        if (now == null || now.equals(policyText)) {
            return;
        }
        try {
            policies = files.readPolicies(now);
            LOG.atInfo().addKeyValue("clients", policies.clients().size()).log("the policies have changed");
            sayWhoHasNoKey();
            sayWhatHasNoEffect();
        } catch (SettingsException e) {
            e.faults().forEach(KnownClients::reject);
        }
        policyText = now; // looked at once, whether good or not
    }

    /** The keys of the files; where one is no good, the client's key before. */
    private Map<String, ClientKey> read(Map<String, String> texts, Map<String, ClientKey> before) {
        Map<String, ClientKey> next = new TreeMap<>();
        texts.forEach((file, text) -> {
            String fault = files.readKey(file, text, next);
            if (fault != null) {
                if (!text.equals(keyTexts.get(file))) {
                    reject(fault);
                }
                String client = client(file);
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

    private void sayWhatHasNoEffect() {
        Map<String, ClientPolicy> all = new TreeMap<>(policies.clients());
        policies.ofAnonymous().ifPresent(policy -> all.put("(anonymous)", policy));
        Optional.ofNullable(policies.otherwise()).ifPresent(policy -> all.put("(default)", policy));
        all.forEach((client, policy) -> {
            List<String> entries = policy.entriesBeyond(allowedEndpoints, allowedHeaders, allowedTopics);
            if (!entries.isEmpty()) {
                LOG.atWarn()
                        .addKeyValue("client", client)
                        .addKeyValue("entries", entries)
                        .log(
                                "these entries of its policy have no effect: the portal's own settings let nothing of them pass");
            }
        });
    }

    private static void reject(String fault) {
        LOG.error("{}; the previous version stays in force", fault);
        SecurityEvents.clientFileRejected(fault);
    }
}

package io.kafkasend.security.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who may ask for what: an entry for each client, one for signed requests of any other, and one for requests without
 * signature. Who has none may ask for nothing. Immutable, thread-safe.
 *
 * @param clients by name
 * @param otherwise for clients that are not named; or null
 * @param anonymous for requests without signature; or null
 */
public record ClientPolicies(Map<String, ClientPolicy> clients, ClientPolicy otherwise, ClientPolicy anonymous) {
    /** Everybody may ask for what the portal's own settings allow: where the operator has no file of policies. */
    public static final ClientPolicies UNNARROWED =
            new ClientPolicies(Map.of(), ClientPolicy.UNNARROWED, ClientPolicy.UNNARROWED);

    /** Copies the map. */
    public ClientPolicies {
        clients = Map.copyOf(clients);
    }

    /** A client's policy; empty where it may ask for nothing. */
    public Optional<ClientPolicy> of(String clientId) {
        return Optional.ofNullable(clients.getOrDefault(clientId, otherwise));
    }

    /** The policy for requests without signature, likewise. */
    public Optional<ClientPolicy> ofAnonymous() {
        return Optional.ofNullable(anonymous);
    }

    /**
     * Reads a file of policies.
     *
     * @param yaml its text
     * @param strict see {@code EndpointPolicy}
     * @throws PolicyFileException with one line for each fault
     */
    public static ClientPolicies parse(String yaml, boolean strict) throws PolicyFileException {
        PolicyFile file = new PolicyFile(yaml);
        Map<String, ClientPolicy> clients = new LinkedHashMap<>();
        PolicyFile.Mapping top = file.top(Set.of("clients", "default", "anonymous"));
        top.mapping("clients", null).ifPresent(all -> all.names().forEach(name -> {
            if (!ClientKey.isClientId(name)) {
                all.fault(
                        name,
                        "is no client's name; it takes 1 to 64 letters, digits, '.', '_' and '-', the first a"
                                + " letter or a digit");
            }
            all.mapping(name, PolicyFile.POLICY).ifPresent(policy -> clients.put(name, file.policy(policy, strict)));
        }));
        ClientPolicy otherwise = top.mapping("default", PolicyFile.POLICY)
                .map(policy -> file.policy(policy, strict))
                .orElse(null);
        ClientPolicy anonymous = top.mapping("anonymous", PolicyFile.POLICY)
                .map(policy -> file.policy(policy, strict))
                .orElse(null);
        file.requireNoFault();
        return new ClientPolicies(clients, otherwise, anonymous);
    }
}

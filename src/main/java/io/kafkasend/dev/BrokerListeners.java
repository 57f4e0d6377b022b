package io.kafkasend.dev;

import java.nio.channels.ServerSocketChannel;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Where a broker listens, and how clients reach it: a plain listener, further ones with TLS or SASL, and the controller's.
 * Immutable.
 *
 * @param bindHost the local name or address
 * @param advertisedHost the name under which clients reach it
 * @param port the plain listener's
 * @param further listeners beside it, by their names
 */
record BrokerListeners(String bindHost, String advertisedHost, int port, Map<String, Further> further) {
    static final String BROKER = "BROKER";
    static final String CONTROLLER = "CONTROLLER";

    BrokerListeners {
        further = Collections.unmodifiableMap(new LinkedHashMap<>(further));
    }

    /**
     * A further listener: how it is secured, and where.
     *
     * @param advertisedPort where clients are told to find it: its own port, or that of a proxy before it
     */
    record Further(String securityProtocol, int port, int advertisedPort) {}

    /**
     * Finds a free port for each further listener.
     *
     * @param protocols the further listeners' security protocols by their names
     * @param proxies ports of proxies that clients reach such a listener by, by its name
     */
    static BrokerListeners of(
            String bindHost,
            String advertisedHost,
            int port,
            Map<String, String> protocols,
            Map<String, Integer> proxies) {
        Map<String, Further> further = new LinkedHashMap<>();
        protocols.forEach((name, protocol) -> {
            int own = ListeningSockets.freePort(bindHost);
            further.put(name, new Further(protocol, own, proxies.getOrDefault(name, own)));
        });
        return new BrokerListeners(bindHost, advertisedHost, port, further);
    }

    /** Where clients find the plain one. */
    String bootstrapServers() {
        return advertisedHost + ":" + port;
    }

    /** Where clients find a further one. */
    String bootstrapServers(String listener) {
        return advertisedHost + ":" + further.get(listener).advertisedPort();
    }

    /** Listens for a further one. */
    ServerSocketChannel socket(String listener) {
        return ListeningSockets.bind(bindHost, further.get(listener).port());
    }

    /** The broker properties that say all this. */
    Map<String, String> properties(int controllerPort) {
        return Map.of(
                "listeners",
                BROKER + "://" + bindHost + ":" + port + "," + CONTROLLER + "://127.0.0.1:" + controllerPort
                        + each((name, listener) -> name + "://" + bindHost + ":" + listener.port()),
                "advertised.listeners",
                BROKER + "://" + advertisedHost + ":" + port
                        + each((name, listener) -> name + "://" + advertisedHost + ":" + listener.advertisedPort()),
                "listener.security.protocol.map",
                BROKER + ":PLAINTEXT," + CONTROLLER + ":PLAINTEXT"
                        + each((name, listener) -> name + ":" + listener.securityProtocol()),
                "inter.broker.listener.name",
                BROKER,
                "controller.listener.names",
                CONTROLLER);
    }

    private String each(BiFunction<String, Further, String> written) {
        StringBuilder all = new StringBuilder();
        further.forEach((name, listener) -> all.append(',').append(written.apply(name, listener)));
        return all.toString();
    }
}

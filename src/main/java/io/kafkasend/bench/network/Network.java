package io.kafkasend.bench.network;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Proxies between all parts: clients and portals reach the broker by one each, and portals the API and the token server.
 * Near until it is told otherwise. Thread-safe.
 */
public final class Network implements AutoCloseable {
    private final DelayProxy clients = new DelayProxy(true);
    private final DelayProxy portals = new DelayProxy(true);
    private final DelayProxy api = new DelayProxy(false);
    private final DelayProxy tokens = new DelayProxy(false);

    /** The port by which clients reach the broker. */
    public int clientsPort() {
        return clients.port();
    }

    /** The port by which portals reach the broker. */
    public int portalsPort() {
        return portals.port();
    }

    /** The port by which portals reach the API. */
    public int apiPort() {
        return api.port();
    }

    /** The port by which portals reach the token server. */
    public int tokensPort() {
        return tokens.port();
    }

    /** Everybody who is reached by it is up, on these ports. */
    public void begin(int brokerForClients, int brokerForPortals, int apiServer, int tokenServer) {
        clients.begin(brokerForClients);
        portals.begin(brokerForPortals);
        api.begin(apiServer);
        tokens.begin(tokenServer);
    }

    /** From now on the parts are so far from one another. */
    public void set(Distance distance) {
        clients.pace(distance.pace(Leg.CLIENT));
        portals.pace(distance.pace(Leg.PORTAL));
        api.pace(distance.pace(Leg.API));
        tokens.pace(distance.pace(Leg.API));
    }

    /**
     * What has passed so far: Kafka's requests by who sent them and their names, as {@code client Produce}; and round trips to the
     * API and the token server, and connections to them.
     */
    public Map<String, Long> passed() {
        Map<String, Long> all = new TreeMap<>();
        clients.requests().forEach((name, count) -> all.put("client " + name, count));
        portals.requests().forEach((name, count) -> all.put("portal " + name, count));
        all.put("portal API", api.turns());
        all.put("portal token server", tokens.turns());
        all.put("portal connections to the API", api.connections());
        return all;
    }

    @Override
    public void close() {
        for (DelayProxy proxy : List.of(clients, portals, api, tokens)) {
            proxy.close();
        }
    }
}

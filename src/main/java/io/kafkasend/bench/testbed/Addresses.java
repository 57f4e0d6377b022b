package io.kafkasend.bench.testbed;

import io.kafkasend.bench.network.Network;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who reaches what by which address: all near, or by the proxies of a network. Immutable.
 *
 * @param broker for the bench itself, always near
 * @param brokerForClients host:port
 * @param brokerForPortals host:port
 * @param api for the bench itself, always near
 * @param apiForPortals a URL
 * @param tokens likewise, for the bench itself
 * @param tokensForPortals a URL
 */
record Addresses(
        String broker,
        String brokerForClients,
        String brokerForPortals,
        String api,
        String apiForPortals,
        String tokens,
        String tokensForPortals) {
    private static final String CLIENTS = "CLIENTS";
    private static final String PORTALS = "PORTALS";
    private static final Pattern BROKER_UP = Pattern.compile("broker: listening on ([^;\\s]+);");
    private static final Pattern BEHIND = Pattern.compile("broker: (\\w+) listens on localhost:(\\d+),");
    private static final Pattern API_UP =
            Pattern.compile("sample-api: listening on ([^:,\\s]+):(\\d+), tokens at ([^:;\\s]+):(\\d+)([^;\\s]*);");

    /** What the broker has to be told of the network's proxies. */
    static List<String> brokerArguments(Optional<Network> network) {
        List<String> arguments = new ArrayList<>();
        network.ifPresent(by -> {
            arguments.add("--proxied=" + CLIENTS + "=" + by.clientsPort());
            arguments.add("--proxied=" + PORTALS + "=" + by.portalsPort());
        });
        return arguments;
    }

    /** Waits for both; with a network, it is ready from then on. */
    static Addresses of(ChildProcess broker, ChildProcess sampleApi, Optional<Network> network, Duration atMost)
            throws InterruptedException {
        Matcher up = broker.await(BROKER_UP, atMost);
        String near = up.group(1);
        Matcher apiUp = sampleApi.await(API_UP, atMost);
        String api = "http://" + apiUp.group(1) + ":" + apiUp.group(2);
        String tokens = "http://" + apiUp.group(3) + ":" + apiUp.group(4) + apiUp.group(5);
        if (network.isEmpty()) {
            return new Addresses(near, near, near, api, api, tokens, tokens);
        }
        Network by = network.get();
        Map<String, Integer> behind = new HashMap<>();
        broker.await(BEHIND, atMost)
                .reset()
                .results()
                .forEach(line -> behind.put(line.group(1), Integer.valueOf(line.group(2))));
        by.begin(
                behind.get(CLIENTS),
                behind.get(PORTALS),
                Integer.parseInt(apiUp.group(2)),
                Integer.parseInt(apiUp.group(4)));
        return new Addresses(
                near,
                "localhost:" + by.clientsPort(),
                "localhost:" + by.portalsPort(),
                api,
                "http://" + apiUp.group(1) + ":" + by.apiPort(),
                tokens,
                "http://" + apiUp.group(3) + ":" + by.tokensPort() + apiUp.group(5));
    }
}

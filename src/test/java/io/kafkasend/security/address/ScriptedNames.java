package io.kafkasend.security.address;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A name service that answers as a test has it, and differently from one look-up to the next. Thread-safe. */
public final class ScriptedNames implements NameService {
    private final Map<String, List<String>> answers = new ConcurrentHashMap<>();
    private final List<String> lookups = new CopyOnWriteArrayList<>();

    /**
     * What a host's look-ups find, one after the other; the last stays. Each is a list of literals with blanks between;
     * empty for no address.
     */
    public ScriptedNames host(String name, String... inTurn) {
        answers.put(name, List.of(inTurn));
        return this;
    }

    /** How often a host was looked up. */
    public long lookups(String name) {
        return lookups.stream().filter(name::equals).count();
    }

    @Override
    public InetAddress[] addresses(String host) throws UnknownHostException {
        lookups.add(host);
        List<String> inTurn = answers.get(host);
        if (inTurn == null) {
            return InetAddress.getAllByName(host); // a literal
        }
        String found = inTurn.get((int) Math.min(lookups(host), inTurn.size()) - 1);
        if (found.isEmpty()) {
            throw new UnknownHostException(host);
        }
        return Arrays.stream(found.split(" ")).map(ScriptedNames::literal).toArray(InetAddress[]::new);
    }

    private static InetAddress literal(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}

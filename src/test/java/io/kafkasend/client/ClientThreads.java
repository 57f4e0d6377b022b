package io.kafkasend.client;

import java.util.regex.Pattern;

/** The names of a client's threads and of its Kafka clients', and not those of portals that ran in the same process. */
final class ClientThreads {
    private static final Pattern NAMES =
            Pattern.compile("kafkasend-(upload|worker|timer|receiver)(-\\d+)?|.*\\| kafkasend-[0-9a-f]{8}");

    private ClientThreads() {}

    static boolean has(String name) {
        return NAMES.matcher(name).matches();
    }
}

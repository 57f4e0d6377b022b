package io.kafkasend.cli.send;

import io.kafkasend.cli.console.MediaTypes;
import io.kafkasend.client.Answer;
import io.kafkasend.client.Request;
import io.kafkasend.protocol.Method;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** Bytes that are no text are not for a terminal: refused where they can be foreseen, and kept where they cannot. */
final class BinaryOnTerminal {
    private static final String OTHERWISE = "use --output FILE, or --output -";

    private BinaryOnTerminal() {}

    /**
     * Before the call.
     *
     * @throws IllegalArgumentException for a request that asks for what is no text: by its Accept, or by the name of what it gets
     */
    static void refuse(Request request) {
        request.headers().entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase("Accept"))
                .map(Map.Entry::getValue)
                .filter(accept -> Arrays.stream(accept.split(",")).noneMatch(BinaryOnTerminal::mayBeText))
                .findFirst()
                .ifPresent(accept -> refuse("Accept: " + accept + " asks for what"));
        String path = request.endpoint().split("[?#]", 2)[0];
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (request.method() == Method.GET && name.matches("[^.]+\\..*[A-Za-z0-9]")) {
            String type = MediaTypes.byName(Path.of(name));
            if (!type.equals(MediaTypes.UNKNOWN) && !MediaTypes.text(type)) {
                refuse(name + " is by its name " + type + ", which");
            }
        }
    }

    private static boolean mayBeText(String accepted) {
        String type = accepted.split(";", 2)[0].strip();
        return type.endsWith("/*") && !type.matches("(audio|font|image|video)/.*") || MediaTypes.text(type);
    }

    private static void refuse(String what) {
        throw new IllegalArgumentException(what + " is binary, and is not written to a terminal: " + OTHERWISE);
    }

    /** After the call: the answer goes to a file of its own, since the call may not be made twice. The line that says so. */
    static String keep(Answer answer) {
        String line = "the answer (" + answer.status() + ", " + answer.size()
                + " bytes) is binary, and is not written to a terminal: ";
        try {
            Path kept = Files.createTempFile("kafkasend-answer-", ".bin"); // which nobody else may read
            Files.write(kept, answer.bytes());
            return line + "it is in " + kept + "; " + OTHERWISE;
        } catch (IOException e) {
            return line + OTHERWISE;
        }
    }
}

package io.kafkasend.e2e;

import io.kafkasend.cli.KafkaSend;
import io.kafkasend.cli.console.Console;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A run of the command line within this process, with these environment variables. */
record Command(int code, String out, String err) {
    static Command run(Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = KafkaSend.commandLine(new Console(
                        InputStream.nullInputStream(),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false,
                        environment))
                .execute(arguments);
        return new Command(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** A request that any running portal of {@link SecuredPortal} answers. */
    static Command ask(Map<String, String> environment, int timeoutSeconds) {
        return run(
                environment,
                "send-request",
                "--endpoint",
                "/api/v1/status",
                "--quiet",
                "--connect-timeout",
                "5",
                "--timeout",
                String.valueOf(timeoutSeconds));
    }
}

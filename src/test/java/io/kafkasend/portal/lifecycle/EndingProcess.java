package io.kafkasend.portal.lifecycle;

import java.time.Duration;

/** A process that is to end, and whose good order fails, hangs or works. */
final class EndingProcess {
    private EndingProcess() {}

    public static void main(String[] arguments) throws InterruptedException {
        new ProcessEnd(() -> Duration.ofMillis(500), () -> {}, code -> {
                    switch (arguments[0]) {
                        case "fails" -> throw new OutOfMemoryError("of a test");
                        case "hangs" -> Thread.currentThread().join();
                        default -> System.exit(code);
                    }
                })
                .end(FailStop.EXIT_CODE);
        Thread.currentThread().join();
    }
}

package io.kafkasend.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class MailboxTest {
    private static final int LARGE = 8_193;

    private final Queue<Runnable> pool = new ArrayDeque<>();
    private final Queue<Runnable> forSmall = new ArrayDeque<>();
    private final List<Throwable> failures = new ArrayList<>();
    private final Mailbox mailbox = new Mailbox(pool::add, forSmall::add, failures::add);
    private final List<String> ran = new ArrayList<>();

    private void post(String name, int bytes) {
        mailbox.post(() -> ran.add(name), bytes);
    }

    @Test
    void smallTasksAreRunTogetherWhereSmallOnesAre() {
        // When
        post("a", 0);
        post("b", LARGE - 1);

        // Then
        assertThat(mailbox.bytes()).isEqualTo(LARGE - 1);
        assertThat(pool).isEmpty();
        forSmall.remove().run();
        assertThat(ran).containsExactly("a", "b");
        assertThat(forSmall).isEmpty();
        assertThat(mailbox.bytes()).isZero();
    }

    @Test
    void aLargeTaskIsNotRunAmongOthersSmallOnes() {
        // When
        post("small", 1);
        post("large", LARGE);
        post("last", 1);
        forSmall.remove().run();

        // Then
        assertThat(ran).containsExactly("small");
        assertThat(forSmall).isEmpty();
        pool.remove().run();
        assertThat(ran).containsExactly("small", "large", "last");
        assertThat(pool).isEmpty();
    }

    @Test
    void whatComesAfterAllWasRunIsRunToo() {
        // Given
        post("large", LARGE);
        pool.remove().run();

        // When
        post("small", 0);

        // Then
        forSmall.remove().run();
        assertThat(ran).containsExactly("large", "small");
    }

    @Test
    void anErrorOfOneTaskStopsNoneAfterIt() {
        // Given
        List<Error> errors =
                List.of(new StackOverflowError(), new NoClassDefFoundError(), new OutOfMemoryError("of a test"));
        errors.forEach(error -> mailbox.post(
                () -> {
                    throw error;
                },
                1));
        post("last", 1);

        // When
        forSmall.remove().run();

        // Then
        assertThat(failures).containsExactlyElementsOf(errors);
        assertThat(ran).containsExactly("last");
        assertThat(mailbox.bytes()).isZero();
    }
}

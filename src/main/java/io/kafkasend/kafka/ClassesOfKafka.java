package io.kafkasend.kafka;

import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;

/**
 * Has Kafka's clients find their own classes. They load them by the thread's context class loader, which may know none of them: under
 * {@code camel run} it is the {@code camel} command's own. Thread-safe.
 */
public final class ClassesOfKafka {
    private ClassesOfKafka() {}

    /**
     * Makes one of Kafka's clients, or reads what their classes hold, on this thread; the client's own threads inherit the loader.
     * A context class loader that knows Kafka's classes stays, since it may know an application's, too.
     */
    public static <T> T within(Supplier<T> making) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        if (knows(before)) {
            return making.get();
        }
        thread.setContextClassLoader(Admin.class.getClassLoader());
        try {
            return making.get();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static boolean knows(ClassLoader loader) {
        try {
            return loader == null || loader.loadClass(Admin.class.getName()) == Admin.class;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}

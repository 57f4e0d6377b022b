package io.kafkasend.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.kafka.KafkaSecurity;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What a user of the SDK may compile against: the public types of {@code client}, KafkaSecurity, and what their signatures
 * name. It changes when {@code api/kafkasend-client.txt} does, and not by accident. The room {@code client.internal} is left
 * out on purpose: its types are public for the package above only, and no signature may name one.
 */
class SdkApiTest {
    private static final Path FILE = Path.of("api/kafkasend-client.txt");
    private static final Path NOW = Path.of("target/kafkasend-client.txt");

    @Test
    void thePublicSurfaceIsTheOneThatIsWrittenDown() throws Exception {
        // When
        String surface = surface();
        Files.writeString(NOW, surface);

        // Then
        assertThat(Files.readString(FILE))
                .as("%s; where the change is meant, copy %s over it and tell of it in CHANGELOG.md", FILE, NOW)
                .isEqualTo(surface);
        assertThat(surface).doesNotContain("io.kafkasend.client.internal");
    }

    private static String surface() throws Exception {
        Deque<Class<?>> open = new ArrayDeque<>(List.of(KafkaSecurity.class));
        Path classes = Path.of(KafkaSendClient.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.list(classes.resolve("io/kafkasend/client"))) {
            files.map(file -> "io.kafkasend.client."
                            + file.getFileName().toString().replace(".class", ""))
                    .forEach(name -> add(name, open));
        }
        TreeMap<String, String> texts = new TreeMap<>();
        while (!open.isEmpty()) {
            Class<?> type = open.pop();
            if (!texts.containsKey(type.getName())) {
                texts.put(type.getName(), text(type, open));
            }
        }
        return String.join("\n", texts.values());
    }

    private static boolean isPublic(Class<?> type) {
        return Modifier.isPublic(type.getModifiers())
                && (type.getDeclaringClass() == null || isPublic(type.getDeclaringClass()));
    }

    /** One type with its members; the types of ours that it names are put on the list. */
    private static String text(Class<?> type, Deque<Class<?>> named) {
        List<String> members = new ArrayList<>();
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (isVisible(constructor.getModifiers()) && !constructor.isSynthetic()) {
                members.add(constructor.toGenericString());
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            if (isVisible(method.getModifiers()) && !method.isSynthetic()) {
                members.add(method.toGenericString());
            }
        }
        for (Field field : type.getDeclaredFields()) {
            if (isVisible(field.getModifiers()) && !field.isSynthetic()) {
                members.add(field.toGenericString());
            }
        }
        members.stream()
                .flatMap(member -> Pattern.compile("io\\.kafkasend(\\.[\\w$]+)+")
                        .matcher(member)
                        .results()
                        .map(found -> found.group()))
                .forEach(name -> add(name, named));
        String extended = type.getGenericSuperclass() == null || type.getGenericSuperclass() == Object.class
                ? ""
                : " extends " + type.getGenericSuperclass().getTypeName();
        String implemented = Arrays.stream(type.getGenericInterfaces())
                .map(Type::getTypeName)
                .collect(Collectors.joining(", ", type.getGenericInterfaces().length == 0 ? "" : " : ", ""));
        return declared(type) + extended + implemented + "\n"
                + members.stream()
                        .sorted()
                        .map(member -> "    " + member + "\n")
                        .collect(Collectors.joining());
    }

    /** Java 21 and newer say of themselves which types are sealed, of enumerations too. */
    private static String declared(Class<?> type) {
        String text = type.toGenericString().replaceFirst("\\bsealed ", "");
        return type.isSealed() && !type.isEnum() ? text.replaceFirst("\\b(class|interface) ", "sealed $1 ") : text;
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    /** A type by its name; a member's name, which looks the same, is none. */
    private static void add(String name, Deque<Class<?>> named) {
        try {
            Class<?> type = Class.forName(name, false, SdkApiTest.class.getClassLoader());
            if (isPublic(type)) {
                named.add(type);
            }
        } catch (ClassNotFoundException e) {
            // a member
        }
    }
}

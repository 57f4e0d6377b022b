package io.kafkasend.config;

import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.TopicName;
import io.kafkasend.setting.HttpUrl;
import io.kafkasend.setting.Setting;
import io.kafkasend.setting.UnfitValueException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What settings of different subjects accept: their kinds, and how a value is read and refused by the rule that it breaks. */
final class Accepts {
    static final String TOPIC_NAME = TopicName.FORM + ", at most " + Limits.TOPIC_CHARS;

    static final String ADDRESS = "an IP address of this machine, or localhost";

    static final String PROXY = "http://host:port; or nothing";

    private static final int MOST_PORT = 65_535;
    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private Accepts() {}

    static Setting<String> text(
            String variable, String value, String accepts, Function<String, String> parser, String text) {
        return new Setting<>(variable, value, accepts, parser, false, text);
    }

    static Setting<String> topic(String variable, String value, String what) {
        return text(variable, value, TOPIC_NAME, Accepts::topicName, "The topic of " + what + ".");
    }

    static Setting<String> choice(String variable, String value, List<String> choices, String text) {
        return text(
                variable,
                value,
                "one of " + String.join(", ", choices),
                given -> choices.stream()
                        .filter(choice -> choice.equalsIgnoreCase(given))
                        .findFirst()
                        .orElseThrow(IllegalArgumentException::new),
                text);
    }

    /** Names of header fields (RFC 9110 §5.6.2), in their order. */
    static Setting<List<String>> headerNames(String variable, String text) {
        return new Setting<>(
                variable,
                "",
                "header names with commas between; or nothing",
                value -> {
                    List<String> names = Stream.of(value.split(","))
                            .map(String::strip)
                            .filter(name -> !name.isEmpty())
                            .toList();
                    if (!names.stream()
                            .allMatch(name -> HEADER_NAME.matcher(name).matches())) {
                        throw new UnfitValueException("of which not every part is a header's name");
                    }
                    return names;
                },
                false,
                text);
    }

    static Setting<Integer> number(String variable, int value, int least, int most, String text) {
        return new Setting<>(
                variable,
                Integer.toString(value),
                "a whole number from " + least + " to " + most,
                given -> {
                    if (!given.matches("[+-]?\\d+")) {
                        throw new UnfitValueException("which is no whole number");
                    }
                    BigInteger number = new BigInteger(given);
                    if (number.compareTo(BigInteger.valueOf(least)) < 0) {
                        throw new UnfitValueException("which is too small");
                    }
                    if (number.compareTo(BigInteger.valueOf(most)) > 0) {
                        throw new UnfitValueException("which is too large");
                    }
                    return number.intValue();
                },
                false,
                text);
    }

    static Setting<Boolean> flag(String variable, boolean value, String text) {
        return new Setting<>(
                variable,
                Boolean.toString(value),
                "true or false (or 1, yes, on; 0, no, off)",
                given -> switch (given.toLowerCase(Locale.ROOT)) {
                    case "true", "1", "yes", "on" -> true;
                    case "false", "0", "no", "off" -> false;
                    default -> throw new IllegalArgumentException();
                },
                false,
                text);
    }

    /** Where a file is, whatever it is: it is looked at later. */
    static Setting<Optional<Path>> file(String variable, String text) {
        return path(variable, "a file's path", path -> {}, text);
    }

    static Setting<Optional<Path>> pemFile(String variable, String text) {
        return path(variable, "a readable PEM file", Accepts::requireReadable, text);
    }

    /** A file or a directory, checked where one is named. */
    static Setting<Optional<Path>> path(String variable, String accepts, Consumer<Path> check, String text) {
        return new Setting<>(
                variable,
                "",
                accepts,
                value -> {
                    Optional<Path> path = value.isEmpty() ? Optional.empty() : Optional.of(Path.of(value));
                    path.ifPresent(check);
                    return path;
                },
                false,
                text);
    }

    static void requireFile(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new UnfitValueException(Files.exists(path) ? "which is no regular file" : "which does not exist");
        }
    }

    static void requireDirectory(Path path) {
        if (!Files.isDirectory(path)) {
            throw new UnfitValueException(Files.exists(path) ? "which is no directory" : "which does not exist");
        }
    }

    private static void requireReadable(Path path) {
        requireFile(path);
        if (!Files.isReadable(path)) {
            throw new UnfitValueException("which this user may not read");
        }
    }

    static String topicName(String name) {
        if (name.isEmpty()) {
            throw new UnfitValueException("of which one name is empty");
        }
        if (name.length() > Limits.TOPIC_CHARS) {
            throw new UnfitValueException("which has " + name.length() + " characters");
        }
        if (TopicName.isDirectory(name)) {
            throw new UnfitValueException("which is a directory's name");
        }
        int bad = first(name, character -> !TopicName.mayHold(character));
        if (bad >= 0) {
            throw new UnfitValueException("whose character " + (bad + 1) + " is another one");
        }
        return name;
    }

    static Setting<OptionalInt> portOrOff(String variable, String value, String text) {
        return new Setting<>(
                variable, value, "a port from 1 to 65535, 0 for any that is free, or off", Accepts::port, false, text);
    }

    private static OptionalInt port(String value) {
        if (value.toLowerCase(Locale.ROOT).equals("off")) {
            return OptionalInt.empty();
        }
        if (!value.matches("\\d{1,5}")) {
            throw new UnfitValueException("which is no port");
        }
        int port = Integer.parseInt(value);
        if (port > MOST_PORT) {
            throw new UnfitValueException("which is too large");
        }
        return OptionalInt.of(port);
    }

    static Setting<String> logLevel(String variable, String text) {
        return text(variable, "INFO", "one of TRACE, DEBUG, INFO, WARN, ERROR", Accepts::level, text);
    }

    /** A level's name, and what Python calls some of them. */
    private static String level(String value) {
        String level = value.toUpperCase(Locale.ROOT);
        return switch (level) {
            case "TRACE", "DEBUG", "INFO", "WARN", "ERROR" -> level;
            case "WARNING" -> "WARN";
            case "CRITICAL", "FATAL" -> "ERROR";
            default -> throw new IllegalArgumentException();
        };
    }

    /** No names, which would have to be looked up. */
    static String address(String value) {
        if (!value.matches("localhost|\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            throw new UnfitValueException("which is no address");
        }
        return value;
    }

    static String proxyUrl(String value) {
        if (value.isEmpty()) {
            return value;
        }
        URI url = HttpUrl.read(value);
        if (!"http".equalsIgnoreCase(url.getScheme())) {
            throw new UnfitValueException("whose scheme is not http: the proxy itself is spoken to without TLS");
        }
        if (url.getPort() < 0) {
            throw new UnfitValueException("which has no port");
        }
        if (!url.getRawPath().isEmpty() && !url.getRawPath().equals("/")) {
            throw new UnfitValueException("which has a path");
        }
        return url.toString();
    }

    static String notBlank(String value) {
        return require(!value.isBlank(), value);
    }

    /** What a class elsewhere says of a value, as the end of our sentence; none of them repeats a secret. */
    static <T> T ruled(String name, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException e) {
            String said = String.valueOf(e.getMessage());
            throw new UnfitValueException(
                    said.startsWith(name + " ") ? "which" + said.substring(name.length()) : "of which " + said);
        }
    }

    static String require(boolean holds, String value) {
        if (!holds) {
            throw new IllegalArgumentException();
        }
        return value;
    }

    static int first(String text, IntPredicate wanted) {
        return IntStream.range(0, text.length())
                .filter(at -> wanted.test(text.charAt(at)))
                .findFirst()
                .orElse(-1);
    }
}

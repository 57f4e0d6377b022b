package io.kafkasend.security.client;

import io.kafkasend.security.Printable;
import io.kafkasend.security.endpoint.EndpointPolicy;
import io.kafkasend.security.header.HeaderNames;
import io.kafkasend.security.header.HeaderPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A file of policies while it is read: YAML 1.2, in which a key that is not known, or is there twice, is a fault. Goes on after
 * a fault, so that all show at once. Used once.
 */
final class PolicyFile {
    /** What an entry may say. */
    static final Set<String> POLICY = Set.of(
            "endpoints",
            "methods",
            "headers",
            "requests_per_minute",
            "bytes_per_minute",
            "reply_topics",
            "open_jobs",
            "running_jobs",
            "bytes_held");

    /** The methods that the protocol knows. */
    static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS");

    /** How deep lists and mappings may lie in one another; four are of use. */
    private static final int MAX_DEPTH = 16;

    private static final int MAX_CHARACTERS = 1 << 20;
    private static final int MAX_FAULTS = 20;
    private static final long MOST = 1_000_000_000_000_000L;

    private final List<String> faults = new ArrayList<>();
    private final Node root;

    PolicyFile(String yaml) throws PolicyFileException {
        try {
            LoadSettings settings = LoadSettings.builder()
                    .setLabel("policies")
                    .setCodePointLimit(MAX_CHARACTERS)
                    .setMaxAliasesForCollections(0)
                    .build();
            requireFlat(settings, yaml);
            this.root = new Compose(settings).composeString(yaml).orElse(null);
        } catch (MarkedYamlEngineException e) {
            throw new PolicyFileException(List.of("line "
                    + e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1) + ": is no YAML: "
                    + Printable.of(e.getProblem(), 120)));
        } catch (YamlEngineException e) {
            throw new PolicyFileException(List.of("line 1: is no YAML document: " + Printable.of(e.getMessage(), 120)));
        }
    }

    /** The composer calls itself for each level; the parser does not. */
    private static void requireFlat(LoadSettings settings, String yaml) throws PolicyFileException {
        int depth = 0;
        for (Event event : new Parse(settings).parseString(yaml)) {
            if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
                throw new PolicyFileException(List.of("line "
                        + event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1)
                        + ": got more than " + MAX_DEPTH
                        + " lists and mappings in one another; the document takes 4"));
            } else if (event instanceof CollectionEndEvent) {
                depth--;
            }
        }
    }

    /** The document's own mapping; an empty one where it is none, which is a fault. */
    Mapping top(Set<String> known) {
        if (root instanceof MappingNode mapping) {
            return new Mapping("", mapping, known);
        }
        fault(root, "the document", got(root), "a mapping of " + sorted(known));
        return new Mapping("", null, known);
    }

    /** The policy that an entry means. */
    ClientPolicy policy(Mapping entry, boolean strict) {
        List<String> endpoints = entry.texts(
                "endpoints", "a path that begins with /, in which * stands for anything", PolicyFile::endpointFault);
        List<String> methods = entry.texts("methods", "one of " + String.join(", ", METHODS), PolicyFile::methodFault);
        List<String> headers = entry.texts("headers", "a header's name that may pass at all", PolicyFile::headerFault);
        List<String> topics = entry.texts(
                "reply_topics",
                "a topic's name: letters, digits, '.', '_' and '-', at most 249",
                PolicyFile::topicFault);
        return new ClientPolicy(
                endpoints == null ? null : new EndpointPolicy(String.join(",", endpoints), strict),
                methods == null ? null : new LinkedHashSet<>(methods),
                headers == null ? null : new HeaderPolicy(String.join(",", headers)),
                entry.number("requests_per_minute"),
                entry.number("bytes_per_minute"),
                topics == null ? null : new LinkedHashSet<>(topics),
                entry.number("open_jobs"),
                entry.number("running_jobs"),
                entry.number("bytes_held"));
    }

    /** Which rule it breaks; null for none. So do the others. */
    private static String endpointFault(String pattern) {
        if (pattern.isBlank()) {
            return "which is empty";
        }
        if (pattern.contains(",")) {
            return "which has a comma: each has an entry of its own";
        }
        return EndpointPolicy.patternFault(pattern)
                .map(fault -> "which has " + fault)
                .orElse(null);
    }

    private static String methodFault(String name) {
        if (METHODS.contains(name)) {
            return null;
        }
        return METHODS.contains(name.toUpperCase(Locale.ROOT))
                ? "whose letters are not all upper-case"
                : "which the protocol does not know";
    }

    private static String headerFault(String name) {
        if (name.isBlank()) {
            return "which is empty";
        }
        if (name.contains(",")) {
            return "which has a comma: each has an entry of its own";
        }
        return new HeaderPolicy(name).uselessEntries().isEmpty()
                ? null
                : HeaderNames.isToken(name)
                        ? "which never passes: a credential, a cookie, of one hop, or what a proxy sets"
                        : "which is no header's name (RFC 9110, 5.1)";
    }

    private static String topicFault(String name) {
        if (name.length() > 249) {
            return "which has " + name.length() + " characters";
        }
        return name.matches("[a-zA-Z0-9._-]+") && !name.matches("\\.{1,2}")
                ? null
                : name.isEmpty() ? "which is empty" : "which Kafka takes for no topic's";
    }

    void requireNoFault() throws PolicyFileException {
        if (!faults.isEmpty()) {
            throw new PolicyFileException(faults);
        }
    }

    private void fault(Node at, String path, String got, String takes) {
        if (faults.size() < MAX_FAULTS) {
            int line = at == null
                    ? 1
                    : at.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
            faults.add("line " + line + ", " + path + ": got " + got + "; it takes " + takes);
        }
    }

    private static String got(Node node) {
        if (node instanceof ScalarNode scalar) {
            boolean none = scalar.getTag().equals(Tag.NULL);
            return none ? "nothing" : "\"" + Printable.of(scalar.getValue(), 60) + "\"";
        }
        return node == null ? "nothing" : node instanceof MappingNode ? "a mapping" : "a list";
    }

    private static String sorted(Set<String> names) {
        return String.join(", ", names.stream().sorted().toList());
    }

    /** A mapping within the file. */
    final class Mapping {
        private final String path;
        private final Map<String, Node> values = new LinkedHashMap<>();
        private final Map<String, Node> keys = new LinkedHashMap<>();

        /** @param known the keys that it may have; null for any */
        private Mapping(String path, MappingNode node, Set<String> known) {
            this.path = path;
            for (NodeTuple tuple : node == null ? List.<NodeTuple>of() : node.getValue()) {
                Node key = tuple.getKeyNode();
                String name = key instanceof ScalarNode scalar ? scalar.getValue() : "";
                if (name.isEmpty() || known != null && !known.contains(name)) {
                    PolicyFile.this.fault(
                            key, within(name), "a key that is not known", known == null ? "a name" : sorted(known));
                } else if (values.putIfAbsent(name, tuple.getValueNode()) != null) {
                    PolicyFile.this.fault(key, within(name), "a key that is there already", "each key once");
                } else {
                    keys.put(name, key);
                }
            }
        }

        private String within(String name) {
            String shown = Printable.of(name, 64);
            return path.isEmpty() ? shown : path + "." + shown;
        }

        Set<String> names() {
            return values.keySet();
        }

        /** Notes that a key is no good. */
        void fault(String name, String sentence) {
            int line = keys.get(name)
                    .getStartMark()
                    .map(mark -> mark.getLine() + 1)
                    .orElse(1);
            faults.add("line " + line + ", " + within(name) + ": " + sentence);
        }

        /** The mapping under a key; empty where there is none, or something else, which is a fault. */
        Optional<Mapping> mapping(String name, Set<String> known) {
            Node node = values.get(name);
            if (node == null) {
                return Optional.empty();
            }
            if (node instanceof MappingNode mapping) {
                return Optional.of(new Mapping(within(name), mapping, known));
            }
            PolicyFile.this.fault(
                    node,
                    within(name),
                    got(node),
                    known == null ? "a mapping" : "a mapping of " + sorted(known) + ", or {}");
            return Optional.empty();
        }

        /** The texts under a key; null where there is none. */
        List<String> texts(String name, String takes, UnaryOperator<String> fault) {
            Node node = values.get(name);
            if (node == null) {
                return null;
            }
            if (!(node instanceof SequenceNode sequence)) {
                PolicyFile.this.fault(node, within(name), got(node), "a list, or [] for none");
                return List.of();
            }
            List<String> texts = new ArrayList<>();
            for (Node item : sequence.getValue()) {
                boolean text = item instanceof ScalarNode && !item.getTag().equals(Tag.NULL);
                String rule = text ? fault.apply(((ScalarNode) item).getValue()) : "";
                if (rule == null) {
                    texts.add(((ScalarNode) item).getValue());
                } else {
                    PolicyFile.this.fault(item, within(name), got(item) + (rule.isEmpty() ? "" : ", " + rule), takes);
                }
            }
            return texts;
        }

        /** The number under a key; null where there is none. */
        Long number(String name) {
            Node node = values.get(name);
            if (node == null) {
                return null;
            }
            if (node instanceof ScalarNode scalar
                    && scalar.getTag().equals(Tag.INT)
                    && scalar.getValue().matches("\\d{1,16}")) {
                long number = Long.parseLong(scalar.getValue());
                if (number >= 1 && number <= MOST) {
                    return number;
                }
            }
            PolicyFile.this.fault(
                    node, within(name), got(node) + numberFault(node), "a whole number from 1 to " + MOST);
            return null;
        }

        private static String numberFault(Node node) {
            if (!(node instanceof ScalarNode scalar) || !scalar.getValue().matches("\\d+")) {
                return "";
            }
            if (!scalar.getTag().equals(Tag.INT)) {
                return ", a text in quotes";
            }
            return scalar.getValue().matches("0+") ? ", which is too small" : ", which is too large";
        }
    }
}

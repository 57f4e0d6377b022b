package io.kafkasend.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The ACLs that an operator is told to set, read from the document: what it says is what is tested. */
public final class MinimalAcls {
    /** Where they stand. */
    public static final Path DOCUMENT = Path.of("docs/operate/kafka-security.md");

    private static final Pattern COMMAND = Pattern.compile(
            "kafka-acls\\.sh \\S+ \\S+ \\S+ \\S+ --add --allow-principal User:(\\w+) --operation (\\w+) --(topic|group) (\\S+)");

    private MinimalAcls() {}

    /** Those of all commands there, in their order; users are called {@code portal} and {@code client} there. */
    public static List<AclBinding> documented() throws IOException {
        return COMMAND.matcher(Files.readString(DOCUMENT))
                .results()
                .map(MinimalAcls::binding)
                .toList();
    }

    private static AclBinding binding(MatchResult command) {
        return new AclBinding(
                new ResourcePattern(ResourceType.fromString(command.group(3)), command.group(4), PatternType.LITERAL),
                new AccessControlEntry(
                        "User:" + command.group(1),
                        "*",
                        AclOperation.fromString(command.group(2)),
                        AclPermissionType.ALLOW));
    }
}

package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.portal.Portal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The ACLs of docs/operate/kafka-security.md: all together they are enough, and each one is needed. */
@Timeout(120)
class AclIT {
    @TempDir
    static Path directory;

    private static final List<String> TOPICS = List.of("api-requests", "api-responses", "api-dead-letters");
    private static final List<String> MATRIX = new ArrayList<>();
    private static SecureBroker secure;
    private static ScriptedApi api;

    private static CapturedLog log;
    private static Portal portal;

    static List<AclBinding> acls() throws Exception {
        return MinimalAcls.documented();
    }

    @BeforeAll
    static void start() throws Exception {
        secure = new SecureBroker(directory);
        secure.grant(acls());
        api = ScriptedApi.recording();
        log = CapturedLog.begin("io.kafkasend.portal");
        startPortal();
    }

    @AfterAll
    static void stop() {
        portal.close();
        log.close();
        api.close();
        secure.close();
        System.out.println("ACL matrix, without one each:\n" + String.join("\n", MATRIX));
    }

    private static void startPortal() throws Exception {
        Map<String, String> login = secure.login("SCRAM-SHA-512", "portal");
        login.put("PORTAL_REPLY_TOPICS", "answers-of-other");
        portal = SecuredPortal.start(login, api.url());
        awaitAnswer();
    }

    @Test
    void withAllOfThemRequestsAreAnsweredAndDeadLettersKept() throws Exception {
        // Given
        int logged = log.lines().size();

        // When
        awaitAnswer();
        awaitDeadLetter();

        // Then
        assertThat(log.lines().stream().skip(logged)).noneMatch(line -> line.contains("needs"));
    }

    @ParameterizedTest
    @MethodSource("acls")
    void withoutOneItFailsInOneLineAndGoesOnOnceItIsBack(AclBinding acl) throws Exception {
        // Given
        String name = acl.pattern().name();
        String need = acl.pattern().resourceType() == ResourceType.GROUP
                ? "the user needs the ACL Read for group " + name
                : "the user needs an ACL for ";
        int logged = log.lines().size();

        // When
        String line;
        secure.revoke(acl);
        try {
            line = acl.entry().principal().equals("User:client") ? refusal() : trouble(acl, need, logged);
        } finally {
            secure.grant(List.of(acl));
        }

        // Then
        assertThat(line).contains(need, name);
        MATRIX.add(acl.entry().principal() + " " + acl.entry().operation() + " "
                + acl.pattern().resourceType() + " " + name + ": " + line);
        if (name.equals("api-dead-letters")) {
            portal.close(); // which would not try that topic again for a minute
            startPortal();
            awaitDeadLetter();
        }
        awaitAnswer();
    }

    @Test
    void operatorsNeedTheRightsThatReadmeNames() throws Exception {
        operatorMay("topics", List.of(AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS), TOPICS);
        operatorMay("topics --create", List.of(AclOperation.CREATE), TOPICS);
        awaitDeadLetter();
        operatorMay("dlq list", List.of(AclOperation.READ), List.of("api-dead-letters"));
        operatorMay("dlq replay --all --yes --anyway", List.of(AclOperation.WRITE), List.of("api-requests"));
    }

    @Test
    void answersOnAReplyTopicAreForItsClientAlone() throws Exception {
        // Given
        secure.grant(List.of(
                allow("portal", AclOperation.WRITE, "answers-of-other"),
                allow("portal", AclOperation.READ, "answers-of-other"),
                allow("other", AclOperation.WRITE, "api-requests"),
                allow("other", AclOperation.READ, "answers-of-other")));
        Map<String, String> other = secure.login("SCRAM-SHA-512", "other");

        // When
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> Command.ask(with(other, "CLIENT_REPLY_TO", "answers-of-other"), 5)
                                .code()
                        == 0);

        // Then
        assertThat(Command.ask(other, 5).err()).contains(" forbids ", "api-responses");
        assertThat(Command.ask(with(client(), "CLIENT_REPLY_TO", "answers-of-other"), 5)
                        .err())
                .contains(" forbids ", "answers-of-other");
    }

    private static Map<String, String> with(Map<String, String> environment, String variable, String value) {
        Map<String, String> all = new HashMap<>(environment);
        all.put(variable, value);
        return all;
    }

    private static AclBinding allow(String user, AclOperation operation, String topic) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW));
    }

    /** The command fails in one line, until these rights come to those before. */
    private static void operatorMay(String command, List<AclOperation> rights, List<String> topics) throws Exception {
        Map<String, String> operator = secure.login("SCRAM-SHA-512", "operator");
        Command forbidden = Command.run(operator, command.split(" "));
        assertThat(forbidden.code()).as(command).isEqualTo(1);
        assertThat(forbidden.err()).contains(" forbids ").hasLineCount(1);
        for (String topic : topics) {
            for (AclOperation right : rights) {
                secure.grant(List.of(allow("operator", right, topic)));
            }
        }
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                        Command.run(operator, command.split(" ")))
                .as(command)
                .matches(run -> run.code() == 0));
    }

    /** The client's line. */
    private static String refusal() {
        Command[] asked = new Command[1];
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            asked[0] = Command.ask(client(), 10);
            return asked[0].code() != 0;
        });
        assertThat(asked[0].code()).isEqualTo(1);
        assertThat(asked[0].err()).startsWith("kafkasend: ").hasLineCount(1);
        return asked[0].err().strip();
    }

    /** The portal's line; its clients get no answer, or dead letters are lost. */
    private static String trouble(AclBinding acl, String need, int logged) throws Exception {
        String name = acl.pattern().name();
        if (name.equals("api-dead-letters")) {
            sendDeadLetter();
        } else if (isLookup(acl)) {
            takeOverAWaitingJob();
        } else {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> Command.ask(client(), 1).code() == 4);
        }
        Supplier<Stream<String>> lines =
                () -> log.lines().stream().skip(logged).filter(line -> line.contains(need) && line.contains(name));
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> lines.get().findAny().isPresent());
        return lines.get().findFirst().orElseThrow();
    }

    /** The right to read answers is for what an earlier portal may have answered. */
    private static boolean isLookup(AclBinding acl) {
        return acl.pattern().name().equals("api-responses")
                && acl.entry().operation() == AclOperation.READ
                && acl.entry().principal().equals("User:portal");
    }

    private static void takeOverAWaitingJob() throws Exception {
        portal.close();
        Command submitted = Command.run(client(), "send-request", "--endpoint", "/api/v1/status", "--no-wait");
        assertThat(submitted.code()).isZero();
        startPortal();
    }

    private static void awaitAnswer() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> Command.ask(client(), 5).code() == 0);
    }

    private static void awaitDeadLetter() throws Exception {
        long before = deadLetters();
        sendDeadLetter();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> deadLetters() > before);
    }

    private static Map<String, String> client() {
        return secure.login("SCRAM-SHA-512", "client");
    }

    private static void sendDeadLetter() throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", secure.broker.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>("api-requests", "no message")).get();
        }
    }

    private static long deadLetters() {
        Command listed =
                Command.run(Map.of("KAFKA_BOOTSTRAP_SERVERS", secure.broker.bootstrapServers()), "dlq", "list");
        return listed.out().lines().count();
    }
}

package io.kafkasend;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;

/** Dependencies point one way: cli to portal, client, bench and dev; these to protocol, security, oauth, config and kafka. */
@AnalyzeClasses(packages = "io.kafkasend", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String CAMEL = "org.apache.camel..";
    private static final String KAFKA = "org.apache.kafka..";
    /** What only a broker has, and of the clients what is there for its plugins. */
    private static final String[] BROKER = {
        "kafka..",
        "org.apache.kafka.controller..",
        "org.apache.kafka.coordinator..",
        "org.apache.kafka.image..",
        "org.apache.kafka.metadata..",
        "org.apache.kafka.network..",
        "org.apache.kafka.raft..",
        "org.apache.kafka.server..",
        "org.apache.kafka.snapshot..",
        "org.apache.kafka.storage..",
        "org.apache.kafka.tools.."
    };

    @ArchTest
    static final ArchRule protocolKnowsItselfOnly = knowsOnly("protocol");

    @ArchTest
    static final ArchRule messagesKnowNotHowTheyAreWritten = noClasses()
            .that()
            .resideInAPackage("io.kafkasend.protocol")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.kafkasend.protocol.*..");

    @ArchTest
    static final ArchRule securityKnowsItselfOnly = knowsOnly("security");

    @ArchTest
    static final ArchRule tlsKnowsItselfOnly = knowsOnly("tls");

    @ArchTest
    static final ArchRule httpKnowsItselfOnly = knowsOnly("http");

    @ArchTest
    static final ArchRule oauthKnowsNothingOfOursButWhatItConnectsWith =
            knowsOnly("oauth", "security", "tls", "http", "concurrent");

    @ArchTest
    static final ArchRule configKnowsWhatChecksItsValues =
            knowsOnly("config", "protocol", "security", "oauth", "tls", "kafka", "setting");

    @ArchTest
    static final ArchRule settingKnowsItselfOnly = knowsOnly("setting");

    @ArchTest
    static final ArchRule concurrentKnowsItselfOnly = knowsOnly("concurrent");

    @ArchTest
    static final ArchRule portalKnowsWhatIsBelowIt = knowsOnly(
            "portal",
            "protocol",
            "security",
            "oauth",
            "tls",
            "http",
            "config",
            "kafka",
            "setting",
            "concurrent",
            "management",
            "tracing");

    @ArchTest
    static final ArchRule tracingKnowsItsSettings = knowsOnly("tracing", "protocol", "config", "setting");

    @ArchTest
    static final ArchRule openTelemetryIsKnownWhereTracesAre = noClasses()
            .that()
            .resideOutsideOfPackages("io.kafkasend.tracing..", "io.kafkasend.portal.trace..")
            .and()
            .doNotHaveSimpleName("ExportedTrace")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.opentelemetry..");

    @ArchTest
    static final ArchRule gatewayKnowsTheSdkAndNoPortal = knowsOnly(
            "gateway",
            "client",
            "protocol",
            "security",
            "tls",
            "config",
            "kafka",
            "setting",
            "concurrent",
            "management",
            "sending");

    @ArchTest
    static final ArchRule outboxKnowsTheSdkAndNeitherPortalNorGateway =
            knowsOnly("outbox", "client", "protocol", "config", "kafka", "setting", "concurrent", "sending");

    @ArchTest
    static final ArchRule whatTheyShareKnowsTheSdkOnly = knowsOnly("sending", "client", "protocol", "kafka");

    @ArchTest
    static final ArchRule kameletsKnowTheSdkAndThePortalAsAWhole =
            knowsOnly("kamelet", "client", "protocol", "kafka", "portal");

    @ArchTest
    static final ArchRule kameletsKnowNoRoomOfThePortal = noClasses()
            .that()
            .resideInAPackage("io.kafkasend.kamelet..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.kafkasend.portal.*..");

    @ArchTest
    static final ArchRule managementKnowsNeitherPortalNorGateway = knowsOnly("management", "security");

    @ArchTest
    static final ArchRule roomsOfTheGatewayMakeNoCircle =
            slices().matching("io.kafkasend.gateway.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule theGatewaysServerKnowsNoKafka = noClasses()
            .that()
            .resideInAPackage("io.kafkasend.gateway.http..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(KAFKA, "io.kafkasend.client..", "io.kafkasend.gateway.relay..");

    @ArchTest
    static final ArchRule roomsOfThePortalMakeNoCircle =
            slices().matching("io.kafkasend.portal.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule roomsOfTheCommandLineMakeNoCircle =
            slices().matching("io.kafkasend.cli.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule roomsOfSecurityMakeNoCircle =
            slices().matching("io.kafkasend.security.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule roomsOfTheBenchmarkMakeNoCircle =
            slices().matching("io.kafkasend.bench.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule roomsOfTheBenchmarkKnowNotWhoRunsThem = roomsKnowNotWhatIsAboveThem("bench");

    @ArchTest
    static final ArchRule roomsOfDevelopmentMakeNoCircle =
            slices().matching("io.kafkasend.dev.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule roomsOfDevelopmentKnowNotTheirServers = roomsKnowNotWhatIsAboveThem("dev");

    @ArchTest
    static final ArchRule resultsOfTheBenchmarkKnowNoKafka = noClasses()
            .that()
            .resideInAPackage("io.kafkasend.bench.result..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(KAFKA, "io.kafkasend.client..", "io.kafkasend.protocol..", "io.kafkasend.dev..");

    @ArchTest
    static final ArchRule packagesMakeNoCircle =
            slices().matching("io.kafkasend.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule theLedgerKnowsNeitherJobsNorHttp = portalRoomKnowsNot("ledger", "job", "body", "kafka");

    @ArchTest
    static final ArchRule eventsTellWhatTheyAreHanded = portalRoomKnowsNot("event", "job", "ledger", "kafka", "report");

    @ArchTest
    static final ArchRule jobsCallNobody =
            portalRoomKnowsNot("job", "receive", "call", "respond", "report", "connect", "outcome", "kafka");

    @ArchTest
    static final ArchRule whatStepsLeaveForOneAnotherKnowsNoStep =
            portalRoomKnowsNot("exchange", "receive", "call", "respond", "report", "connect");

    @ArchTest
    static final ArchRule whatIsReceivedWaitsForNoCall = portalRoomKnowsNot("receive", "call", "respond", "connect");

    @ArchTest
    static final ArchRule kafkaKnowsWhatItsConnectionIsSetBy = knowsOnly("kafka", "setting", "tls");

    @ArchTest
    static final ArchRule clientKnowsProtocolKafkaAndThreadsOnly =
            knowsOnly("client", "protocol", "kafka", "concurrent");

    @ArchTest
    static final ArchRule whatTheClientIsBuiltOfKnowsWhatIsBelowTheClient =
            knowsOnly("client.internal", "client.metric", "protocol", "kafka", "concurrent");

    @ArchTest
    static final ArchRule whatTheClientCountsKnowsTheProtocolOnly = knowsOnly("client.metric", "protocol");

    @ArchTest
    static final ArchRule metersKnowWhatTheClientCountsOnly = knowsOnly("micrometer", "client.metric", "protocol");

    @ArchTest
    static final ArchRule nobodyButTheClientUsesWhatItIsBuiltOf = classes()
            .that()
            .resideInAPackage("io.kafkasend.client.internal")
            .should()
            .onlyHaveDependentClassesThat()
            .resideInAPackage("io.kafkasend.client..");

    @ArchTest
    static final ArchRule devKnowsWhatIsBelowIt = knowsOnly("dev");

    @ArchTest
    static final ArchRule benchKnowsWhatItMeasuresFromOutside =
            knowsOnly("bench", "client", "dev", "protocol", "concurrent");

    @ArchTest
    static final ArchRule onlyThePipelineAndTheCommandLineKnowCamel = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "io.kafkasend.portal..",
                    "io.kafkasend.gateway..",
                    "io.kafkasend.outbox..",
                    "io.kafkasend.kamelet..",
                    "io.kafkasend.management..",
                    "io.kafkasend.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(CAMEL);

    @ArchTest
    static final ArchRule plainPackagesKnowNothingOfKafka = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.kafkasend.protocol..",
                    "io.kafkasend.security..",
                    "io.kafkasend.oauth..",
                    "io.kafkasend.tls..",
                    "io.kafkasend.http..",
                    "io.kafkasend.config..",
                    "io.kafkasend.concurrent..",
                    "io.kafkasend.setting..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(KAFKA);

    @ArchTest
    static final ArchRule nothingButTheCommandLineAndTheBenchmarkUsesDev = classes()
            .that()
            .resideInAPackage("io.kafkasend.dev..")
            .should()
            .onlyHaveDependentClassesThat()
            .resideInAnyPackage("io.kafkasend.dev..", "io.kafkasend.bench..", "io.kafkasend.cli..");

    @ArchTest
    static final ArchRule nothingUsesTheCommandLine = classes()
            .that()
            .resideInAPackage("io.kafkasend.cli..")
            .should()
            .onlyHaveDependentClassesThat()
            .resideInAPackage("io.kafkasend.cli..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyDevUsesTheBroker = noClasses()
            .that()
            .resideOutsideOfPackage("io.kafkasend.dev..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(BROKER);

    @ArchTest
    static final ArchRule namesSayWhatAClassIs = noClasses()
            .should()
            .haveNameMatching(".*(Util|Utils|Manager|Helper|Impl)(\\$.*)?")
            .because("such a name says nothing");

    @ArchTest
    static final ArchRule nothingStaticChanges =
            fields().that().areStatic().should().beFinal();

    @ArchTest
    static final ArchRule loggingIsSlf4j = noClasses().should(USE_JAVA_UTIL_LOGGING);

    @ArchTest
    static final ArchRule onlyTheCommandLinePrints =
            noClasses().that().resideOutsideOfPackage("io.kafkasend.cli..").should(ACCESS_STANDARD_STREAMS);

    private static ArchRule portalRoomKnowsNot(String room, String... others) {
        return noClasses()
                .that()
                .resideInAPackage("io.kafkasend.portal." + room + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(Stream.of(others)
                        .map(other -> "io.kafkasend.portal." + other + "..")
                        .toArray(String[]::new));
    }

    private static ArchRule roomsKnowNotWhatIsAboveThem(String name) {
        return noClasses()
                .that()
                .resideInAPackage("io.kafkasend." + name + ".*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.kafkasend." + name);
    }

    private static ArchRule knowsOnly(String name, String... below) {
        DescribedPredicate<JavaClass> known =
                resideInAPackage("io.kafkasend." + name + "..").or(resideOutsideOfPackage("io.kafkasend.."));
        for (String other : below) {
            known = known.or(resideInAnyPackage("io.kafkasend." + other + ".."));
        }
        return classes()
                .that()
                .resideInAPackage("io.kafkasend." + name + "..")
                .should()
                .onlyDependOnClassesThat(known)
                .as(name + " knows, of our packages, only itself" + (below.length == 0 ? "" : " and ")
                        + String.join(", ", below));
    }
}

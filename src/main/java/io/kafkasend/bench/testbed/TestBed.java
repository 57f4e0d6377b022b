package io.kafkasend.bench.testbed;

import io.kafkasend.bench.load.WarmUp;
import io.kafkasend.bench.network.Network;
import io.kafkasend.bench.result.BenchmarkException;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Request;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;

/** Broker, sample API and portals, each in a process of its own. Not thread-safe. */
public final class TestBed implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(180); // on a machine that is busy
    /** What a portal logs once it takes jobs. */
    public static final Pattern PORTAL_UP = Pattern.compile("the portal is up");

    private static final Pattern GATEWAY_UP = Pattern.compile("the gateway listens url=\"(http[^\"]+)\"");
    private static final String CLIENT_ID = "portal";
    private static final String SMALL_SEGMENTS = String.valueOf(64 << 20);

    private final Directories directories;
    private final List<String> portalOptions;
    private final WarmUp warmUp;
    private final String secret = UUID.randomUUID().toString();
    private final ChildProcesses children;
    private final Map<Deployment, RunningDeployment> deployed = new LinkedHashMap<>();
    private final Map<String, Integer> topics = new HashMap<>();
    private final AtomicInteger portals = new AtomicInteger();
    private final Optional<Network> network;
    private final Addresses addresses;
    private final SampleService api;
    private final Admin admin;
    /** Started when it is needed first. */
    private TraceSink collector;

    private final ChildProcess broker;
    private final ChildProcess sampleApi;

    /**
     * Starts broker and sample API.
     *
     * @param children starts and, at last, ends all processes
     * @param portalOptions options for the portals' JVMs
     * @param warmUp what they do before they are measured
     * @param network what lies between the parts; empty where they are near
     */
    public TestBed(
            Directories directories,
            ChildProcesses children,
            List<String> portalOptions,
            WarmUp warmUp,
            Optional<Network> network)
            throws IOException, InterruptedException {
        this(directories, children, portalOptions, warmUp, Map.of(), network);
    }

    /**
     * The same, with properties of the broker.
     *
     * @param brokerProperties by Kafka's names, over the bed's own
     */
    public TestBed(
            Directories directories,
            ChildProcesses children,
            List<String> portalOptions,
            WarmUp warmUp,
            Map<String, String> brokerProperties,
            Optional<Network> network)
            throws IOException, InterruptedException {
        this.directories = directories;
        this.children = children;
        this.portalOptions = portalOptions;
        this.warmUp = warmUp;
        this.network = network;
        broker = child("broker", brokerCommand(directories.data(), brokerProperties, network), Map.of());
        sampleApi = child(
                "sample-api",
                JavaCommand.longLived(List.of(), "sample-api", "--port=0", "--token-port=0"),
                Map.of("OAUTH2_CLIENT_ID", CLIENT_ID, "OAUTH2_CLIENT_SECRET", secret));
        addresses = Addresses.of(broker, sampleApi, network, START);
        api = new SampleService(URI.create(addresses.api()), URI.create(addresses.tokens()), CLIENT_ID, secret);
        admin = Admin.create(Map.of("bootstrap.servers", addresses.broker()));
    }

    private static List<String> brokerCommand(Path data, Map<String, String> properties, Optional<Network> network) {
        List<String> arguments = new ArrayList<>(
                List.of("broker", "--port=0", "--data=" + data, "--property=log.retention.check.interval.ms=3000"));
        properties.forEach((name, value) -> arguments.add("--property=" + name + "=" + value));
        arguments.addAll(Addresses.brokerArguments(network));
        return JavaCommand.longLived(List.of(), arguments.toArray(String[]::new));
    }

    /** The broker's process. */
    public ChildProcess broker() {
        return broker;
    }

    /** The sample API's process. */
    public ChildProcess sampleApi() {
        return sampleApi;
    }

    public String bootstrapServers() {
        return addresses.broker();
    }

    /**
     * What lies between the parts.
     *
     * @throws IllegalStateException where the run has no distances
     */
    public Network network() {
        return network.orElseThrow(() -> new IllegalStateException("the parts are near"));
    }

    public SampleService api() {
        return api;
    }

    public Path workDirectory() {
        return directories.work();
    }

    /** A client's settings, without topics. */
    public KafkaSendClient.Builder client() {
        return at(addresses.brokerForClients());
    }

    /** The same, of one that is where portals are. */
    public KafkaSendClient.Builder atThePortal() {
        return at(addresses.brokerForPortals());
    }

    private static KafkaSendClient.Builder at(String bootstrapServers) {
        return KafkaSendClient.builder()
                .bootstrapServers(bootstrapServers)
                .defaultTimeout(Duration.ofMinutes(5))
                .connectTimeout(Duration.ofSeconds(30));
    }

    /** The same, for a deployment. */
    public KafkaSendClient.Builder client(Deployment deployment) {
        return client().requestTopic(deployment.requestTopic()).responseTopic(deployment.responseTopic());
    }

    /** Stops the portals of all deployments but these. */
    public void keepOnly(Set<Deployment> deployments) {
        List<RunningDeployment> others = deployed.values().stream()
                .filter(running -> !deployments.contains(running.deployment()))
                .toList();
        others.forEach(running -> {
            deployed.remove(running.deployment());
            running.close();
        });
    }

    /** The deployment with its portals up; starts them unless they run. */
    public RunningDeployment running(Deployment deployment) throws Exception {
        return running(List.of(deployment)).get(0);
    }

    /**
     * These deployments with their portals up; starts those that do not run. What is to be compared is named at once: it warms up
     * in turns, so that none has the client's first minute, or more of the time.
     */
    public List<RunningDeployment> running(List<Deployment> wanted) throws Exception {
        List<KafkaSendClient> cold = new ArrayList<>();
        for (Deployment deployment : wanted) {
            if (!deployed.containsKey(deployment)) {
                RunningDeployment started = started(deployment);
                deployed.put(deployment, started);
                if (deployment.warm()) {
                    cold.add(started.client());
                }
            }
        }
        if (!cold.isEmpty()) {
            warmUp.run(cold);
            emptyTopics();
        }
        return wanted.stream().map(deployed::get).toList();
    }

    private RunningDeployment started(Deployment deployment) throws Exception {
        createTopics(deployment);
        List<ChildProcess> starting = new ArrayList<>();
        for (int i = 0; i < deployment.portals(); i++) {
            starting.add(startPortal(deployment, portalOptions));
        }
        for (ChildProcess portal : starting) {
            portal.await(PORTAL_UP, START);
        }
        GroupBalance.await(admin, deployment, START);
        RunningDeployment started =
                new RunningDeployment(deployment, client(deployment).build(), starting);
        started.client().call(Request.builder().endpoint("/api/v1/status").build());
        return started;
    }

    /** Creates a deployment's topics unless they are there. */
    public void createTopics(Deployment deployment) throws InterruptedException {
        createTopic(deployment.requestTopic(), deployment.partitions(), Map.of());
        createTopic(deployment.responseTopic(), deployment.partitions(), Map.of());
        for (String topic : deployment.replyTopics()) {
            createTopic(topic, 1, Map.of());
        }
    }

    /** Starts a gateway before a deployment's portals, which answers on the first of their reply topics. */
    public RunningGateway startGateway(Deployment deployment) throws IOException, InterruptedException {
        ChildProcess process = child(
                "gateway-" + deployment.name(),
                JavaCommand.longLived(List.of(), "gateway"),
                Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS",
                        addresses.brokerForClients(),
                        "KAFKA_REQUEST_TOPIC",
                        deployment.requestTopic(),
                        "KAFKA_RESPONSE_TOPIC",
                        deployment.responseTopic(),
                        "KAFKA_CONSUMER_GROUP",
                        deployment.group(),
                        "GATEWAY_REPLY_TOPIC",
                        deployment.replyTopics().get(0),
                        "GATEWAY_MODERN_PORTALS",
                        "true",
                        "GATEWAY_IN_FLIGHT",
                        "200",
                        "GATEWAY_CALLER_IN_FLIGHT",
                        "200",
                        "GATEWAY_PORT",
                        "0",
                        "GATEWAY_MANAGEMENT_PORT",
                        "0"));
        URI url = URI.create(process.await(GATEWAY_UP, START).group(1));
        return new RunningGateway(new SampleService(url, URI.create(addresses.tokens()), CLIENT_ID, secret), process);
    }

    /** Starts one portal with the run's own options for its JVM, and waits until it is up, having had no job. */
    public ChildProcess startColdPortal(Deployment deployment) throws IOException, InterruptedException {
        ChildProcess portal = startPortal(deployment, portalOptions);
        try {
            portal.await(PORTAL_UP, START);
        } catch (BenchmarkException | InterruptedException e) {
            portal.close();
            throw e;
        }
        return portal;
    }

    /** Starts one portal, and does not wait for it. */
    public ChildProcess startPortal(Deployment deployment, List<String> options) throws IOException {
        return startPortalBy(JavaCommand.longLived(options, "portal"), deployment);
    }

    /** The same, by this command. */
    public ChildProcess startPortalBy(List<String> command, Deployment deployment) throws IOException {
        Map<String, String> environment = new HashMap<>(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", addresses.brokerForPortals(),
                "KAFKA_REQUEST_TOPIC", deployment.requestTopic(),
                "KAFKA_RESPONSE_TOPIC", deployment.responseTopic(),
                "KAFKA_CONSUMER_GROUP", deployment.group(),
                "PORTAL_TARGET_API_URL", addresses.apiForPortals(),
                "PORTAL_ALLOWED_ENDPOINTS", "/api/v1/*",
                "OAUTH2_TOKEN_URL", addresses.tokensForPortals(),
                "OAUTH2_CLIENT_ID", CLIENT_ID,
                "OAUTH2_CLIENT_SECRET", secret));
        environment.put("PORTAL_MODERN_READERS", "true"); // or nothing but JSON would be measured
        environment.put("PORTAL_MANAGEMENT_PORT", "0"); // several run at a time
        environment.put("PORTAL_WARM_UP_SECONDS", "0"); // the load warms it up, for as long as it was told to
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        if (deployment.settings().containsKey(Deployment.TRACES_EXPORTER)) {
            environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", collector());
        }
        environment.putAll(deployment.settings());
        return child("portal-" + deployment.name() + "-" + portals.incrementAndGet(), command, environment);
    }

    private String collector() throws IOException {
        if (collector == null) {
            collector = TraceSink.start();
        }
        return collector.url();
    }

    /** The processor time that all processes of the run have taken so far, this one among them. */
    public Duration cpuTime() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .orElse(Duration.ZERO)
                .plus(children.cpuTime());
    }

    /** Starts a process that ends with the run at the latest. */
    public ChildProcess child(String name, List<String> command, Map<String, String> environment) throws IOException {
        return children.start(name, command, environment);
    }

    /** Creates a topic unless it is there. */
    public void createTopic(String name, int partitions, Map<String, String> configs) throws InterruptedException {
        if (topics.containsKey(name)) {
            return;
        }
        Map<String, String> all = new HashMap<>(configs);
        all.putIfAbsent("segment.bytes", SMALL_SEGMENTS);
        try {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(all)))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new BenchmarkException("cannot create topic " + name + ": " + e.getCause(), e);
        }
        topics.put(name, partitions);
    }

    /** Deletes what the topics hold, so that a long run fits into little room. */
    public void emptyTopics() throws InterruptedException {
        Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
        topics.forEach((topic, partitions) -> {
            for (int partition = 0; partition < partitions; partition++) {
                all.put(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(-1));
            }
        });
        try {
            admin.deleteRecords(all).all().get();
        } catch (ExecutionException e) {
            throw new BenchmarkException("cannot empty the topics: " + e.getCause(), e);
        }
    }

    /** Waits until as many calls hang as are wanted. */
    public void awaitHanging(int calls) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (api.hanging() != calls) {
            if (System.nanoTime() - deadline > 0) {
                throw new BenchmarkException(
                        "of " + calls + " calls that hang, " + api.hanging() + " have come to the sample API");
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** Ends the clients and what lies between; the processes are for whoever gave the {@link ChildProcesses}. */
    @Override
    public void close() {
        deployed.values().forEach(running -> running.client().close());
        admin.close(Duration.ofSeconds(1));
        network.ifPresent(Network::close);
        if (collector != null) {
            collector.close();
        }
    }
}

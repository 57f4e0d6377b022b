package io.kafkasend.client.internal;

import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobStage;
import io.kafkasend.protocol.ResponseStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of a job that has no answer: what a portal said last, and, where none has said anything, whether there is one.
 * It makes the line that says why no answer came. Thread-safe.
 */
public final class LastNews {
    /** After so long without a word Kafka is asked for portals; sooner where the job's whole time is short. */
    private static final long FIRST_NANOS = Duration.ofSeconds(10).toNanos();

    private static final long AGAIN_NANOS = Duration.ofSeconds(30).toNanos();
    /** A portal that is there says something each 30 s. */
    private static final long SILENT_SECONDS = 75;

    private final String bootstrapServers;
    private final String requestTopic;
    private final String replyTo;
    private final String group;
    private long nextQuestion;
    private ResponseStatus status;
    private long statusAt;
    private boolean answered;
    private PortalMembers portals = PortalMembers.UNKNOWN;

    /**
     * @param bootstrapServers where Kafka is
     * @param requestTopic where portals read
     * @param replyTo where the answer is asked for, if not on the portal's own topic; or null
     * @param group what portals read as
     */
    public LastNews(String bootstrapServers, String requestTopic, String replyTo, String group, Deadline deadline) {
        this.bootstrapServers = bootstrapServers;
        this.requestTopic = requestTopic;
        this.replyTo = replyTo;
        this.group = group;
        long half = deadline.timeout().compareTo(Duration.ofNanos(2 * FIRST_NANOS)) < 0
                ? deadline.timeout().toNanos() / 2
                : FIRST_NANOS;
        this.nextQuestion = System.nanoTime() + half;
    }

    /**
     * A portal has said how far the job is.
     *
     * @return whether this is for the listener: of a known stage, and before the answer
     */
    public synchronized boolean heard(ResponseStatus said) {
        if (answered || said.known().isEmpty()) {
            return false;
        }
        status = said;
        statusAt = System.nanoTime();
        return true;
    }

    /** The answer has begun: what portals say of the job is nothing new from now on. */
    public synchronized void answering() {
        answered = true;
    }

    /** Whether Kafka is to be asked for portals now, as long as none has said anything; then not again for a while. */
    public synchronized boolean isToAsk(long now) {
        if (answered || status != null || now - nextQuestion < 0) {
            return false;
        }
        nextQuestion = now + AGAIN_NANOS;
        return true;
    }

    /**
     * Such portals there are, as far as Kafka says.
     *
     * @return whether this is for the listener: no portal has said anything meanwhile
     */
    public synchronized boolean found(PortalMembers members) {
        if (answered || status != null) {
            return false;
        }
        portals = members;
        return true;
    }

    /**
     * That it is Kafka which stands between a job and its answer, to stand behind "no answer within N seconds"; empty where it does
     * not.
     *
     * @param silent for how many seconds it has not answered; empty where it does
     * @param sent whether it has the whole request
     */
    public Optional<String> ofKafka(OptionalLong silent, boolean sent) {
        if (silent.isPresent()) {
            return Optional.of(": Kafka at " + bootstrapServers + " has not answered for " + silent.getAsLong() + " s"
                    + (sent ? "" : ", and the request was not sent whole"));
        }
        return sent ? Optional.empty() : Optional.of(": the request was not sent whole by then");
    }

    /** Why no part of an answer came, as far as is known, likewise. */
    public synchronized String ofPortals() {
        if (status != null) {
            return ": " + said() + silence();
        }
        boolean known = portals.readers().isPresent();
        if (known && portals.readers().getAsInt() == 0) {
            return ": no portal reads topic " + requestTopic + ": "
                    + (portals.elsewhere()
                            ? "the members of the consumer group " + group + " read other topics"
                            : "the consumer group " + group + " has no members");
        }
        if (known && replyTo == null) {
            return ", and no part of one: a portal runs (" + members() + "), but may be kept from reading or answering,"
                    + " busy with others' calls, or with this one while the API is slow";
        }
        if (known) {
            return ": a portal runs (" + members() + "), and says nothing on " + replyTo
                    + ": may this client be answered there? (One that is not known to may hear so on the portal's own"
                    + " answer topic only)";
        }
        return ", and no part of one: is a portal reading the request topic"
                + (replyTo == null
                        ? "?"
                        : ", and may this client be answered on " + replyTo
                                + "? (One that is not known to may hear so on the portal's own answer topic only)");
    }

    private String members() {
        int count = portals.readers().orElseThrow();
        return "the consumer group " + group + (count == 1 ? " has one member" : " has " + count + " members");
    }

    private String said() {
        JobStage stage = status.known().orElseThrow();
        return switch (stage) {
            case ACCEPTED ->
                status.receivedChunks() == null || status.totalChunks() == null
                        ? "the portal waits for the rest of the request"
                        : "the portal has " + status.receivedChunks() + " of " + status.totalChunks()
                                + " chunks of the request, and waits for the rest";
            case WAITING -> "the portal has the request, which waits for its turn" + before();
            case CALLING -> calling();
            case ANSWERING -> "the API has begun to answer, and the portal has not read enough of it";
        };
    }

    private String before() {
        return status.before() == null || status.before() == 0
                ? ""
                : " behind " + status.before() + (status.before() == 1 ? " other" : " others");
    }

    private String calling() {
        Optional<String> code = Optional.ofNullable(status.code());
        boolean retries = ResponseStatus.RETRY.equals(status.awaits());
        if (code.isPresent()
                && code.get().equals(ErrorCode.OAUTH_UNAVAILABLE.name())
                && !ResponseStatus.API.equals(status.awaits())) {
            return "the portal's token server does not answer (OAUTH_UNAVAILABLE), so the API is not called";
        }
        if (ResponseStatus.TOKEN.equals(status.awaits())) {
            return "the portal's token server has not answered it yet, so the API is not called";
        }
        if (retries) {
            return "the portal's call of the API failed"
                    + code.map(name -> " (" + name + ")").orElse("") + ", and is made again";
        }
        return "the portal has called the API for " + seconds() + " s, which has not answered";
    }

    /** In its stage, until now: the job goes on while nobody says so. */
    private long seconds() {
        return status.seconds() + (System.nanoTime() - statusAt) / 1_000_000_000L;
    }

    private String silence() {
        long silent = (System.nanoTime() - statusAt) / 1_000_000_000L;
        return silent < SILENT_SECONDS ? "" : "; the portal was last heard of " + silent + " s ago";
    }
}

package io.kafkasend.portal.warmup;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.ApiVersionsResponse;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.requests.FindCoordinatorRequest;
import org.apache.kafka.common.requests.FindCoordinatorResponse;
import org.apache.kafka.common.requests.HeartbeatResponse;
import org.apache.kafka.common.requests.InitProducerIdResponse;
import org.apache.kafka.common.requests.JoinGroupRequest;
import org.apache.kafka.common.requests.JoinGroupResponse;
import org.apache.kafka.common.requests.LeaveGroupResponse;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.apache.kafka.common.requests.ListOffsetsResponse;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.requests.OffsetCommitRequest;
import org.apache.kafka.common.requests.OffsetCommitResponse;
import org.apache.kafka.common.requests.OffsetFetchRequest;
import org.apache.kafka.common.requests.OffsetFetchResponse;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.common.requests.SyncGroupRequest;
import org.apache.kafka.common.requests.SyncGroupResponse;

/** What a {@link StubBroker} answers: every request that a portal's clients make, in a version that names topics. Thread-safe. */
final class StubAnswers {
    private static final int NODE = 0;
    private static final String MEMBER = "warm-up";
    private static final int LONGEST_WAIT_MILLIS = 100;

    /** What it knows, and up to which version: behind these, topics have ids in place of names. */
    private static final Map<ApiKeys, Integer> VERSIONS = Map.ofEntries(
            Map.entry(ApiKeys.API_VERSIONS, 4),
            Map.entry(ApiKeys.METADATA, 12),
            Map.entry(ApiKeys.PRODUCE, 12),
            Map.entry(ApiKeys.FETCH, 12),
            Map.entry(ApiKeys.INIT_PRODUCER_ID, 4),
            Map.entry(ApiKeys.FIND_COORDINATOR, 4),
            Map.entry(ApiKeys.JOIN_GROUP, 9),
            Map.entry(ApiKeys.SYNC_GROUP, 5),
            Map.entry(ApiKeys.HEARTBEAT, 4),
            Map.entry(ApiKeys.LEAVE_GROUP, 5),
            Map.entry(ApiKeys.OFFSET_FETCH, 8),
            Map.entry(ApiKeys.OFFSET_COMMIT, 8),
            Map.entry(ApiKeys.LIST_OFFSETS, 7));

    private final StubTopics topics;
    private final String host;
    private final int port;

    StubAnswers(StubTopics topics, String host, int port) {
        this.topics = topics;
        this.host = host;
        this.port = port;
    }

    /** Null where none is wanted. */
    AbstractResponse to(AbstractRequest request) throws InterruptedException {
        return switch (request.apiKey()) {
            case API_VERSIONS -> versions();
            case METADATA -> metadata(((MetadataRequest) request).data(), request.version());
            case PRODUCE -> produced((ProduceRequest) request);
            case FETCH -> fetched((FetchRequest) request);
            case INIT_PRODUCER_ID ->
                new InitProducerIdResponse(
                        new InitProducerIdResponseData().setProducerId(1).setProducerEpoch((short) 0));
            case FIND_COORDINATOR -> coordinators((FindCoordinatorRequest) request);
            case JOIN_GROUP -> joined(((JoinGroupRequest) request).data());
            case SYNC_GROUP -> synchronised((SyncGroupRequest) request);
            case HEARTBEAT -> new HeartbeatResponse(new HeartbeatResponseData());
            case LEAVE_GROUP -> new LeaveGroupResponse(new LeaveGroupResponseData());
            case OFFSET_FETCH -> committedOffsets((OffsetFetchRequest) request);
            case OFFSET_COMMIT -> committed((OffsetCommitRequest) request);
            case LIST_OFFSETS -> offsets((ListOffsetsRequest) request);
            default -> request.getErrorResponse(Errors.UNSUPPORTED_VERSION.exception());
        };
    }

    private static ApiVersionsResponse versions() {
        ApiVersionsResponseData.ApiVersionCollection known = new ApiVersionsResponseData.ApiVersionCollection();
        VERSIONS.forEach((key, most) -> known.add(new ApiVersionsResponseData.ApiVersion()
                .setApiKey(key.id)
                .setMinVersion(key.oldestVersion())
                .setMaxVersion((short) Math.min(most, key.latestVersion()))));
        return new ApiVersionsResponse(new ApiVersionsResponseData().setApiKeys(known));
    }

    private MetadataResponse metadata(MetadataRequestData request, short version) {
        MetadataResponseData.MetadataResponseBrokerCollection brokers =
                new MetadataResponseData.MetadataResponseBrokerCollection();
        brokers.add(new MetadataResponseData.MetadataResponseBroker()
                .setNodeId(NODE)
                .setHost(host)
                .setPort(port));
        MetadataResponseData.MetadataResponseTopicCollection found =
                new MetadataResponseData.MetadataResponseTopicCollection();
        if (request.topics() != null) {
            request.topics()
                    .forEach(topic -> found.add(new MetadataResponseData.MetadataResponseTopic()
                            .setName(topic.name())
                            .setTopicId(new Uuid(1, topic.name().hashCode()))
                            .setPartitions(List.of(new MetadataResponseData.MetadataResponsePartition()
                                    .setPartitionIndex(0)
                                    .setLeaderId(NODE)
                                    .setReplicaNodes(List.of(NODE))
                                    .setIsrNodes(List.of(NODE))))));
        }
        return new MetadataResponse(
                new MetadataResponseData()
                        .setBrokers(brokers)
                        .setClusterId(MEMBER)
                        .setControllerId(NODE)
                        .setTopics(found),
                version);
    }

    private ProduceResponse produced(ProduceRequest request) {
        ProduceResponseData.TopicProduceResponseCollection responses =
                new ProduceResponseData.TopicProduceResponseCollection();
        request.data()
                .topicData()
                .forEach(topic -> responses.add(new ProduceResponseData.TopicProduceResponse()
                        .setName(topic.name())
                        .setPartitionResponses(topic.partitionData().stream()
                                .map(partition -> new ProduceResponseData.PartitionProduceResponse()
                                        .setIndex(partition.index())
                                        .setBaseOffset(topics.write((MemoryRecords) partition.records()))
                                        .setLogStartOffset(0))
                                .toList())));
        return request.acks() == 0 ? null : new ProduceResponse(new ProduceResponseData().setResponses(responses));
    }

    private FetchResponse fetched(FetchRequest request) throws InterruptedException {
        FetchResponseData response = new FetchResponseData();
        for (var topic : request.data().topics()) {
            FetchResponseData.FetchableTopicResponse found =
                    new FetchResponseData.FetchableTopicResponse().setTopic(topic.topic());
            for (var partition : topic.partitions()) {
                MemoryRecords records = topics.isRequests(topic.topic())
                        ? topics.read(
                                partition.fetchOffset(),
                                partition.partitionMaxBytes(),
                                Math.min(request.maxWait(), LONGEST_WAIT_MILLIS))
                        : MemoryRecords.EMPTY;
                found.partitions()
                        .add(new FetchResponseData.PartitionData()
                                .setPartitionIndex(partition.partition())
                                .setHighWatermark(topics.end())
                                .setLastStableOffset(topics.end())
                                .setLogStartOffset(0)
                                .setRecords(records));
            }
            response.responses().add(found);
        }
        return FetchResponse.of(response);
    }

    private FindCoordinatorResponse coordinators(FindCoordinatorRequest request) {
        return new FindCoordinatorResponse(new FindCoordinatorResponseData()
                .setCoordinators(request.data().coordinatorKeys().stream()
                        .map(key -> new FindCoordinatorResponseData.Coordinator()
                                .setKey(key)
                                .setNodeId(NODE)
                                .setHost(host)
                                .setPort(port))
                        .toList()));
    }

    /** Whoever joins is alone, and so the one that assigns. */
    private static JoinGroupResponse joined(JoinGroupRequestData request) {
        JoinGroupRequestData.JoinGroupRequestProtocol protocol =
                request.protocols().iterator().next();
        return new JoinGroupResponse(
                new JoinGroupResponseData()
                        .setGenerationId(1)
                        .setProtocolType(request.protocolType())
                        .setProtocolName(protocol.name())
                        .setLeader(MEMBER)
                        .setMemberId(MEMBER)
                        .setMembers(List.of(new JoinGroupResponseData.JoinGroupResponseMember()
                                .setMemberId(MEMBER)
                                .setMetadata(protocol.metadata()))),
                (short) 9);
    }

    private static SyncGroupResponse synchronised(SyncGroupRequest request) {
        return new SyncGroupResponse(new SyncGroupResponseData()
                .setProtocolType(request.data().protocolType())
                .setProtocolName(request.data().protocolName())
                .setAssignment(
                        request.data().assignments().isEmpty()
                                ? new byte[0]
                                : request.data().assignments().get(0).assignment()));
    }

    private static OffsetFetchResponse committedOffsets(OffsetFetchRequest request) {
        return new OffsetFetchResponse.Builder(request.data().groups().stream()
                        .map(group -> new OffsetFetchResponseData.OffsetFetchResponseGroup()
                                .setGroupId(group.groupId())
                                .setTopics(group.topics().stream()
                                        .map(topic -> new OffsetFetchResponseData.OffsetFetchResponseTopics()
                                                .setName(topic.name())
                                                .setPartitions(topic.partitionIndexes().stream()
                                                        .map(index ->
                                                                new OffsetFetchResponseData
                                                                                .OffsetFetchResponsePartitions()
                                                                        .setPartitionIndex(index)
                                                                        .setCommittedOffset(-1)
                                                                        .setMetadata(""))
                                                        .toList()))
                                        .toList()))
                        .toList())
                .build(request.version());
    }

    private OffsetCommitResponse committed(OffsetCommitRequest request) {
        OffsetCommitResponseData response = new OffsetCommitResponseData();
        for (var topic : request.data().topics()) {
            OffsetCommitResponseData.OffsetCommitResponseTopic done =
                    new OffsetCommitResponseData.OffsetCommitResponseTopic().setName(topic.name());
            for (var partition : topic.partitions()) {
                topics.commit(partition.committedOffset());
                done.partitions()
                        .add(new OffsetCommitResponseData.OffsetCommitResponsePartition()
                                .setPartitionIndex(partition.partitionIndex()));
            }
            response.topics().add(done);
        }
        return new OffsetCommitResponse(response);
    }

    private ListOffsetsResponse offsets(ListOffsetsRequest request) {
        ListOffsetsResponseData response = new ListOffsetsResponseData();
        for (var topic : request.data().topics()) {
            ListOffsetsResponseData.ListOffsetsTopicResponse found =
                    new ListOffsetsResponseData.ListOffsetsTopicResponse().setName(topic.name());
            topic.partitions().forEach(partition -> found.partitions()
                    .add(new ListOffsetsResponseData.ListOffsetsPartitionResponse()
                            .setPartitionIndex(partition.partitionIndex())
                            .setOffset(0)
                            .setTimestamp(-1)));
            response.topics().add(found);
        }
        return new ListOffsetsResponse(response);
    }
}

package io.kafkasend.e2e;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.server.authorizer.AclCreateResult;
import org.apache.kafka.server.authorizer.AclDeleteResult;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;
import org.apache.kafka.server.authorizer.Authorizer;
import org.apache.kafka.server.authorizer.AuthorizerServerInfo;

/**
 * A broker's plug-in by which it does in every run what one that has just started does in some: it refuses a topic's next
 * write, since it does not know yet that it leads the partition, and takes what the producer has sent meanwhile.
 */
public final class LateLeader implements Authorizer {
    /** The topics whose next write is refused. */
    static final Set<String> OF = ConcurrentHashMap.newKeySet();

    private static final long MEANWHILE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    @Override
    public List<AuthorizationResult> authorize(AuthorizableRequestContext request, List<Action> actions) {
        for (Action action : actions) {
            if (request.requestType() == ApiKeys.PRODUCE.id
                    && action.operation() == AclOperation.WRITE
                    && OF.remove(action.resourcePattern().name())) {
                LockSupport.parkNanos(MEANWHILE_NANOS);
                throw new NotLeaderOrFollowerException("planned");
            }
        }
        return actions.stream().map(action -> AuthorizationResult.ALLOWED).toList();
    }

    @Override
    public Map<Endpoint, CompletionStage<Void>> start(AuthorizerServerInfo server) {
        Map<Endpoint, CompletionStage<Void>> started = new HashMap<>();
        server.endpoints().forEach(endpoint -> started.put(endpoint, CompletableFuture.completedFuture(null)));
        return started;
    }

    @Override
    public List<CompletionStage<AclCreateResult>> createAcls(
            AuthorizableRequestContext request, List<AclBinding> acls) {
        return List.of();
    }

    @Override
    public List<CompletionStage<AclDeleteResult>> deleteAcls(
            AuthorizableRequestContext request, List<AclBindingFilter> filters) {
        return List.of();
    }

    @Override
    public Iterable<AclBinding> acls(AclBindingFilter filter) {
        return List.of();
    }

    @Override
    public void configure(Map<String, ?> configuration) {
        // nothing to configure
    }

    @Override
    public void close() {
        // nothing to close
    }
}

package io.kafkasend.portal.respond;

import io.kafkasend.portal.body.HeldBytes;
import io.kafkasend.portal.requester.Flow;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/** What one answer has of the memory for those that are kept whole; given back with its exchange. Not thread-safe. */
final class WholeAnswerMemory extends SynchronizationAdapter {
    private final HeldBytes held;
    private final Exchange exchange;
    private final Flow flow;
    private long bytes;

    /**
     * @param held what all such answers have
     * @param flow whose answer it is
     */
    WholeAnswerMemory(HeldBytes held, Exchange exchange, Flow flow) {
        this.held = held;
        this.exchange = exchange;
        this.flow = flow;
    }

    /** Whether a further piece may wait for the answer's end; the first one always may. */
    boolean mayKeep(List<byte[]> pieces, int pieceBytes) {
        if (pieces.isEmpty()) {
            return true;
        }
        if (!held.take(flow, pieceBytes, held.limit())) {
            return false;
        }
        if (bytes == 0) {
            exchange.getExchangeExtension().addOnCompletion(this);
        }
        bytes += pieceBytes;
        return true;
    }

    @Override
    public void onDone(Exchange done) {
        held.free(flow, bytes);
        bytes = 0;
    }
}

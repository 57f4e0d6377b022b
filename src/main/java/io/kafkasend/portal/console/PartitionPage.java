package io.kafkasend.portal.console;

import io.kafkasend.portal.ledger.Ledger;
import io.kafkasend.portal.ledger.PartitionCount;
import java.util.List;

/** The partitions that are this portal's, as its ledger sees them, as JSON. Thread-safe. */
final class PartitionPage {
    private final Ledger ledger;

    PartitionPage(Ledger ledger) {
        this.ledger = ledger;
    }

    byte[] json() {
        List<PartitionCount> partitions = ledger.counts();
        return ConsoleJson.object(json -> {
            json.writeArrayFieldStart("partitions");
            for (PartitionCount count : partitions) {
                json.writeStartObject();
                json.writeStringField("topic", count.partition().topic());
                json.writeNumberField("partition", count.partition().partition());
                json.writeNumberField("safe", count.safe());
                json.writeNumberField("next", count.next());
                json.writeNumberField("open", count.open());
                json.writeNumberField("done_above", count.doneAbove());
                if (count.open() > 0) {
                    json.writeNumberField("oldest_seconds", count.oldestMillis() / 1_000);
                }
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }
}

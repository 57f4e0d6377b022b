package io.kafkasend.outbox;

import io.kafkasend.config.OutboxSettings;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** The step {@code describe}: what is asked of a file, and under which job, is kept before anything is sent. Thread-safe. */
public final class Description implements Processor {
    private final OutboxSettings settings;

    /**
     * @param configuration says what is asked where a file's sidecar does not
     */
    public Description(OutboxConfiguration configuration) {
        this.settings = configuration.settings();
    }

    /** @throws IOException where that cannot be kept */
    @Override
    public void process(Exchange exchange) throws IOException {
        Parcel parcel = exchange.getProperty(FilesConsumer.PARCEL, Parcel.class);
        if (parcel.isDescribed() || parcel.outcome().isPresent()) {
            return;
        }
        try {
            if (!parcel.isRegular()) {
                throw new IllegalArgumentException("it is a link, and not a file of its own");
            }
            parcel.described(Asked.of(parcel, settings));
        } catch (IllegalArgumentException e) {
            parcel.ended(Reasons.notSent(e.getMessage()));
        }
    }
}

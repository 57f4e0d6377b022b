package io.kafkasend.portal.settings;

import io.kafkasend.config.KafkaSettings;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.config.RequesterSettings;
import io.kafkasend.protocol.Transfer;

/**
 * Who reads the answer topics. The portal's own is read by every client, and an old one takes each record for JSON of a type
 * that it knows before it looks at whose it is: anything else ends it, whoever asked for that. So frames, and types of messages
 * beside START, CHUNK and ERROR, go there only where the operator says that all readers know them. A reply topic is its
 * client's own. Immutable.
 *
 * @param topic the portal's own topic
 * @param modern whether all its readers know this protocol
 */
public record AnswerReaders(String topic, boolean modern) {
    public static AnswerReaders of(PortalSettings settings) {
        return new AnswerReaders(
                settings.get(KafkaSettings.RESPONSE_TOPIC), settings.get(RequesterSettings.MODERN_READERS));
    }

    /**
     * How an answer may travel: as its START says, as far as the others who read the same topic can bear it.
     *
     * @param asked what START says
     * @param ownTopic whether the answer goes to its client's own reply topic
     */
    public Transfer of(Transfer asked, boolean ownTopic) {
        return modern || ownTopic ? asked : asked.forEveryReader();
    }

    /** What that means for the operator: one line. */
    @Override
    public String toString() {
        return modern
                ? "answers on " + topic
                        + " may be binary frames (PORTAL_MODERN_READERS=true): an old client that reads it"
                        + " ends at the first one"
                : "answers on " + topic
                        + " are JSON, which old clients read, too; PORTAL_MODERN_READERS=true lets them be"
                        + " binary frames, a quarter less on the wire, where all its readers know them";
    }
}

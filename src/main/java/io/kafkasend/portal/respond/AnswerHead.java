package io.kafkasend.portal.respond;

import io.kafkasend.portal.job.Job;
import io.kafkasend.protocol.BodyDigest;
import io.kafkasend.protocol.Form;
import io.kafkasend.protocol.ResponseStart;
import io.kafkasend.protocol.codec.MessageWriter;
import java.util.List;
import java.util.Map;

/**
 * What is known of an answer before its body is read. Immutable.
 *
 * @param announced how many bytes the API says the body has; null where it does not
 * @param apart the values of repeated headers, where the client reads them
 * @param maybeText whether the headers say text
 */
record AnswerHead(
        MessageWriter writer,
        Job job,
        int status,
        Long announced,
        Map<String, String> headers,
        Map<String, List<String>> apart,
        boolean maybeText,
        List<String> dropped,
        AnswerForm form) {
    /** Whether the client is to take it for text: a frame's bytes stay what they are, whatever it makes of them. */
    boolean textInFrames() {
        return maybeText && form.frames();
    }

    /** Whether its CHUNKs are text, if it is UTF-8. */
    boolean maybeTextInJson() {
        return maybeText && !form.frames() && form.encoding() == null;
    }

    /**
     * The START of an answer that is here whole.
     *
     * @param total how many CHUNKs follow
     */
    AnswerRecord start(int total, boolean text, BodyDigest whole) {
        return start(total, text, whole.crc32(), whole.bytes(), whole.sha256(), false);
    }

    /** The START of an answer whose totals its last CHUNK brings. */
    AnswerRecord start() {
        return start(null, textInFrames(), null, announced, null, false);
    }

    /** The START of an answer that comes as its API sends it. */
    AnswerRecord startOfStream() {
        return start(null, textInFrames(), null, announced, null, true);
    }

    private AnswerRecord start(Integer total, boolean text, Long crc32, Long bytes, String sha256, boolean stream) {
        return AnswerRecord.json(writer.write(new ResponseStart(
                job.id(),
                total,
                status,
                headers,
                text,
                crc32,
                bytes,
                sha256,
                form.encoding(),
                job.request(),
                apart,
                !job.start().form().equals(Form.OF_FILE_ALONE),
                dropped,
                stream)));
    }

    /** A CHUNK of text in JSON. */
    AnswerRecord textChunk(int sequence, int total, String text) {
        return AnswerRecord.json(writer.textChunk(job.id(), sequence, total, job.request(), text));
    }
}

package io.kafkasend.kamelet;

import io.kafkasend.client.AnswerStream;
import io.kafkasend.client.Request;
import io.kafkasend.protocol.Method;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.WrappedFile;

/**
 * The step of {@code kafkasend-file-sink}: the message's body is sent as an upload to an HTTP endpoint through Kafka. The message
 * stays as it is, but for the status of the answer. Thread-safe once it is set up.
 */
public final class FileSink extends ClientStep {
    private static final Set<Method> UPLOADS = EnumSet.of(Method.POST, Method.PUT, Method.PATCH);
    private static final String UNNAMED = "file";

    private boolean form;
    private String formField = "";

    /** Whether the file goes as one of a form (multipart/form-data), with its name. */
    public void setForm(boolean value) {
        form = value;
    }

    /** The name of the form's field for the file; empty for the portal's own. */
    public void setFormField(String value) {
        formField = value;
    }

    /**
     * @throws io.kafkasend.client.ClientException where there is no answer
     * @throws IOException for a status from 400 on
     */
    @Override
    public void process(Exchange exchange) throws IOException {
        Message message = exchange.getMessage();
        Method asked = Method.named(method())
                .filter(UPLOADS::contains)
                .orElseThrow(() -> new IllegalArgumentException(
                        "the method is \"" + method() + "\"; it takes POST, PUT or PATCH"));
        Request.Builder request = Request.builder()
                .method(asked)
                .endpoint(endpoint())
                .contentType(contentType())
                .body(MessageBody.of(message));
        if (form) {
            request.filename(name(message));
            if (!formField.isEmpty()) {
                request.formField(formField);
            }
        }
        try (AnswerStream answer = client().open(request.build())) {
            if (isRefusal(answer)) {
                throw refusal(answer);
            }
            message.setHeader(Exchange.HTTP_RESPONSE_CODE, answer.status());
        }
    }

    /** The last part of the file's path, by Camel's header or by the body itself. */
    private static String name(Message message) {
        String said = message.getHeader(Exchange.FILE_NAME, String.class);
        Object body = message.getBody();
        if (body instanceof WrappedFile<?> wrapped) {
            body = wrapped.getFile();
        }
        if (said == null && body instanceof File file) {
            said = file.getName();
        }
        Path last = said == null || said.isBlank() ? null : Path.of(said).getFileName();
        return last == null ? UNNAMED : last.toString();
    }

    /** Names no password. */
    @Override
    public String toString() {
        return "uploads by " + method() + " to " + endpoint();
    }
}

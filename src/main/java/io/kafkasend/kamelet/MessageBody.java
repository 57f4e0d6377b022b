package io.kafkasend.kamelet;

import io.kafkasend.client.Body;
import java.io.File;
import java.io.InputStream;
import java.nio.file.Path;
import org.apache.camel.Message;
import org.apache.camel.WrappedFile;

/** A message's body as a request's. */
final class MessageBody {
    private MessageBody() {}

    /** A file is read where it lies; of what Camel makes a stream, a temporary file is made, since START tells the length. */
    static Body of(Message message) {
        Object body = message.getBody();
        if (body == null) {
            return Body.empty();
        }
        if (body instanceof byte[] || body instanceof String) {
            return Body.of(message.getBody(byte[].class));
        }
        if (body instanceof WrappedFile<?> wrapped && wrapped.getFile() instanceof File file) {
            return Body.file(file.toPath());
        }
        if (body instanceof File file) {
            return Body.file(file.toPath());
        }
        if (body instanceof Path file) {
            return Body.file(file);
        }
        InputStream stream = message.getBody(InputStream.class);
        if (stream == null) {
            throw new IllegalArgumentException(
                    "the message's body is a " + body.getClass().getName() + ", which Camel makes no stream of");
        }
        return Body.stream(stream);
    }
}

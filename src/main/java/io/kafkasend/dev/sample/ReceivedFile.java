package io.kafkasend.dev.sample;

import io.kafkasend.dev.http.HttpExchange;
import io.kafkasend.dev.http.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Locale;

/**
 * A body, or the file of a form, read to its end.
 *
 * @param name the file's; null for a body that is no form
 * @param contentType the file's, or the body's; null where none is said
 * @param size in bytes
 * @param sha256 in lower-case hexadecimal
 * @param kept the name under which it is kept; null where it is not
 */
record ReceivedFile(String name, String contentType, long size, String sha256, String kept) {

    /** Reads a body to its end, and keeps what it holds, unless that is nothing. */
    static ReceivedFile read(HttpExchange exchange, RequestBody body, KeptUploads uploads)
            throws IOException, MultipartFile.MalformedException {
        String contentType = exchange.header("Content-Type");
        String name = null;
        MessageDigest digest = Sha256.begin();
        try (KeptUploads.Upload upload = uploads.begin()) {
            CountingSink sink = new CountingSink(digest, upload);
            if (contentType != null
                    && contentType
                            .split(";", 2)[0]
                            .trim()
                            .toLowerCase(Locale.ROOT)
                            .equals("multipart/form-data")) {
                MultipartFile file = MultipartFile.read(body, MultipartFile.boundaryOf(contentType), sink);
                name = file.filename();
                contentType = file.contentType();
            } else {
                body.transferTo(sink);
            }
            return new ReceivedFile(
                    name, contentType, sink.count, Sha256.hex(digest), sink.count == 0 ? null : upload.keep(name));
        }
    }

    /** Adds the name under which it is kept, if it is. */
    JsonObject keptIn(JsonObject json) {
        return kept == null ? json : json.put("kept", kept);
    }

    /** Counts and digests what goes on. */
    private static final class CountingSink extends OutputStream {

        private final MessageDigest digest;
        private final OutputStream on;
        private long count;

        CountingSink(MessageDigest digest, OutputStream on) {
            this.digest = digest;
            this.on = on;
        }

        @Override
        public void write(int b) throws IOException {
            digest.update((byte) b);
            on.write(b);
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            digest.update(bytes, offset, length);
            on.write(bytes, offset, length);
            count += length;
        }
    }
}

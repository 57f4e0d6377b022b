package io.kafkasend.portal.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.portal.Start;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.Form;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.codec.MessageReader;
import io.kafkasend.protocol.codec.MessageWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.apache.commons.fileupload2.core.FileItemInput;
import org.apache.commons.fileupload2.core.RequestContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import wiremock.org.eclipse.jetty.server.MultiPartParser;

/** What a client names its file, and says of its type, stays in its place: two foreign parsers read what the API would get. */
class HostileMultipartTest {
    private static final byte[] CONTENT =
            "first\r\n--second\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n".getBytes(UTF_8);

    /** A part as a parser found it. */
    private record Part(String name, String filename, String type, byte[] content) {}

    /** What the API would get of a START with these, having gone through the reader. */
    private static BodyEntity form(String filename, String type) throws ProtocolException {
        RequestStart start =
                Start.of(Method.POST).chunks(1).file(filename, type).build();
        RequestStart read = (RequestStart) new MessageReader().readRequest(new MessageWriter().write(start));
        return BodyEntity.multipart(Map.of(), "file", read.filename(), read.contentType(), Parts.body(CONTENT));
    }

    private static ErrorCode refusal(String filename, String type) {
        try {
            form(filename, type);
            return null;
        } catch (ProtocolException e) {
            assertThat(e.getMessage()).matches("[ -~]{1,200}");
            return e.code();
        }
    }

    private static byte[] bytes(BodyEntity entity) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        entity.writeTo(out);
        return out.toByteArray();
    }

    private static List<Part> byCommonsFileUpload(BodyEntity entity) throws IOException {
        byte[] body = bytes(entity);
        RequestContext request = new RequestContext() {
            @Override
            public String getCharacterEncoding() {
                return "UTF-8";
            }

            @Override
            public long getContentLength() {
                return body.length;
            }

            @Override
            public String getContentType() {
                return entity.getContentType();
            }

            @Override
            public InputStream getInputStream() {
                return new ByteArrayInputStream(body);
            }

            @Override
            public boolean isMultipartRelated() {
                return false;
            }
        };
        StreamedUpload upload = new StreamedUpload();
        upload.setHeaderCharset(UTF_8);
        List<Part> parts = new ArrayList<>();
        upload.getItemIterator(request).forEachRemaining(item -> parts.add(part(item)));
        return parts;
    }

    private static Part part(FileItemInput item) throws IOException {
        return new Part(
                item.getFieldName(),
                item.getName(),
                item.getContentType(),
                item.getInputStream().readAllBytes());
    }

    private static List<String> headersByJetty(BodyEntity entity) throws IOException {
        String type = entity.getContentType();
        List<String> fields = new ArrayList<>();
        MultiPartParser parser = new MultiPartParser(
                new MultiPartParser.Handler() {
                    @Override
                    public void startPart() {
                        fields.add("part");
                    }

                    @Override
                    public void parsedField(String name, String value) {
                        fields.add(name + ": " + value);
                    }
                },
                type.substring(type.indexOf("boundary=") + "boundary=".length()));
        parser.parse(ByteBuffer.wrap(bytes(entity)), true);
        return fields;
    }

    private static void requireOnePart(String filename, String type) throws Exception {
        BodyEntity entity = form(filename, type);
        String shown = filename.replace("\"", "%22");
        assertThat(byCommonsFileUpload(entity)).singleElement().satisfies(part -> {
            assertThat(part.name()).isEqualTo("file");
            assertThat(part.filename()).isEqualTo(shown.strip());
            assertThat(part.type()).isEqualTo(type.strip());
            assertThat(part.content()).isEqualTo(CONTENT);
        });
        assertThat(headersByJetty(entity))
                .containsExactly(
                        "part",
                        "Content-Disposition: form-data; name=\"file\"; filename=\"" + shown + "\"",
                        "Content-Type: " + type.strip());
    }

    static Stream<String> names() {
        return Stream.of(
                "a\"; name=\"other",
                "a\"; filename=\"b.exe",
                "\"",
                "a;b=c",
                "a; filename*=UTF-8''evil.exe",
                "UTF-8''%e2%82%ac.txt",
                "%22quoted%22.txt",
                "--kafkasend-boundary--",
                "----WebKitFormBoundary",
                "Content-Type: text",
                "\uD83D\uDCC4 r\u00E9sum\u00E9 \u4E2D\u6587.pdf",
                "\u202Egnp.exe",
                "a\u00a0b",
                "'single' `back` $(cmd) | & <x>",
                "\u00E9".repeat(127),
                "a".repeat(255));
    }

    @ParameterizedTest
    @MethodSource("names")
    void aFileNameStaysWithinItsQuotes(String filename) throws Exception {
        requireOnePart(filename, "text/plain");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\r\nX-Evil: 1",
                "a\nb",
                "a\rb",
                "a\u0000.txt",
                "a\u2028b",
                "a\u2029b",
                "a\u0085b",
                "a\u007fb",
                "a\\\" b",
                "..\\..\\a",
                "../a",
                "/etc/passwd",
                "..",
                ".",
                "a%0d%0aX-Evil: 1",
                "a%00"
            })
    void aFileNameThatCouldLeaveItsPlaceIsRefused(String filename) {
        assertThat(refusal(filename, "text/plain")).isEqualTo(ErrorCode.INVALID_FILENAME);
    }

    @ParameterizedTest
    @ValueSource(ints = {256, 10_000})
    void aFileNameThatIsTooLongIsRefused(int length) {
        assertThat(refusal("a".repeat(length), "text/plain")).isEqualTo(ErrorCode.INVALID_FILENAME);
        assertThat(refusal("\uD83D\uDCC4".repeat(length / 4 + 1), "text/plain")).isEqualTo(ErrorCode.INVALID_FILENAME);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"text/plain", "text/plain; charset=UTF-8", "a/b; x=\"y;z,\"", "application/vnd.api+json ; v=1"})
    void aTypeStaysAsItIs(String type) throws Exception {
        requireOnePart("a.txt", type);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain\r\nX-Evil: 1",
                "text/plain\r\n\r\nbody",
                "text/plain\n",
                "text/plain\u0000",
                "text/plain; x=\"\r\n\"",
                "text/plain; x=\"\\\r\n\"",
                "text/plain; x=\u00e9",
                "multipart/form-data; boundary=x",
                "MULTIPART/mixed",
                "*/*",
                "text",
                "text/",
                "text/plain;",
                "text/plain, text/html",
                ""
            })
    void aTypeThatIsNoneIsRefused(String type) {
        assertThat(refusal("a.txt", type)).isEqualTo(ErrorCode.INVALID_CONTENT_TYPE);
    }

    @Property(tries = 300)
    void anyNameAndTypeIsOnePartOrRefused(
            @ForAll
                    @StringLength(max = 60)
                    @Chars({'"', ';', '=', '%', 'a', '0', ' ', '\'', '*', '-', '\u00e9', '\u202e'})
                    String filename,
            @ForAll @StringLength(max = 20) @Chars({'"', ';', '=', '/', 'a', ' ', '\t', ',', '-', '\\', '\r', '\n'})
                    String type)
            throws Exception {
        for (String each : List.of("text/plain", "text/plain; x=\"" + type + "\"", type)) {
            if (refusal(filename, each) == null) {
                assertThat(byCommonsFileUpload(form(filename, each))).hasSize(1);
                assertThat(headersByJetty(form(filename, each))).hasSize(3);
            }
        }
    }

    /** What the API would get of a START with these fields, having gone through the reader; null where it is refused. */
    private static BodyEntity formWith(String file, String name, String value) {
        RequestStart start = RequestStart.builder(JobId.random(), 1, Method.POST, "/api/things")
                .filename("a.txt")
                .contentType("text/plain")
                .form(new Form(file, Map.of(name, List.of(value))))
                .build();
        try {
            RequestStart read = (RequestStart) new MessageReader().readRequest(new MessageWriter().write(start));
            Form form = read.form();
            return BodyEntity.multipart(form.texts(), form.file(), "a.txt", "text/plain", Parts.body(CONTENT));
        } catch (ProtocolException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.INVALID_MESSAGE);
            return null;
        }
    }

    @Property(tries = 500)
    void anyFieldIsOnePartOrRefused(
            @ForAll
                    @StringLength(max = 30)
                    @Chars({'"', ';', '=', '%', 'a', ' ', '\'', '*', '-', '\\', '\r', '\n', '\0', '\u00e9', '\u2028'})
                    String name,
            @ForAll @StringLength(max = 30) @Chars({'"', '-', 'a', ':', '\r', '\n', '\u00e9', '\0'}) String value)
            throws Exception {
        for (String file : List.of("file", "f" + name)) {
            BodyEntity entity = formWith(file, name, value);
            if (entity == null) {
                assertThat(name).matches(bad -> bad.isEmpty() || bad.matches("(?s).*[\\\\\0\u2028].*"));
                continue;
            }
            List<Part> parts = byCommonsFileUpload(entity);
            assertThat(parts).extracting(Part::filename).containsExactly(null, "a.txt");
            assertThat(parts.get(0).content()).isEqualTo(value.getBytes(UTF_8));
            assertThat(parts.get(1).content()).isEqualTo(CONTENT);
            assertThat(headersByJetty(entity)).hasSize(5);
        }
    }
}

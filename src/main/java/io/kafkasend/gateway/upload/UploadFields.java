package io.kafkasend.gateway.upload;

import io.kafkasend.gateway.http.HeaderField;
import io.kafkasend.gateway.http.RequestHead;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a request says of an upload. A field that stands twice, or has no value of its kind, is as if it were not there. Immutable.
 *
 * @param complete {@code Upload-Complete}: whether the body is the last of the upload
 * @param offset {@code Upload-Offset}, in bytes
 * @param length {@code Upload-Length}, in bytes
 * @param interop which draft's uploads the caller knows, where the gateway knows them, too
 */
record UploadFields(Optional<Boolean> complete, OptionalLong offset, OptionalLong length, Optional<String> interop) {
    /** The draft's name for its iterations: from -05 to -12, in which nothing that the gateway reads has changed. */
    static final String INTEROP = "Upload-Draft-Interop-Version";

    static final String COMPLETE = "Upload-Complete";
    static final String OFFSET = "Upload-Offset";
    static final String LENGTH = "Upload-Length";

    private static final Set<String> KNOWN = Set.of("6", "7", "8");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,15}");

    static UploadFields of(RequestHead head) {
        return new UploadFields(
                item(head, COMPLETE, Set.of("?0", "?1")::contains).map("?1"::equals),
                number(head, OFFSET),
                number(head, LENGTH),
                item(head, INTEROP, KNOWN::contains));
    }

    private static OptionalLong number(RequestHead head, String name) {
        return item(head, name, value -> NUMBER.matcher(value).matches())
                .map(value -> OptionalLong.of(Long.parseLong(value)))
                .orElse(OptionalLong.empty());
    }

    /** An item of RFC 9651, without its parameters. */
    private static Optional<String> item(RequestHead head, String name, Function<String, Boolean> fits) {
        List<String> given = head.headers().stream()
                .filter(field -> field.is(name))
                .map(HeaderField::value)
                .flatMap(value -> Stream.of(value.split(";", 2)[0].strip()))
                .toList();
        return given.size() == 1 ? Optional.of(given.get(0)).filter(fits::apply) : Optional.empty();
    }
}

package io.kafkasend.oauth;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;

/**
 * Finds what the SDK's parser lets pass: a name that an object has twice, where two readers may take two values, and deep
 * nesting. Stateless.
 */
final class UnambiguousJson {

    /** How deep objects and arrays may lie in one another. */
    static final int MAX_DEPTH = 16;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();

    private UnambiguousJson() {}

    /** Whether a text is JSON that everybody reads alike. */
    static boolean is(String text) {
        try (JsonParser parser = JSON.createParser(text)) {
            while (parser.nextToken() != null) {
                continue; // each token is checked as it is read
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}

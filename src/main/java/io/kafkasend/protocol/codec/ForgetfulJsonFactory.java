package io.kafkasend.protocol.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.json.ByteSourceJsonBootstrapper;
import com.fasterxml.jackson.core.sym.ByteQuadsCanonicalizer;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A factory of parsers that keeps few of the names it has read. Jackson's own keeps up to 6,000, for good, whoever chose them:
 * of 8,192 characters each they take 100 MB. Names that messages have are soon known again. Thread-safe.
 */
final class ForgetfulJsonFactory extends JsonFactory {
    private static final long serialVersionUID = 1;

    /** What all fields of the protocol and some headers have; with the names of one more record, some 4 MB at most. */
    static final int MOST_NAMES = 96;

    private final transient AtomicReference<ByteQuadsCanonicalizer> names =
            new AtomicReference<>(ByteQuadsCanonicalizer.createRoot());

    ForgetfulJsonFactory(JsonFactoryBuilder builder) {
        super(builder);
    }

    @Override
    protected JsonParser _createParser(byte[] data, int offset, int length, IOContext context) throws IOException {
        ByteQuadsCanonicalizer known = names.get();
        if (known.size() > MOST_NAMES) {
            names.compareAndSet(known, ByteQuadsCanonicalizer.createRoot());
            known = names.get();
        }
        return new ByteSourceJsonBootstrapper(context, data, offset, length)
                .constructParser(_parserFeatures, _objectCodec, known, _rootCharSymbols, _factoryFeatures);
    }

    /** How many names are kept now. */
    int namesKept() {
        return names.get().size();
    }
}

package io.kafkasend.portal.body;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A body in a file: chunk after chunk as they came, each encrypted by AES-256-GCM with a key that is the file's own and is in
 * memory only. So what is left of the file tells nothing, and what was changed in it is not read. Thread-safe.
 */
final class SpooledStore implements ChunkStore {
    private static final Logger LOG = LoggerFactory.getLogger(SpooledStore.class);
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int KEY_BITS = 256;
    private static final int TAG_BITS = 128;
    private static final int NONCE_BYTES = 12;

    private final FileChannel file;
    private final Consumer<SpooledStore> atEnd;
    private final SecretKey key;
    private final Map<Integer, Extent> extents = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private long end;

    /** Where a chunk stands in the file, encrypted. */
    private record Extent(long offset, int length) {}

    /**
     * @param file an empty file, which is gone once it is closed
     * @param atEnd told when it is
     */
    SpooledStore(FileChannel file, Consumer<SpooledStore> atEnd) {
        this.file = file;
        this.atEnd = atEnd;
        try {
            KeyGenerator generator = KeyGenerator.getInstance("AES");
            generator.init(KEY_BITS);
            this.key = generator.generateKey();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES", e);
        }
    }

    @Override
    public boolean has(int place) {
        return extents.containsKey(place);
    }

    @Override
    public void put(int place, byte[] data) throws IOException {
        byte[] sealed = crypt(Cipher.ENCRYPT_MODE, place, data);
        ByteBuffer buffer = ByteBuffer.wrap(sealed);
        while (buffer.hasRemaining()) {
            file.write(buffer, end + buffer.position());
        }
        extents.put(place, new Extent(end, sealed.length));
        end += sealed.length;
        bytes.addAndGet(data.length);
    }

    @Override
    public byte[] chunk(int place) throws IOException {
        Extent extent = extents.get(place);
        if (extent == null) {
            throw new IOException("chunk " + place + " is not there");
        }
        ByteBuffer buffer = ByteBuffer.allocate(extent.length());
        while (buffer.hasRemaining()) {
            if (file.read(buffer, extent.offset() + buffer.position()) < 0) {
                throw new EOFException("the spooled file is shorter than what was written");
            }
        }
        return crypt(Cipher.DECRYPT_MODE, place, buffer.array());
    }

    /** The place is the nonce: a place is written once in a file, and each file has a key of its own. */
    private byte[] crypt(int mode, int place, byte[] data) throws IOException {
        byte[] nonce = ByteBuffer.allocate(NONCE_BYTES).putInt(place).array();
        try {
            Cipher cipher = Cipher.getInstance(CIPHER);
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            return cipher.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IOException("a spooled chunk is not what was written", e);
        }
    }

    @Override
    public int chunks() {
        return extents.size();
    }

    @Override
    public long bytes() {
        return bytes.get();
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("reason", e.getMessage()).log("cannot close a spooled file");
        }
        extents.clear();
        bytes.set(0);
        atEnd.accept(this);
    }
}

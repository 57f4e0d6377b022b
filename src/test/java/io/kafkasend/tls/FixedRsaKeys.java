package io.kafkasend.tls;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * RSA keys of primes that are known. To search for primes took a test's JVM one to seven seconds of the processor for each key.
 * Anybody can factor them, since their primes are next to each other: they are for tests alone. Thread-safe.
 */
final class FixedRsaKeys {
    private static final BigInteger EXPONENT = BigInteger.valueOf(65_537);

    /** By the bits of a key: what 3 * 2^(n-2) lacks to primes of n bits, which are half as many. */
    private static final Map<Integer, int[]> OFFSETS = Map.of(
            1024, new int[] {761, 1505},
            2048, new int[] {1037, 1697, 1937, 2087, 2197, 3031, 3727, 5111},
            3072, new int[] {1837, 2617});

    private static final AtomicInteger COUNT = new AtomicInteger();

    private FixedRsaKeys() {}

    /** A pair of 1024, 2048 or 3072 bits; of 2048 bits each is another one, until there have been 28. */
    static KeyPair next(int bits) throws GeneralSecurityException {
        int[] offsets = OFFSETS.get(bits);
        int pairs = offsets.length * (offsets.length - 1) / 2;
        int number = Math.floorMod(COUNT.getAndIncrement(), pairs);
        int second = 1;
        while (number >= second) {
            number -= second++;
        }
        return pair(prime(bits / 2, offsets[number]), prime(bits / 2, offsets[second]));
    }

    private static BigInteger prime(int bits, int offset) {
        return BigInteger.valueOf(3).shiftLeft(bits - 2).add(BigInteger.valueOf(offset));
    }

    private static KeyPair pair(BigInteger q, BigInteger p) throws GeneralSecurityException {
        BigInteger one = BigInteger.ONE;
        BigInteger modulus = p.multiply(q);
        BigInteger secret = EXPONENT.modInverse(p.subtract(one).multiply(q.subtract(one)));
        KeyFactory keys = KeyFactory.getInstance("RSA");
        return new KeyPair(
                keys.generatePublic(new RSAPublicKeySpec(modulus, EXPONENT)),
                keys.generatePrivate(new RSAPrivateCrtKeySpec(
                        modulus,
                        EXPONENT,
                        secret,
                        p,
                        q,
                        secret.mod(p.subtract(one)),
                        secret.mod(q.subtract(one)),
                        q.modInverse(p))));
    }
}

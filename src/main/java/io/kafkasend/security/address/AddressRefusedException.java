package io.kafkasend.security.address;

import io.kafkasend.security.PolicyViolation;
import java.net.UnknownHostException;

/**
 * A host has addresses, but none that may be connected to. Nothing was sent. To ask again at once would find the same; after
 * a while, with the name service put right, it may pass. The message names no address.
 */
public final class AddressRefusedException extends UnknownHostException {
    private static final long serialVersionUID = 1L;

    /**
     * @param violation why the last of the addresses is refused
     */
    public AddressRefusedException(PolicyViolation violation) {
        super(violation.detail());
    }
}

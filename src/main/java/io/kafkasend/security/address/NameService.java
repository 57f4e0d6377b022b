package io.kafkasend.security.address;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Finds the addresses of a host. Thread-safe. */
@FunctionalInterface
public interface NameService {
    /**
     * Looks a host up.
     *
     * @param host a name, or an address literal
     * @return its addresses, at least one, those to be tried first in front
     * @throws UnknownHostException if it has none, or nobody can be asked
     */
    InetAddress[] addresses(String host) throws UnknownHostException;

    /**
     * The one of the machine, with the JDK's cache.
     *
     * @return hosts file, DNS, and whatever else the machine is set up with
     */
    static NameService system() {
        return InetAddress::getAllByName;
    }
}

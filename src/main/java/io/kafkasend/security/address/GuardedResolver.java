package io.kafkasend.security.address;

import io.kafkasend.security.PolicyViolation;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Resolves the one host that an HTTP client may reach, and hands on only addresses that {@link AddressPolicy} accepts. The
 * client connects to what it is handed, so that between check and connection nothing is resolved again. Thread-safe.
 *
 * <p>The first answer that holds an acceptable address decides whether the host is public or internal, for as long as the
 * resolver lives. That is the answer to {@link #examine}, or a later one if the host had no address then.
 */
public final class GuardedResolver implements DnsResolver {
    private final String host;
    private final NameService names;
    private final BiConsumer<InetAddress, PolicyViolation> refusals;
    private AddressPolicy policy;

    /**
     * Makes one; looks nothing up yet.
     *
     * @param host the configured host, a name or an address literal
     * @param names who knows its addresses
     * @param refusals told of each address that is not handed on
     */
    public GuardedResolver(String host, NameService names, BiConsumer<InetAddress, PolicyViolation> refusals) {
        this.host = Objects.requireNonNull(host, "host");
        this.names = Objects.requireNonNull(names, "names");
        this.refusals = Objects.requireNonNull(refusals, "refusals");
    }

    /**
     * Looks the host up at start.
     *
     * @return false if it has no address now
     * @throws PolicyViolation if it is, by name or by any of its addresses, one to which nobody may ever connect
     */
    public boolean examine() throws PolicyViolation {
        AddressPolicy.checkHost(host);
        InetAddress[] answers;
        try {
            answers = names.addresses(host);
        } catch (UnknownHostException e) {
            return false;
        }
        for (InetAddress answer : answers) {
            AddressPolicy.checkEver(answer);
        }
        decide(answers);
        return answers.length > 0;
    }

    /**
     * Those of the host's addresses that may be connected to.
     *
     * @throws AddressRefusedException if that is none of them, or the host is another than the configured one
     * @throws UnknownHostException if it has no address
     */
    @Override
    public InetAddress[] resolve(String asked) throws UnknownHostException {
        if (!AddressPolicy.canonical(asked).equals(AddressPolicy.canonical(host))) {
            throw new AddressRefusedException(AddressPolicy.otherHost()); // and nobody is asked for it
        }
        InetAddress[] answers = names.addresses(host);
        AddressPolicy decided = decide(answers);
        List<InetAddress> accepted = new ArrayList<>();
        PolicyViolation refusal = null;
        for (InetAddress answer : answers) {
            try {
                decided.check(asked, answer);
                accepted.add(answer);
            } catch (PolicyViolation e) {
                refusal = e;
                refusals.accept(answer, e);
            }
        }
        if (accepted.isEmpty()) {
            throw refusal == null ? new UnknownHostException("no address") : new AddressRefusedException(refusal);
        }
        return accepted.toArray(InetAddress[]::new);
    }

    /** As it was given: the system would ask the name service on its own. */
    @Override
    public String resolveCanonicalHostname(String asked) {
        return asked;
    }

    /** An answer without an acceptable address decides nothing, or whoever forged it could open the way for the next. */
    private synchronized AddressPolicy decide(InetAddress[] answers) {
        AddressPolicy decided = policy != null ? policy : new AddressPolicy(host, List.of(answers));
        for (InetAddress answer : answers) {
            if (!AddressKind.of(answer).isNeverReached()) {
                policy = decided;
            }
        }
        return decided;
    }
}

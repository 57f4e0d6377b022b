package io.kafkasend.security.address;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads IP addresses as lenient parsers do: {@code inet_aton}, browsers, and clients that let numbers overflow. Takes
 * lower-case text; never resolves a name.
 */
public final class AddressLiteral {
    private AddressLiteral() {}

    /** The numbers of a dotted text, each as it stands; empty if a part is no decimal, octal or hexadecimal number. */
    public static Optional<List<String>> numbers(String host) {
        List<String> parts = List.of(host.split("\\.", -1));
        boolean numeric = parts.size() <= 4 && parts.stream().allMatch(AddressLiteral::isNumber);
        return numeric ? Optional.of(parts) : Optional.empty();
    }

    public static boolean isHexadecimal(String number) {
        return number.startsWith("0x");
    }

    /** Both readings of 1 to 4 numbers: a leading zero means octal to some parsers and nothing to others. */
    public static List<byte[]> ipv4(List<String> numbers) {
        return List.of(ipv4(numbers, true), ipv4(numbers, false));
    }

    private static byte[] ipv4(List<String> numbers, boolean octal) {
        int last = numbers.size() - 1;
        long address = value(numbers.get(last), octal) & (0xFFFFFFFFL >>> (8 * last));
        for (int i = 0; i < last; i++) {
            address |= (value(numbers.get(i), octal) & 0xFF) << (24 - 8 * i);
        }
        return new byte[] {(byte) (address >> 24), (byte) (address >> 16), (byte) (address >> 8), (byte) address};
    }

    private static boolean isNumber(String part) {
        if (isHexadecimal(part)) {
            return part.chars().skip(2).allMatch(c -> Character.digit(c, 16) >= 0);
        }
        return !part.isEmpty() && part.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** The number modulo 2^32, as overflowing parsers have it. */
    private static long value(String number, boolean octal) {
        boolean hexadecimal = isHexadecimal(number);
        boolean readAsOctal = octal && number.startsWith("0") && number.chars().noneMatch(c -> c > '7');
        int radix = hexadecimal ? 16 : readAsOctal ? 8 : 10;
        long value = 0;
        for (int i = hexadecimal ? 2 : 0; i < number.length(); i++) {
            value = (value * radix + Character.digit(number.charAt(i), radix)) & 0xFFFFFFFFL;
        }
        return value;
    }

    /** An IPv6 address (RFC 4291, section 2.2) without brackets; a zone after a percent sign is ignored. */
    public static Optional<byte[]> ipv6(String host) {
        int zone = host.indexOf('%');
        String text = zone < 0 ? host : host.substring(0, zone);
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            return Optional.empty();
        }
        Optional<byte[]> head = groups(gap < 0 ? text : text.substring(0, gap));
        Optional<byte[]> tail = groups(gap < 0 ? "" : text.substring(gap + 2));
        if (head.isEmpty() || tail.isEmpty()) {
            return Optional.empty();
        }
        int length = head.get().length + tail.get().length;
        if (gap < 0 ? length != 16 : length > 14) {
            return Optional.empty();
        }
        byte[] address = Arrays.copyOf(head.get(), 16);
        System.arraycopy(tail.get(), 0, address, 16 - tail.get().length, tail.get().length);
        return Optional.of(address);
    }

    private static Optional<byte[]> groups(String text) {
        if (text.isEmpty()) {
            return Optional.of(new byte[0]);
        }
        List<Byte> bytes = new ArrayList<>();
        String[] groups = text.split(":", -1);
        for (int i = 0; i < groups.length; i++) {
            String group = groups[i];
            boolean last = i == groups.length - 1;
            Optional<List<String>> dotted = last && group.contains(".") ? numbers(group) : Optional.empty();
            if (dotted.isPresent()) {
                for (byte b : ipv4(dotted.get(), false)) {
                    bytes.add(b);
                }
            } else if (!group.isEmpty()
                    && group.length() <= 4
                    && group.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
                int value = Integer.parseInt(group, 16);
                bytes.add((byte) (value >> 8));
                bytes.add((byte) value);
            } else {
                return Optional.empty();
            }
        }
        if (bytes.size() > 16) {
            return Optional.empty();
        }
        byte[] out = new byte[bytes.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = bytes.get(i);
        }
        return Optional.of(out);
    }
}

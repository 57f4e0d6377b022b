package io.kafkasend.cli.finding;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Addresses of brokers, of which none has answered as one: why, as far as TCP tells. Immutable.
 *
 * @param list host:port, with commas between
 */
record Servers(String list) {
    private static final int TRIED = 3;

    /**
     * Tries the first of them.
     *
     * @param patience how long each may take
     * @return a few words on each, such as "kafka:9092 takes no connection"
     */
    String told(Duration patience) {
        List<String> told = new ArrayList<>();
        for (String server : List.of(list.split("\\s*,\\s*"))) {
            if (told.size() == TRIED) {
                break;
            }
            told.add(server.strip() + " " + told(server.strip(), patience));
        }
        return String.join(", ", told);
    }

    private static String told(String server, Duration patience) {
        int colon = server.lastIndexOf(':');
        try (Socket socket = new Socket()) {
            String host = server.substring(0, colon).replaceAll("^\\[|]$", "");
            int port = Integer.parseInt(server.substring(colon + 1));
            socket.connect(new InetSocketAddress(InetAddress.getByName(host), port), (int) patience.toMillis());
            return "takes connections, and does not answer on them";
        } catch (UnknownHostException e) {
            return "is unknown here";
        } catch (IOException e) {
            return "takes no connection";
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return "is no address";
        }
    }
}

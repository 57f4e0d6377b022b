package io.kafkasend.cli.send;

import io.kafkasend.client.Answer;
import io.kafkasend.client.ProgressListener;
import io.kafkasend.security.Printable;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Prints an answer's head as {@code curl -i} does: the status, a line for each value of a header, an empty line. What a terminal
 * would heed is escaped. Thread-safe, as the stream is.
 *
 * @param out standard output
 */
record ShownHead(PrintStream out) implements ProgressListener {
    /** Before the body goes to the same place. */
    @Override
    public void answering(int status, Map<String, List<String>> headers) {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + "\n");
        headers.forEach((name, values) -> values.forEach(
                value -> head.append(Printable.line(name + ": " + value)).append('\n')));
        out.print(head.append('\n'));
        out.flush();
    }

    /** Of an answer that is complete. */
    void print(Answer answer) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        answer.headers().keySet().forEach(name -> headers.put(name, answer.headerValues(name)));
        answering(answer.status(), headers);
    }
}

package io.kafkasend.bench.result;

import java.util.ArrayList;
import java.util.List;

/** A table in columns, for a terminal. Not thread-safe. */
public final class Columns {
    private static final String BETWEEN = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final int columns;

    /** With this head. */
    public Columns(String... head) {
        columns = head.length;
        rows.add(List.of(head));
    }

    /**
     * Adds a row.
     *
     * @throws IllegalArgumentException unless it has as many cells as the head
     */
    public void row(String... cells) {
        if (cells.length != columns) {
            throw new IllegalArgumentException("a row takes " + columns + " cells, and got " + cells.length);
        }
        rows.add(List.of(cells));
    }

    /** All rows, the head first; the last column is not filled up. */
    public List<String> lines() {
        int[] widths = new int[columns];
        rows.forEach(row -> {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        return rows.stream()
                .map(row -> {
                    StringBuilder line = new StringBuilder();
                    for (int i = 0; i < columns; i++) {
                        line.append(i == 0 ? "" : BETWEEN)
                                .append(row.get(i))
                                .append(" ".repeat(widths[i] - row.get(i).length()));
                    }
                    return line.toString().stripTrailing();
                })
                .toList();
    }
}

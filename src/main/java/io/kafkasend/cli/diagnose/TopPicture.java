package io.kafkasend.cli.diagnose;

import com.fasterxml.jackson.databind.JsonNode;
import io.kafkasend.cli.console.Bytes;
import io.kafkasend.cli.console.Ink;
import io.kafkasend.security.Printable;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a portal is doing, in lines that fit a terminal. Names come from clients, so that each is shown through
 * {@link Printable}. Stateless.
 *
 * @param columns how wide lines may be
 * @param ink colour
 */
record TopPicture(int columns, Ink ink) {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int LONGEST_NAME = 200;
    /** So wide is a line with whole job ids. */
    private static final int WIDE = 110;

    private static final int ID = 36;
    private static final int SHORT_ID = 8;
    private static final int NARROW = 70;
    private static final long MINUTE = 60;
    private static final long HOUR = 3_600;

    /** The whole picture; jobs below it as they come, the furthest first. */
    List<String> lines(PortalLook look) {
        List<String> lines = new ArrayList<>();
        JsonNode jobs = look.jobs();
        JsonNode states = jobs.path("by_state");
        String work = String.format(Locale.ROOT, "work %.2f", look.work());
        lines.add(cut(
                look.url() + "  "
                        + CLOCK.format(Instant.ofEpochMilli(jobs.path("now").asLong())) + " UTC  "
                        + jobs.path("open").asLong() + " jobs  " + work,
                columns));
        lines.add(cut(
                "assembling " + count(states, "assembling") + ", waiting " + count(states, "waiting") + ", calling "
                        + count(states, "calling") + ", answering " + count(states, "answering"),
                columns));
        JsonNode minute = look.lastMinute();
        String ended = cut(
                "last minute: answered " + count(minute, "answered") + ", API 4xx 5xx " + count(minute, "api_errors")
                        + ", failed " + count(minute, "failed") + ", cancelled " + count(minute, "cancelled")
                        + ", refused " + count(minute, "refused") + "; in " + Bytes.of(count(minute, "bytes_in"))
                        + ", out " + Bytes.of(count(minute, "bytes_out")),
                columns);
        lines.add(count(minute, "failed") > 0 ? ink.red(ended) : ended);
        lines.add("");
        partitions(lines, look.partitions());
        lines.add("");
        jobs(lines, jobs);
        return lines;
    }

    private void partitions(List<String> lines, JsonNode partitions) {
        lines.add(cut(
                String.format(
                        Locale.ROOT,
                        "%12s %12s %6s %10s %8s  %s",
                        "SAFE",
                        "NEXT",
                        "OPEN",
                        "DONE ABOVE",
                        "OLDEST",
                        "PARTITION"),
                columns));
        for (JsonNode one : partitions) {
            lines.add(cut(
                    String.format(
                            Locale.ROOT,
                            "%12d %12d %6d %10d %8s  %s",
                            count(one, "safe"),
                            count(one, "next"),
                            count(one, "open"),
                            count(one, "done_above"),
                            one.has("oldest_seconds") ? age(count(one, "oldest_seconds") * 1_000) : "",
                            name(one, "topic") + "-" + count(one, "partition")),
                    columns));
        }
    }

    private void jobs(List<String> lines, JsonNode jobs) {
        boolean wide = columns >= WIDE;
        boolean narrow = columns < NARROW;
        int id = wide ? ID : SHORT_ID;
        lines.add(
                cut(row(narrow, id, "STAGE", "AGE", "CHUNKS", "BYTES", "CALLS", "JOB", "CLIENT", "REQUEST"), columns));
        for (JsonNode job : jobs.path("jobs")) {
            String total = count(job, "total_chunks") == 0
                    ? "no body"
                    : count(job, "chunks") + "/" + count(job, "total_chunks");
            String line = row(
                    narrow,
                    id,
                    name(job, "state"),
                    age(count(jobs, "now") - count(job, "since")),
                    total,
                    Bytes.of(count(job, "bytes")),
                    Long.toString(count(job, "attempts")),
                    name(job, "id"),
                    name(job, "client"),
                    name(job, "method") + " " + name(job, "path"));
            lines.add(cut(line, columns));
        }
        if (jobs.path("jobs").isEmpty()) {
            lines.add("no job is under way");
        }
    }

    private static String row(
            boolean narrow,
            int id,
            String stage,
            String age,
            String chunks,
            String bytes,
            String calls,
            String job,
            String client,
            String request) {
        String begin = String.format(Locale.ROOT, "%-10s %8s %11s %-" + id + "." + id + "s ", stage, age, chunks, job);
        return begin
                + (narrow
                        ? request
                        : String.format(Locale.ROOT, "%10s %5s %-12.12s %s", bytes, calls, client, request));
    }

    /** Such as "412 ms", "41 s", "12 m 05 s", "3 h 20 m". */
    private static String age(long millis) {
        long safe = Math.max(0, millis);
        long seconds = safe / 1_000;
        if (safe < 1_000) {
            return safe + " ms";
        }
        if (seconds < MINUTE) {
            return seconds + " s";
        }
        return seconds < HOUR
                ? String.format(Locale.ROOT, "%dm%02ds", seconds / MINUTE, seconds % MINUTE)
                : String.format(Locale.ROOT, "%dh%02dm", seconds / HOUR, seconds % HOUR / MINUTE);
    }

    private static long count(JsonNode of, String field) {
        return of.path(field).asLong();
    }

    private static String name(JsonNode of, String field) {
        return Printable.of(of.path(field).asText(), LONGEST_NAME);
    }

    private static String cut(String line, int columns) {
        return line.length() <= columns ? line : line.substring(0, Math.max(0, columns - 3)) + "...";
    }
}

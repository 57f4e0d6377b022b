package io.kafkasend.bench.scenario;

import io.kafkasend.bench.load.Transfers;
import io.kafkasend.bench.load.WireForm;
import io.kafkasend.bench.result.Figure;
import io.kafkasend.bench.testbed.Deployment;
import io.kafkasend.protocol.JobId;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Bodies up and down, of several sizes and in every form: beside bare Kafka, and beside HTTP straight to the API. */
final class BodyScenarios {
    private static final int MIB = 1 << 20;

    private BodyScenarios() {}

    /** In one form, beside bare Kafka; of the usual form a quick run has small bodies, too. */
    static List<Scenario> besideKafka(WireForm form, boolean usual) {
        int quickRounds = usual ? 2 : 0;
        return List.of(
                upload(form, 1, 10, 7, quickRounds),
                upload(form, 10, 3, 7, quickRounds),
                upload(form, 50, 1, 9, 3),
                upload(form, 200, 1, 5, 0),
                download(form, 1, 10, 7, quickRounds),
                download(form, 10, 3, 7, quickRounds),
                download(form, 50, 1, 9, 3),
                download(form, 200, 1, 5, 0),
                oneRecord(form));
    }

    /** In the usual form, beside smaller ones and beside HTTP. */
    static List<Scenario> besideOthers(WireForm usual) {
        return List.of(sizes(usual), httpUpload(usual), httpDownload(usual));
    }

    private static Scenario upload(WireForm form, int mebibytes, int times, int rounds, int quickRounds) {
        return new Scenario(
                "upload-" + mebibytes + form.suffix(),
                "upload of " + mebibytes + " MiB, " + form.title(),
                "pipe: the same record values, one topic",
                List.of(
                        barAtFifty("last-byte", "to the API's last byte", mebibytes, form),
                        Figure.less("end", "to the client's answer", "s")),
                rounds,
                quickRounds,
                2,
                Set.of(Deployment.BASE),
                bed -> {
                    byte[] body = form.content().bytes(mebibytes * MIB);
                    Transfers transfers =
                            new Transfers(bed.running(Deployment.BASE).client(), form);
                    List<byte[]> values = form.requestValues(JobId.random(), Transfers.UPLOAD, body);
                    Pipe pipe = Pipe.likeKafkaSend(bed);
                    Contender bare = () -> {
                        double seconds = pipe.seconds(values);
                        return Map.of("last-byte", seconds, "end", seconds);
                    };
                    return Contender.pair(
                            ((Contender) () -> transfers.upload(body)).times(times), bare.times(times), pipe::close);
                });
    }

    private static Scenario download(WireForm form, int mebibytes, int times, int rounds, int quickRounds) {
        int bytes = mebibytes * MIB;
        return new Scenario(
                "download-" + mebibytes + form.suffix(),
                "download of " + mebibytes + " MiB, " + form.title(),
                "pipe: the same record values, one topic",
                List.of(barAtFifty("end", "to the client's last byte", mebibytes, form)),
                rounds,
                quickRounds,
                2,
                Set.of(Deployment.BASE),
                bed -> {
                    Transfers transfers =
                            new Transfers(bed.running(Deployment.BASE).client(), form);
                    List<byte[]> values =
                            form.responseValues(JobId.random(), form.content().bytes(bytes));
                    Pipe pipe = Pipe.likeKafkaSend(bed);
                    Contender bare = () -> Map.of("end", pipe.seconds(values));
                    return Contender.pair(
                            ((Contender) () -> transfers.download(bytes)).times(times), bare.times(times), pipe::close);
                });
    }

    /** What must be reached is said for 50 MiB. */
    private static Figure barAtFifty(String key, String title, int mebibytes, WireForm form) {
        return mebibytes == 50
                ? new Figure(key, title, "s", false, form.bar(), form.aim())
                : Figure.less(key, title, "s");
    }

    private static Scenario oneRecord(WireForm form) {
        return new Scenario(
                "one-record" + form.suffix(),
                "upload of 50 MiB, " + form.title(),
                "one record of 50 MiB, limits raised",
                List.of(new Figure(
                        "last-byte", "to the API's last byte", "s", false, form.oneRecordBar(), form.oneRecordAim())),
                9,
                1,
                1,
                Set.of(Deployment.BASE),
                bed -> {
                    byte[] body = form.content().bytes(50 * MIB);
                    Transfers transfers =
                            new Transfers(bed.running(Deployment.BASE).client(), form);
                    Pipe pipe = Pipe.withRaisedLimits(bed, body.length);
                    return Contender.pair(
                            () -> transfers.upload(body),
                            () -> Map.of("last-byte", pipe.seconds(List.of(body))),
                            pipe::close);
                });
    }

    private static Scenario sizes(WireForm form) {
        return new Scenario(
                "sizes",
                "upload of 200 MiB, per MiB",
                "upload of 10 MiB, per MiB",
                List.of(Figure.less("per-mib", "to the API's last byte", "ms/MiB", 1.1, 1.0)),
                5,
                0,
                1,
                Set.of(Deployment.BASE),
                bed -> {
                    byte[] large = form.content().bytes(200 * MIB);
                    byte[] small = form.content().bytes(10 * MIB);
                    Transfers transfers =
                            new Transfers(bed.running(Deployment.BASE).client(), form);
                    return Contender.pair(
                            () -> perMebibyte(transfers.upload(large), 200),
                            ((Contender) () -> perMebibyte(transfers.upload(small), 10)).times(5));
                });
    }

    private static Map<String, Double> perMebibyte(Map<String, Double> upload, int mebibytes) {
        return Map.of("per-mib", upload.get("last-byte") * 1e3 / mebibytes);
    }

    private static Scenario httpUpload(WireForm form) {
        return new Scenario(
                "http-upload-50",
                "upload of 50 MiB, " + form.title(),
                "HTTP straight to the API",
                List.of(Figure.less("end", "to the client's answer", "s")),
                5,
                0,
                1,
                Set.of(Deployment.BASE),
                bed -> {
                    byte[] body = form.content().bytes(50 * MIB);
                    Transfers transfers =
                            new Transfers(bed.running(Deployment.BASE).client(), form);
                    return Contender.pair(() -> transfers.upload(body), () -> {
                        String token = bed.api().token();
                        long begin = System.nanoTime();
                        bed.api().upload(Transfers.UPLOAD, token, body);
                        return Map.of("end", (System.nanoTime() - begin) / 1e9);
                    });
                });
    }

    private static Scenario httpDownload(WireForm form) {
        int bytes = 50 * MIB;
        return new Scenario(
                "http-download-50",
                "download of 50 MiB, " + form.title(),
                "HTTP straight from the API",
                List.of(Figure.less("end", "to the client's last byte", "s")),
                5,
                0,
                1,
                Set.of(Deployment.BASE),
                bed -> {
                    Transfers transfers =
                            new Transfers(bed.running(Deployment.BASE).client(), form);
                    return Contender.pair(() -> transfers.download(bytes), () -> {
                        String token = bed.api().token();
                        long begin = System.nanoTime();
                        bed.api().download(Transfers.download(form, bytes), token);
                        return Map.of("end", (System.nanoTime() - begin) / 1e9);
                    });
                });
    }
}

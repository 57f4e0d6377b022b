package io.kafkasend.bench.scenario;

import io.kafkasend.bench.result.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One side of an experiment: measures once. */
@FunctionalInterface
interface Contender {
    /** The figures by their keys. */
    Map<String, Double> measure() throws Exception;

    /** The same, as the median of so many times. */
    default Contender times(int times) {
        return () -> {
            List<Map<String, Double>> all = new ArrayList<>(times);
            for (int i = 0; i < times; i++) {
                all.add(measure());
            }
            return all.get(0).keySet().stream()
                    .collect(Collectors.toMap(
                            Function.identity(),
                            key -> Spread.median(
                                    all.stream().map(one -> one.get(key)).toList())));
        };
    }

    /** The two as an experiment, which does this at its end. */
    static Experiment pair(Contender scenario, Contender baseline, Runnable... atEnd) {
        return new Experiment() {
            @Override
            public Map<String, Double> scenario() throws Exception {
                return scenario.measure();
            }

            @Override
            public Map<String, Double> baseline() throws Exception {
                return baseline.measure();
            }

            @Override
            public void close() {
                for (Runnable end : atEnd) {
                    end.run();
                }
            }
        };
    }
}

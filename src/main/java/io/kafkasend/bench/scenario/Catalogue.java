package io.kafkasend.bench.scenario;

import io.kafkasend.bench.load.WireForm;
import io.kafkasend.bench.network.Distance;
import io.kafkasend.bench.result.Figure;
import java.util.ArrayList;
import java.util.List;

/** Every scenario there is, in the order in which they run. */
public final class Catalogue {
    private Catalogue() {}

    /**
     * What the command line lists.
     *
     * @param name as on the command line
     * @param title what is measured
     * @param baseline what it is held against
     * @param figures with their bars
     * @param quick whether a quick run has it
     */
    public record Entry(String name, String title, String baseline, List<Figure> figures, boolean quick) {}

    /** Every scenario that this client can be asked for. */
    public static List<Entry> entries() {
        return entries(List.of());
    }

    /** The same, of those for parts that are so far from one another; those for near parts where there are no distances. */
    public static List<Entry> entries(List<Distance> distances) {
        return all(distances).stream()
                .map(scenario -> new Entry(
                        scenario.name(),
                        scenario.title(),
                        scenario.baseline(),
                        scenario.figures(),
                        scenario.quickRounds() > 0))
                .toList();
    }

    /** The scenarios themselves: those at these distances, or where there are none those of parts that are near. */
    public static List<Scenario> all(List<Distance> distances) {
        if (distances.isEmpty()) {
            return all();
        }
        WireForm usual = WireForm.offered().get(0);
        return distances.stream()
                .flatMap(distance -> DistanceScenarios.all(distance, usual).stream())
                .toList();
    }

    /** Those of parts that are near, subject by subject. */
    public static List<Scenario> all() {
        List<WireForm> forms = WireForm.offered();
        WireForm usual = forms.get(0);
        List<Scenario> all = new ArrayList<>();
        for (WireForm form : forms) {
            all.addAll(BodyScenarios.besideKafka(form, form == usual));
        }
        all.addAll(BodyScenarios.besideOthers(usual));
        all.addAll(NoiseScenarios.all(usual));
        all.addAll(SmallCallScenarios.all());
        all.addAll(GatewayScenarios.all(usual));
        all.addAll(EventScenarios.all());
        all.addAll(ObservedScenarios.all());
        all.addAll(NeighbourScenarios.all());
        all.addAll(ColdScenarios.all(usual));
        all.addAll(ScalingScenarios.all());
        all.addAll(CostScenarios.all(usual));
        all.addAll(FootprintScenarios.all(usual));
        return List.copyOf(all);
    }
}

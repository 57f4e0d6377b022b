package io.kafkasend.portal;

import java.util.List;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;

/**
 * Makes, of the route {@code call}, the change that docs/integrate/worked-changes.md has for a bean in place of the API: before it is
 * added to its context, a step of the portal's host takes the place of {@code to-api}. Not thread-safe.
 */
final class StepInPlaceOfApi extends ModelLifecycleStrategySupport {
    /** The name of the host's step in the registry. */
    static final String STEP = "in-place-of-api";

    private static final String API = "to-api";

    @Override
    public void onAddRouteDefinition(RouteDefinition route) {
        replaceIn(route.getOutputs());
    }

    private static void replaceIn(List<ProcessorDefinition<?>> steps) {
        for (int place = 0; place < steps.size(); place++) {
            ProcessorDefinition<?> step = steps.get(place);
            if (API.equals(step.getId())) {
                ProcessorDefinition<?> parent = step.getParent();
                steps.set(place, bean("prepare-message", parent));
                steps.add(place + 1, bean(STEP, parent));
                steps.add(place + 2, bean("take-answer", parent));
                return;
            }
            replaceIn(step.getOutputs());
        }
    }

    private static ProcessorDefinition<?> bean(String name, ProcessorDefinition<?> parent) {
        ProcessDefinition step = new ProcessDefinition();
        step.setRef(name);
        step.setId(name);
        step.setParent(parent);
        return step;
    }
}

package io.kafkasend.portal.console;

import io.kafkasend.portal.job.Jobs;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.console.DevConsoleRegistry;
import org.apache.camel.support.console.AbstractDevConsole;
import org.apache.camel.util.json.DeserializationException;
import org.apache.camel.util.json.JsonObject;
import org.apache.camel.util.json.Jsoner;

/**
 * The jobs as a console of Camel's, named {@value #ID}, for where camel-console is: under {@code camel run --console}, or with
 * Camel's own management. The same as the portal's console says of jobs under way. Thread-safe.
 */
public final class JobsDevConsole extends AbstractDevConsole {
    static final String ID = "kafkasend-jobs"; // the bean's name too, by which Camel finds it

    private final JobPages pages;
    private final OpenJobs open;

    /**
     * @param jobs the jobs under way
     */
    public JobsDevConsole(Jobs jobs) {
        super("kafkasend", ID, "KafkaSend", "Jobs under way");
        this.open = new OpenJobs(jobs, System::currentTimeMillis);
        this.pages = new JobPages(open, new JobHistory(System::currentTimeMillis));
    }

    /** Joins Camel's consoles where there are any. */
    @Override
    public void setCamelContext(CamelContext context) {
        super.setCamelContext(context);
        DevConsoleRegistry consoles = context.getCamelContextExtension().getContextPlugin(DevConsoleRegistry.class);
        if (consoles != null) {
            consoles.register(this);
        }
    }

    private static JobFilter filter(Map<String, Object> options) {
        Map<String, String> query = new HashMap<>();
        options.forEach((name, value) -> query.put(name, String.valueOf(value)));
        return JobFilter.of(query);
    }

    @Override
    protected Map<String, Object> doCallJson(Map<String, Object> options) {
        String json = new String(pages.jobs(filter(options)), StandardCharsets.UTF_8);
        try {
            return (JsonObject) Jsoner.deserialize(json);
        } catch (DeserializationException e) {
            throw new IllegalStateException(e); // it is ours
        }
    }

    @Override
    protected String doCallText(Map<String, Object> options) {
        OpenJobs.Look look = open.look(filter(options));
        StringBuilder text = new StringBuilder()
                .append(look.open())
                .append(" jobs: ")
                .append(look.byPhase())
                .append('\n');
        for (OpenJob job : look.shown()) {
            text.append(String.format(
                    "%-10s %s %5d of %-5d %8d B %7d ms  %s  %s %s%n",
                    ConsoleJson.name(job.phase()),
                    job.id().jobId(),
                    job.chunks(),
                    job.total(),
                    job.bytes(),
                    look.atMillis() - job.sinceMillis(),
                    job.request().client(),
                    job.request().method(),
                    job.request().path()));
        }
        return text.toString();
    }
}

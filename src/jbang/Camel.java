import org.apache.camel.dsl.jbang.core.commands.CamelJBangMain;

/** The {@code camel} command, as Camel's own JBang script begins it. */
final class Camel {
    private Camel() {}

    public static void main(String[] arguments) {
        CamelJBangMain.run(arguments);
    }
}

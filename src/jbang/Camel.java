import org.apache.camel.dsl.jbang.core.commands.CamelJBangMain;

/** The {@code camel} command, as Camel's own JBang script begins it. Run from source: {@code java -cp 'jars' Camel.java}. */
final class Camel {
    private Camel() {}

    public static void main(String[] arguments) {
        CamelJBangMain.run(arguments);
    }
}

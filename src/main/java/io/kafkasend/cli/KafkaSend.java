package io.kafkasend.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. */
@Command(
        name = "kafkasend",
        subcommands = {PortalCommand.class, BrokerCommand.class, SampleApiCommand.class, DemoCommand.class})
public final class KafkaSend {
    private KafkaSend() {}

    /** Runs. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new KafkaSend()).execute(args));
    }
}

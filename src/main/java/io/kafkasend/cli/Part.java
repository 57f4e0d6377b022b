package io.kafkasend.cli;

/** A part of KafkaSend that a package may have or not: the command line alone has neither portal nor broker. */
enum Part {
    /** The commands that send and look; always there. */
    COMMANDS("io/kafkasend/cli/KafkaSend.class", "the commands"),
    /** Portal, gateway and sample API. */
    PORTAL("io/kafkasend/portal/Portal.class", "portal and gateway"),
    /** The embedded broker, which is for development: an image or a Debian package does not have it. */
    BROKER("kafka/server/BrokerServer.class", "the embedded broker");

    private final String file;
    private final String title;

    Part(String file, String title) {
        this.file = file;
        this.title = title;
    }

    /** Whether this process has it on its class path. */
    boolean isThere() {
        return this == COMMANDS || Part.class.getClassLoader().getResource(file) != null;
    }

    /** What it is, within a sentence. */
    String title() {
        return title;
    }
}

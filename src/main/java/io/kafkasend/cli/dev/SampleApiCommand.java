package io.kafkasend.cli.dev;

import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.log.LogLevelOption;
import io.kafkasend.cli.option.VersionFromJar;
import io.kafkasend.dev.IssuedTokens;
import io.kafkasend.dev.SampleApi;
import io.kafkasend.dev.StartException;
import io.kafkasend.dev.TokenServer;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the sample API with its token server, to try a portal against. */
@Command(
        name = "sample-api",
        description = "Runs a sample API and a token server, to try a portal against. GET /health needs no token.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionFromJar.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:ended on request", "1:failed, such as a port that is in use", "2:bad usage"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  OAUTH2_CLIENT_SECRET=for-development-only kafkasend sample-api --port 8080",
            "  kafkasend sample-api --no-auth --keep-uploads uploads"
        })
public final class SampleApiCommand implements Callable<Integer> {
    private final Console surroundings;

    @Spec
    private CommandSpec spec;

    @Option(names = "--host", defaultValue = "127.0.0.1", description = "the address. Default: ${DEFAULT-VALUE}")
    private String host;

    @Option(
            names = {"--port", "-p"},
            defaultValue = "8080",
            description = "the API's port. Default: ${DEFAULT-VALUE}")
    private int port;

    @Option(
            names = "--token-port",
            defaultValue = "8081",
            description = "the token server's port; it serves POST /token. Default: ${DEFAULT-VALUE}")
    private int tokenPort;

    @Option(
            names = "--client-id",
            defaultValue = "${env:OAUTH2_CLIENT_ID:-portal}",
            description = "the client that gets tokens ($OAUTH2_CLIENT_ID). Default: portal")
    private String clientId;

    @Option(
            names = "--no-auth",
            description = "take requests without a token, run no token server, and answer on any other path, too: with"
                    + " method, path, headers, size and SHA-256 of what it got")
    private boolean noAuth;

    @Option(
            names = "--issuer",
            paramLabel = "URL",
            description = "run no token server, and take what this issuer signed, such as a realm of Keycloak's:"
                    + " http://keycloak:8080/realms/kafkasend")
    private String issuer;

    @Option(
            names = "--keep-uploads",
            paramLabel = "DIR",
            description = "keep the bodies of uploads there, and with --no-auth those on other paths; made where it is"
                    + " missing")
    private Path keepUploads;

    @Mixin
    private final LogLevelOption logs = new LogLevelOption();

    public SampleApiCommand(Console surroundings) {
        this.surroundings = surroundings;
    }

    /** Runs until told to end; an {@link ExitCode}. */
    @Override
    public Integer call() throws InterruptedException {
        try {
            logs.apply(surroundings);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        PrintStream out = surroundings.out();
        if (noAuth && issuer != null) {
            throw new ParameterException(
                    spec.commandLine(), "--issuer says whose tokens to take; --no-auth takes none");
        }
        if (noAuth) {
            return run(() -> SampleApi.open(host, port, keepUploads), "without tokens");
        }
        if (issuer != null) {
            IssuedTokens tokens = new IssuedTokens(issuer);
            return run(() -> SampleApi.start(host, port, tokens::isValid, keepUploads), "tokens of " + issuer);
        }
        String secret = surroundings.variable("OAUTH2_CLIENT_SECRET");
        if (secret == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "OAUTH2_CLIENT_SECRET is not set; it takes the secret of the client (--no-auth needs none)");
        }
        try (TokenServer tokens = TokenServer.builder(clientId, secret)
                        .host(host)
                        .port(tokenPort)
                        .start();
                SampleApi api = SampleApi.start(host, port, tokens::isValid, keepUploads)) {
            out.println("sample-api: listening on " + host + ":" + api.port() + ", tokens at " + host + ":"
                    + tokens.port() + "/token; Ctrl-C ends it");
            surroundings.standardOutput().requireWritten();
            new CountDownLatch(1).await();
        } catch (StartException e) {
            surroundings.complain(e.getMessage());
            return ExitCode.FAILED;
        }
        return ExitCode.ANSWERED;
    }

    private int run(Supplier<SampleApi> start, String tokens) throws InterruptedException {
        try (SampleApi api = start.get()) {
            surroundings
                    .out()
                    .println(
                            "sample-api: listening on " + host + ":" + api.port() + ", " + tokens + "; Ctrl-C ends it");
            surroundings.standardOutput().requireWritten();
            new CountDownLatch(1).await();
        } catch (StartException e) {
            surroundings.complain(e.getMessage());
            return ExitCode.FAILED;
        }
        return ExitCode.ANSWERED;
    }
}

package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.cli.terminal.Figures;
import dev.herd.data.InputException;
import dev.herd.llama.Speculation;
import dev.herd.llama.batching.BatchingOptions;
import dev.herd.llama.engine.EngineOptions;
import dev.herd.llama.engine.KvPrecision;
import dev.herd.serve.llm.LlamaServer;
import dev.herd.serve.llm.MemoryPlan;
import dev.herd.serve.llm.ServedModel;
import dev.herd.serve.llm.ServerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "serve",
        description = {
            "Serves a Llama model over HTTP to many clients at once, in the form of OpenAI's interface.",
            "Prints its address and runs until it is told to end (Ctrl-C); texts being written may then end first."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  ./herd serve --llm model.gguf --port 8080",
            "  curl -s http://127.0.0.1:8080/v1/completions -H 'Content-Type: application/json' \\",
            "       -d '{\"model\": \"model\", \"prompt\": \"Once upon a time\", \"max_tokens\": 20}'"
        })
final class ServeCommand implements Callable<Integer> {
    private final Console console;

    @Option(
            names = "--llm",
            required = true,
            paramLabel = "MODEL",
            description = "A .gguf file, or a folder with config.json, safetensors files and tokenizer.json or"
                    + " tokenizer.model.")
    private Path model;

    @Mixin
    private final TemplateOptions template = new TemplateOptions();

    @Option(names = "--host", description = "Address to listen on. Default: ${DEFAULT-VALUE}, this machine alone.")
    private String host = ServerOptions.defaults().host();

    @Option(names = "--port", description = "Port to listen on; 0 for any that is free. Default: ${DEFAULT-VALUE}.")
    private int port = ServerOptions.defaults().port();

    @Mixin
    private final EngineFlags flags = new EngineFlags();

    @Mixin
    private final AdapterOptions adapters = new AdapterOptions();

    @Option(
            names = "--context",
            defaultValue = "16384",
            description = "Positions of text that memory is reserved for, all streams together. Default:"
                    + " ${DEFAULT-VALUE}.")
    private int context;

    @Option(names = "--max-streams", description = "Most texts written at once. Default: ${DEFAULT-VALUE}.")
    private int streams = BatchingOptions.defaults().streams();

    @Option(names = "--queue", description = "Most requests that wait for their turn. Default: ${DEFAULT-VALUE}.")
    private int queue = BatchingOptions.defaults().queue();

    @Mixin
    private final SpeculationOptions speculation = new SpeculationOptions();

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long texts may go on after the server was told to end. Default: ${DEFAULT-VALUE}.")
    private int patience;

    ServeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        EngineOptions engine = adapters.of(flags.options(context));
        BatchingOptions batching =
                BatchingOptions.defaults().withStreams(streams).withQueue(queue).withGuesses(guesses());
        ServerOptions options = ServerOptions.defaults().withHost(host).withPort(port);
        tell(MemoryPlan.of(model, engine, batching), engine.kv());
        try (ServedModel opened = ServedModel.open(model, engine, batching, template.chosen(model));
                LlamaServer server = LlamaServer.start(opened, options, console::say)) {
            console.print("http://" + host + ":" + server.port());
            console.say("Serving %s; a page to talk to it is at that address.".formatted(opened.name()));
            waitForTheEnd(server);
        }
        return ExitCodes.DONE;
    }

    private int guesses() {
        if (speculation.speculation() instanceof Speculation.Model model) {
            throw new InputException("--speculate " + model.model()
                    + ": a server guesses by lookup alone; say lookup, or" + " leave the option out");
        }
        return speculation.speculation().most();
    }

    private void tell(MemoryPlan plan, KvPrecision kv) {
        console.say(("Memory: %s of weights (mapped), %s for keys and values of %,d positions in %s,"
                        + " %s of scratch space.")
                .formatted(
                        Figures.bytes(plan.weights()),
                        Figures.bytes(plan.cache()),
                        context,
                        kv,
                        Figures.bytes(plan.scratch())));
    }

    /// Until the process is told to end, or this thread is interrupted.
    private void waitForTheEnd(LlamaServer server) {
        CountDownLatch told = new CountDownLatch(1);
        Thread end = new Thread(() -> {
            told.countDown();
            stop(server);
            server.close();
        });
        Runtime.getRuntime().addShutdownHook(end);
        try {
            told.await();
            end.join();
        } catch (InterruptedException e) {
            Runtime.getRuntime().removeShutdownHook(end);
            stop(server);
        }
    }

    private void stop(LlamaServer server) {
        int running = server.figures().running() + server.figures().waiting();
        if (running > 0) {
            console.say("Waiting up to %d s for %d texts to end.".formatted(patience, running));
        }
        try {
            if (!server.stop(Duration.ofSeconds(patience))) {
                console.say("Ending texts that are not whole.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.llama.Completion;
import dev.herd.llama.Llama;
import dev.herd.llama.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "complete",
        description = "Writes how a text goes on, with a Llama model.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  ./herd complete model.gguf \"Once upon a time\" --tokens 100",
            "  ./herd complete model.gguf --temperature 0.8 --top-p 0.95 --seed 7 < prompt.txt",
            "  printf 'root ::= (\"yes\" | \"no\")' > answer.gbnf",
            "  ./herd complete model.gguf \"Is water wet? Answer: \" --grammar answer.gbnf"
        })
final class CompleteCommand implements Callable<Integer> {
    private final Console console;

    @Nullable
    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "PROMPT",
            description = "The text. Default: what comes from standard input, in UTF-8.")
    private String prompt;

    @Mixin
    private final LlamaOptions llama = new LlamaOptions();

    @Mixin
    private final AdapterOptions adapters = new AdapterOptions();

    @Option(names = "--tokens", defaultValue = "256", description = "Most tokens to write. Default: ${DEFAULT-VALUE}.")
    private int tokens;

    @Mixin
    private final SamplingOptions sampling = new SamplingOptions();

    @Mixin
    private final SpeculationOptions speculation = new SpeculationOptions();

    @Option(names = "--stop", paramLabel = "TEXT", description = "End before this text. May be given several times.")
    private final List<String> stops = new ArrayList<>();

    @Nullable
    @ArgGroup(heading = "%nForm of the text:%n")
    private FormOptions form;

    @Option(names = "--json", description = "Print text, tokens, log-probabilities and times as one JSON object.")
    private boolean json;

    CompleteCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Request request = new Request(tokens, sampling.sampling(), stops);
        String text = prompt == null ? LlamaOptions.standardInput() : prompt;
        try (Llama opened = llama.open(adapters, speculation)) {
            Request formed = form == null ? request : request.withForm(form.grammar(opened.tokenizer()));
            Completion completion = opened.complete(text, formed, this::show);
            if (json) {
                console.printJson(completion);
                return ExitCodes.DONE;
            }
            console.print("");
            console.say("%d tokens of prompt in %.2f s, %d tokens written, %.1f a second."
                            .formatted(
                                    completion.promptTokens(),
                                    completion.promptSeconds(),
                                    completion.tokens().length,
                                    completion.tokensPerSecond())
                    + SpeculationOptions.describe(completion.guesses()));
        }
        return ExitCodes.DONE;
    }

    private boolean show(String piece) {
        if (!json) {
            console.out().print(piece);
            console.out().flush();
        }
        return true;
    }
}

package dev.herd.cli;

import dev.herd.cli.chat.ChatLoop;
import dev.herd.cli.chat.HistoryFile;
import dev.herd.cli.chat.Lines;
import dev.herd.cli.chat.PipedLines;
import dev.herd.cli.chat.TerminalLines;
import dev.herd.cli.chat.Watch;
import dev.herd.cli.terminal.Console;
import dev.herd.cli.terminal.Terminal;
import dev.herd.llama.ChatSession;
import dev.herd.llama.Llama;
import dev.herd.llama.Request;
import dev.herd.llama.chat.ChatTemplate;
import dev.herd.llama.chat.Conversation;
import dev.herd.llama.guard.Guard;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "chat",
        description = {
            "Talks with a Llama chat model: what was said before is not computed again. /help lists commands.",
            "Where standard input is no terminal, each line of it is said in turn and the answers are printed."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  ./herd chat model.gguf --temperature 0.6 --top-p 0.9",
            "  ./herd chat model.gguf --template chat_template.jinja",
            "  printf 'Hello\\nWhat did I say?\\n' | ./herd chat model.gguf --system 'Answer in one sentence.'"
        })
final class ChatCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final LlamaOptions llama = new LlamaOptions();

    @Mixin
    private final AdapterOptions adapters = new AdapterOptions();

    @Option(names = "--system", paramLabel = "TEXT", defaultValue = "", description = "Instructions for the model.")
    private String instructions;

    @Mixin
    private final TemplateOptions template = new TemplateOptions();

    @Option(
            names = "--tokens",
            defaultValue = "1024",
            description = "Most tokens of an answer. Default: ${DEFAULT-VALUE}.")
    private int tokens;

    @Option(
            names = "--no-history",
            description = "Do not keep the lines typed on a terminal in herd/chat-history of the folder where this"
                    + " system's programs keep what they remember.")
    private boolean forgetful;

    @Mixin
    private final SamplingOptions sampling = new SamplingOptions();

    @Mixin
    private final SpeculationOptions speculation = new SpeculationOptions();

    @Nullable
    @ArgGroup(heading = "%nForm of every answer:%n")
    private FormOptions form;

    @Nullable
    @ArgGroup(exclusive = false, heading = "%nLlama Guard over the conversation:%n")
    private WatchOptions watching;

    ChatCommand(Console console) {
        this.console = console;
    }

    /// Where typed lines are kept.
    private Optional<Path> history() {
        Path file = HistoryFile.of(
                System.getenv(), Path.of(System.getProperty("user.home")), System.getProperty("os.name"));
        return forgetful ? Optional.empty() : Optional.of(HistoryFile.ready(file));
    }

    @Override
    public Integer call() {
        Request request = new Request(tokens, sampling.sampling(), List.of());
        String today = Conversation.today();
        try (Llama opened = llama.open(adapters, speculation);
                ChatSession session = opened.session();
                @Nullable Guard guard = watching == null ? null : watching.open(llama.engine());
                Lines lines = Terminal.interactive() ? TerminalLines.open(history()) : PipedLines.of(System.in)) {
            Request formed = form == null ? request : request.withForm(form.grammar(opened.tokenizer()));
            ChatTemplate chosen = template.chosen(llama.model()).orElseGet(opened::chatFormat);
            ChatLoop.Settings settings = new ChatLoop.Settings(chosen, formed, today, instructions);
            Optional<Watch> watch =
                    guard == null || watching == null ? Optional.empty() : Optional.of(watching.watch(guard));
            new ChatLoop(opened, session, settings, watch, lines, console).run();
        }
        return ExitCodes.DONE;
    }
}

package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.llama.chat.ConversationFile;
import dev.herd.llama.chat.Message;
import dev.herd.llama.chat.Role;
import dev.herd.llama.guard.Guard;
import dev.herd.llama.guard.Hazard;
import dev.herd.llama.guard.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "guard",
        description = {
            "Tells with Llama Guard 3 whether the last turn of a conversation is unsafe, and why.",
            "The score is the probability of the label unsafe. The exit code is 0 for either verdict."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  ./herd guard Llama-Guard-3-8B --user \"How do I bake bread?\" --assistant \"With flour.\"",
            "  ./herd guard guard.gguf --file chat.json --threshold 0.3 --json"
        })
final class GuardCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec spec;

    @Mixin
    private final LlamaOptions llama = new LlamaOptions();

    @Mixin
    private final GuardOptions options = new GuardOptions();

    @Nullable
    @Option(names = "--user", paramLabel = "TEXT", description = "What a user said.")
    private String user;

    @Nullable
    @Option(names = "--assistant", paramLabel = "TEXT", description = "What the assistant answered.")
    private String assistant;

    @Nullable
    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "A conversation as JSON, as /save of ./herd chat writes it.")
    private Path file;

    @Option(names = "--json", description = "Print the verdict as one JSON object.")
    private boolean json;

    GuardCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        List<Message> turns = turns();
        try (Guard guard = options.open(llama.model(), llama.engine())) {
            Verdict verdict = guard.check(turns);
            if (json) {
                console.printJson(Map.of(
                        "unsafe",
                        verdict.unsafe(),
                        "score",
                        verdict.score(),
                        "hazards",
                        verdict.hazards().stream().collect(Collectors.toMap(Hazard::name, Hazard::title))));
            } else {
                console.print(verdict.described());
            }
        }
        return ExitCodes.DONE;
    }

    private List<Message> turns() {
        List<Message> turns = new ArrayList<>();
        if (file != null) {
            turns.addAll(ConversationFile.read(file).messages());
        }
        if (user != null) {
            turns.add(new Message.Text(Role.USER, user));
        }
        if (assistant != null) {
            turns.add(new Message.Text(Role.ASSISTANT, assistant));
        }
        if (turns.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "give what was said: --user, --assistant or --file");
        }
        return turns;
    }
}

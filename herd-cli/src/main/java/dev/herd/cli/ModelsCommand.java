package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.cli.terminal.TextTable;
import dev.herd.data.config.Config;
import dev.herd.data.config.ConfigKey;
import dev.herd.models.ModelFactory;
import dev.herd.models.zoo.ModelZoo;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "models",
        description = "Lists the ranking models, their papers and their configuration keys.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {"  ./herd models", "  ./herd models wukong"})
final class ModelsCommand implements Callable<Integer> {
    private final Console console;

    @Nullable
    @Parameters(arity = "0..1", paramLabel = "MODEL", description = "Show the keys of this model.")
    private String name;

    @Option(names = "--json", description = "Print one JSON array of models with their keys.")
    private boolean json;

    ModelsCommand(Console console) {
        this.console = console;
    }

    /// A model as printed for machines.
    private record Listed(String name, String summary, String paper, List<ConfigKey> keys) {
        static Listed of(ModelFactory<?> model) {
            return new Listed(model.name(), model.summary(), model.paper(), Config.describe(model.defaults()));
        }
    }

    @Override
    public Integer call() {
        List<Listed> models = name == null
                ? ModelZoo.all().stream().map(Listed::of).toList()
                : List.of(Listed.of(ModelZoo.named(name)));
        if (json) {
            console.printJson(models);
        } else if (name == null) {
            models.forEach(this::summarize);
            console.say("Keys of a model: ./herd models NAME. In a configuration they stand under `model:`.");
        } else {
            detail(models.getFirst());
        }
        return ExitCodes.DONE;
    }

    private void summarize(Listed model) {
        console.print(String.format("%-8s %s", model.name(), model.summary()));
        console.print("         " + model.paper());
    }

    private void detail(Listed model) {
        console.print(model.name() + ": " + model.summary());
        console.print(model.paper());
        console.print("");
        if (model.keys().isEmpty()) {
            console.print("no keys beside its name");
        } else {
            keys(model.keys()).lines().forEach(console::print);
        }
    }

    /// Keys with their types, defaults and documentation.
    static TextTable keys(List<ConfigKey> keys) {
        TextTable table = new TextTable("key", "default", "type", "what it does");
        for (ConfigKey key : keys) {
            String when = key.when().isEmpty() ? "" : " (when " + key.when() + ")";
            table.row(key.key(), key.value().strip().replaceAll("\\s*\n\\s*", ", "), key.type(), key.doc() + when);
        }
        return table;
    }
}

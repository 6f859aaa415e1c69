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
    private record Listed(String name, String family, String summary, String paper, List<ConfigKey> keys) {
        static Listed of(ModelFactory<?> model, String family) {
            return new Listed(model.name(), family, model.summary(), model.paper(), Config.describe(model.defaults()));
        }
    }

    @Override
    public Integer call() {
        List<Listed> models = listed();
        if (json) {
            console.printJson(models);
        } else if (name == null) {
            list(models);
            console.say("Keys of a model: ./herd models NAME. In a configuration they stand under `model:`.");
        } else {
            detail(models.getFirst());
        }
        return ExitCodes.DONE;
    }

    private List<Listed> listed() {
        List<Listed> all = ModelZoo.families().stream()
                .flatMap(family -> family.models().stream().map(model -> Listed.of(model, family.title())))
                .toList();
        if (name == null) {
            return all;
        }
        String known = ModelZoo.named(name).name();
        return all.stream().filter(model -> model.name().equals(known)).toList();
    }

    /// Names in one column; families apart.
    private void list(List<Listed> models) {
        int width =
                models.stream().mapToInt(model -> model.name().length()).max().orElse(0);
        String family = "";
        for (Listed model : models) {
            if (!model.family().equals(family)) {
                console.print((family.isEmpty() ? "" : "\n") + model.family());
                family = model.family();
            }
            console.print("  " + model.name() + " ".repeat(width - model.name().length() + 2) + model.summary());
            console.print(" ".repeat(width + 4) + model.paper());
        }
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

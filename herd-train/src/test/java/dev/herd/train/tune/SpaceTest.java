package dev.herd.train.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.InputException;
import dev.herd.data.config.Fragment;
import dev.herd.train.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpaceTest {
    @TempDir
    Path folder;

    private static List<Suggestion> suggestions(String yaml) {
        TuneConfig config = SearchFixture.config(yaml);
        return Suggestions.of(config.search(), Space.of(config.base(), config.space()));
    }

    private static void refused(String yaml, String... parts) {
        assertThatThrownBy(() -> suggestions(yaml))
                .isInstanceOf(InputException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(parts));
    }

    private static String random(int trials, int seed, String space) {
        return "base: {model: fm}\nsearch: {kind: random, trials: " + trials + ", seed: " + seed + "}\nspace:\n"
                + space;
    }

    @Test
    void aTrialDependsOnSeedAndNumberAndItsKeyAlone() {
        String space = "  learning_rate.rate: {log_uniform: [1e-4, 1e-1]}\n  model.embedding_dim: {int: [2, 64]}\n";
        List<Suggestion> few = suggestions(random(3, 5, space));
        List<Suggestion> many = suggestions(random(30, 5, space + "  epochs: {int: [1, 90]}\n"));
        List<Suggestion> other = suggestions(random(3, 6, space));
        for (int i = 0; i < 3; i++) {
            Suggestion same = many.get(i);
            few.get(i)
                    .values()
                    .forEach((key, value) -> assertThat(same.values()).containsEntry(key, value));
            assertThat(other.get(i).values()).isNotEqualTo(few.get(i).values());
        }
    }

    @Test
    void drawsFillTheirRangesAndStayWithinThem() {
        String space = """
                  learning_rate.rate: {log_uniform: [1e-4, 1e-1]}
                  tables.rate: {uniform: [0.5, 0.75]}
                  epochs: {int: [3, 6]}
                  shuffle: [true, false]
                """;
        List<TrainConfig> configs = configs(random(400, 1, space));
        assertThat(configs).allSatisfy(config -> {
            assertThat(config.learningRate().rate()).isBetween(1e-4, 1e-1);
            assertThat(config.tables().rate()).isBetween(0.5, 0.75);
            assertThat(config.epochs()).isBetween(3, 6);
        });
        assertThat(configs.stream().map(TrainConfig::epochs).distinct()).hasSize(4);
        assertThat(configs.stream().filter(TrainConfig::shuffle)).hasSizeBetween(150, 250);
        assertThat(configs.stream().filter(c -> c.learningRate().rate() < 1e-3)).hasSizeBetween(90, 180);
        assertThat(configs.stream().map(c -> c.tables().rate()).filter(rate -> rate < 0.55))
                .hasSizeBetween(50, 115);
    }

    private static List<TrainConfig> configs(String yaml) {
        TuneConfig config = SearchFixture.config(yaml);
        Space space = Space.of(config.base(), config.space());
        return Suggestions.of(config.search(), space).stream()
                .map(suggestion -> space.config(suggestion.values()))
                .toList();
    }

    @Test
    void noCombinationIsDrawnTwice() {
        List<Suggestion> all = suggestions(random(12, 1, "  epochs: [1, 2, 3]\n  batch_size: {int: [8, 11]}\n"));
        assertThat(all.stream().map(Suggestion::values).distinct()).hasSize(12);
        refused(
                random(13, 1, "  epochs: [1, 2, 3]\n  batch_size: {int: [8, 11]}\n"),
                "the space has 12 combinations, fewer than the 13 trials",
                "search.trials=12");
    }

    @Test
    void aWholeBlockReplacesTheBasesAndTheUpperKeyIsSetFirst() {
        String yaml = """
                base: {model: {name: dcnv2, deep: {hidden: [32]}}}
                search: grid
                space:
                  model.embedding_dim: [2, 4]
                  model: [fm, {name: wukong, layers: 3}]
                """;
        assertThat(configs(yaml).stream().map(config -> config.model().name() + config.model()))
                .anyMatch(text -> text.startsWith("fm") && text.contains("embedding_dim: 4"))
                .anyMatch(text -> text.startsWith("wukong") && text.contains("layers: 3"))
                .noneMatch(text -> text.contains("deep"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    lerning_rate.rate: [1e-3]              | unknown key 'lerning_rate'; did you mean 'learning_rate'?
                    learning_rate.rte: [1e-3]              | unknown key 'rte' in 'learning_rate'; did you mean 'rate'?
                    model.embeding_dim: [3]                | unknown key 'embeding_dim' in 'model'; did you mean 'embedding_dim'?
                    model: [fm, wukogn]                    | did you mean 'wukong'?
                    epochs: []                             | 'epochs' has no choices; list at least one
                    epochs: [1, 2, 1]                      | 'epochs' lists '1' twice
                    epochs: [1, 0]                         | epochs must be positive, got 0
                    epochs: 3                              | 'epochs' must be a list of choices, or one of {uniform: [low, high]}
                    epochs: {between: [1, 2]}              | unknown range 'between'. Known ranges: uniform, log_uniform, int
                    epochs: {int: [1]}                     | 'epochs' needs two numbers, int: [low, high]
                    epochs: {int: [3, 3]}                  | 'epochs' must have low < high, found 3 and 3
                    epochs: {int: [1, 2.5]}                | 'epochs' must have whole ends to be int, found 1 and 2.5
                    epochs: {int: [1, many]}               | 'epochs' needs a number, found 'many'
                    gradient_norm: {uniform: [2, 1]}       | 'gradient_norm' must have low < high, found 2 and 1
                    gradient_norm: {log_uniform: [0, 1]}   | 'gradient_norm' must have low > 0 to be log_uniform, found 0
                    output: [a, b]                         | 'output' cannot be searched: every trial has its own folder
                    evaluation.monitor: [auc, ne]          | 'evaluation.monitor' cannot be searched: trials that are judged
                    """)
    void whatIsWrongIsNamedWithItsLine(String space, String message) {
        refused(random(1, 1, "  " + space), "tune.yaml:4:", message);
    }

    @Test
    void aGridTakesListsOnly() {
        refused(
                "base: {model: fm}\nsearch: grid\nspace:\n  gradient_norm: {uniform: [1, 2]}",
                "tune.yaml:4:",
                "'gradient_norm' is a range, of which a grid cannot try every value");
        refused(
                "base: {model: fm}\nsearch: grid\nspace: {seed: {int: [1, 200]}, epochs: {int: [1, 200]}}",
                "the grid has 40000 combinations, more than 10000");
        refused("base: {model: fm}", "the search has no 'space'");
    }

    @Test
    void theBaseMayBeAFileAndItsKeysSetFromOutside() throws IOException {
        Path train = Files.writeString(folder.resolve("train.yaml"), "model: fm\nepochs: 3\nseed: 5\n");
        Path tune = Files.writeString(
                folder.resolve("tune.yaml"), "base: \"" + train + "\"\nspace: {model.embedding_dim: [2, 4]}\n");
        TuneConfig config = TuneConfig.read(tune, List.of("base.epochs=7", "search=grid"));
        TrainConfig first = Space.of(config.base(), config.space()).config(java.util.Map.of());
        assertThat(first.epochs()).isEqualTo(7);
        assertThat(first.seed()).isEqualTo(5);
        assertThat(config.trials()).isEqualTo(2);
        Path none = Files.writeString(folder.resolve("none.yaml"), "space: {epochs: [1]}\n");
        assertThatThrownBy(() -> TuneConfig.read(none, List.of()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("key 'base' is missing");
    }

    @Test
    void folderNamesTellTheValues() {
        List<Suggestion> grid = suggestions("""
                base: {model: fm}
                search: grid
                space:
                  learning_rate.rate: [3e-3]
                  model: [{name: dcnv2, deep: {hidden: [8]}}]
                """);
        assertThat(grid.getFirst().folder()).isEqualTo("0000-rate=3e-3-model=dcnv2");
        Fragment list = Fragment.parse("[64, 32]", "test");
        assertThat(Suggestion.brief(list)).isEqualTo("[64, 32]");
    }
}

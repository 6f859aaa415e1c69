package dev.herd.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.herd.data.config.Config;
import dev.herd.data.config.Fragment;
import dev.herd.data.prepare.PrepareConfig;
import dev.herd.models.zoo.ModelZoo;
import dev.herd.train.Presets;
import dev.herd.train.tune.TuneConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExamplesTest {
    static List<Path> configurations() throws IOException {
        try (Stream<Path> files = Files.walk(Repository.root().resolve("examples"))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void everyConfigurationHasOnlyKeysThatExist(Path file) {
        if (file.endsWith("prepare.yaml")) {
            assertThat(Config.read(file, List.of(), PrepareConfig.defaults()).inputs())
                    .isNotEmpty();
        } else if (file.getFileName().toString().startsWith("tune")) {
            String base = Fragment.read(file).at("base").orElseThrow().text().orElseThrow();
            Path whole = Repository.root().resolve(base);
            assertThat(TuneConfig.read(file, List.of("base=" + whole)).trials()).isPositive();
        } else {
            assertThatCode(() ->
                            ModelZoo.configured(Presets.read(file, List.of()).model()))
                    .doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void everyConfigurationIsNamedInTheReadmeBesideIt(Path file) throws IOException {
        assertThat(Files.readString(file.resolveSibling("README.md")))
                .contains(file.getFileName().toString());
    }
}

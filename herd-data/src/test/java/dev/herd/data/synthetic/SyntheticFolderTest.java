package dev.herd.data.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.Batch;
import dev.herd.data.BatchReader;
import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.dataset.ReadOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticFolderTest {
    @TempDir
    Path temp;

    @Test
    void theFolderHoldsTheRowsAndTheTruth() {
        SyntheticLog.Config config = Logs.rich(20_000);
        Path folder = temp.resolve("log");
        Dataset dataset = SyntheticLog.write(config, folder, 2, Progress.SILENT);
        assertThat(dataset.schema()).isEqualTo(SyntheticLog.schema(config));
        assertThat(dataset.splits()).containsExactly("test", "train", "validation");
        assertThat(dataset.rows("train")).isEqualTo(14_000);
        assertThat(Truth.read(folder)).contains(SyntheticLog.generate(config, 1, block -> {}));
        assertThat(dataset.provenance()).containsKey("best_ne_test");
        List<LogBlock> blocks = Logs.blocks(config, 1).stream()
                .filter(block -> block.split().equals("test"))
                .toList();
        try (BatchReader reader = dataset.reader("test", ReadOptions.inOrder(4000, 1))) {
            Batch batch = reader.next().orElseThrow();
            Batch block = blocks.getFirst().batch();
            assertThat(batch.labels()).isEqualTo(Arrays.copyOf(block.labels(), 4000));
            assertThat(batch.timestamps()).isEqualTo(Arrays.copyOf(block.timestamps(), 4000));
            assertThat(batch.features().dense())
                    .isEqualTo(Arrays.copyOf(block.features().dense(), 4000 * 2));
            assertThat(Arrays.copyOf(batch.features().sparse().values(), 4000))
                    .isEqualTo(Arrays.copyOf(block.features().sparse().values(), 4000));
        }
    }

    @Test
    void aFolderThatExistsIsNotTouched() throws IOException {
        Files.createDirectory(temp.resolve("log"));
        assertThatThrownBy(() -> SyntheticLog.write(Logs.rich(100), temp.resolve("log"), 1, Progress.SILENT))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("already exists");
    }

    @Test
    void aFolderOfRealDataHasNoTruth() {
        assertThat(Truth.read(temp)).isEmpty();
    }

    @Test
    void aDamagedTruthIsRefusedWithItsPlace() throws IOException {
        Files.writeString(temp.resolve("truth.yaml"), "splits:\n  test: {rows: 5, label_rate: high}\n");
        assertThatThrownBy(() -> Truth.read(temp))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("truth.yaml:2:")
                .hasMessageContaining("label_rate");
    }
}

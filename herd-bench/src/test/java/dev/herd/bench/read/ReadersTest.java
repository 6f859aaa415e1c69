package dev.herd.bench.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.data.dataset.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadersTest {
    private static final int ROWS = 3000;

    @TempDir
    private Path folder;

    @Test
    void everyReaderSeesEveryRow() throws IOException {
        Path file = folder.resolve("criteo.tsv");
        CriteoFile.write(file, ROWS);
        HerdReader herd = new HerdReader(512, 1000, 2);
        Dataset dataset = herd.prepare(file, folder.resolve("dataset"));

        assertThat(herd.readCriteo(file)).isEqualTo(ROWS);
        assertThat(herd.readDataset(dataset)).isEqualTo(ROWS);
        assertThat(new PlainReader(512, 1000).read(file)).isEqualTo(ROWS);
        try (DuckReader duck = DuckReader.create(1)) {
            assertThat(duck.readCriteo(file, 1000)).isEqualTo(ROWS);
            assertThat(duck.readParquet(dataset.folder())).isEqualTo(ROWS);
        }
    }

    @Test
    void theFileHasTheLayoutOfTheCriteoLogs() throws IOException {
        Path file = folder.resolve("criteo.tsv");
        CriteoFile.write(file, 1000);

        List<String[]> rows = Files.readAllLines(file).stream()
                .map(line -> line.split("\t", -1))
                .toList();

        assertThat(rows).hasSize(1000).allSatisfy(cells -> {
            assertThat(cells).hasSize(40);
            assertThat(cells[0]).matches("[01]");
            for (int i = 1; i <= 13; i++) {
                assertThat(cells[i]).matches("-?\\d*");
            }
            for (int i = 14; i < 40; i++) {
                assertThat(cells[i]).matches("([0-9a-f]{8})?");
            }
        });
        assertThat(rows).anyMatch(cells -> cells[1].isEmpty()).anyMatch(cells -> cells[39].isEmpty());
    }
}

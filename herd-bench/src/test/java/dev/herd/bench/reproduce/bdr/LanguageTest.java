package dev.herd.bench.reproduce.bdr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.bench.reproduce.bdr.CharTraining.Recipe;
import dev.herd.bench.reproduce.lab.Claim;
import dev.herd.bench.reproduce.lab.Findings;
import dev.herd.bench.reproduce.lab.Lab;
import dev.herd.data.Progress;
import dev.herd.nn.Numerics;
import dev.herd.numerics.WorkerPool;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LanguageTest {
    /// What comes next is certain but for the places where words end.
    private static final String TEXT = "to be or not to be that is the question\n".repeat(60);

    private static final Recipe RECIPE = new Recipe(new CharModel.Shape(16, 16, 2, 1), 40, 8, 2, 1);

    private static double trained(int threads, int slices, String format) {
        Numerics numerics = Numerics.parse(format);
        try (WorkerPool pool = WorkerPool.create(threads);
                CharTraining training = new CharTraining(RECIPE.withSlices(slices), CharText.of(TEXT), 1, pool)) {
            double before = training.measure(numerics);
            training.train(numerics, "test", Progress.SILENT);
            double after = training.measure(numerics);
            assertThat(after).isLessThan(0.75 * before);
            return after;
        }
    }

    @Test
    void aTextBecomesNumbersAndItsLastTenthIsHeldOut() {
        CharText text = CharText.of("banana baba" + "n".repeat(9));
        assertThat(text.characters()).isEqualTo(4);
        assertThat(text.learnt()).hasSize(18).startsWith(2, 1, 3, 1, 3, 1, 0);
        assertThat(text.heldOut()).containsExactly(3, 3);
    }

    @Test
    void theModelLearnsInEveryFormatWithTheSameBitsOnAnyNumberOfThreads() {
        double plain = trained(1, 2, "fp32");
        assertThat(trained(2, 2, "fp32")).isEqualTo(plain);
        assertThat(trained(2, 4, "fp32")).isNotEqualTo(plain);
        double fine = trained(2, 2, "mx9");
        double coarse = trained(2, 2, "mx4");
        assertThat(Math.abs(fine - plain)).isPositive().isLessThan(Math.abs(coarse - plain));
    }

    @Test
    void withoutTheTextItSaysThatItIsSkippedAndWithItARehearsalIsMeasuredOnce(@TempDir Path folder) throws IOException {
        Findings.Notes skipped = new Findings.Notes();
        new Language(new Lab(folder, 2, Lab.Scale.QUICK, Progress.SILENT), skipped).measure();
        assertThat(skipped.findings().claims()).isEmpty();
        assertThat(skipped.findings().conditions().get("characters"))
                .isEqualTo("skipped: name the folder that holds text-corpus/tinyshakespeare.txt.gz by --data");

        Path file = folder.resolve("data/text-corpus/tinyshakespeare.txt.gz");
        Files.createDirectories(file.getParent());
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(TEXT.getBytes(StandardCharsets.UTF_8));
        }
        Lab lab = new Lab(folder, 2, new Lab.Scale(0.002, 1), Optional.of(folder.resolve("data")), Progress.SILENT);
        Findings.Notes notes = new Findings.Notes();
        new Language(lab, notes, RECIPE.withSteps(4)).measure();
        assertThat(notes.findings().claims())
                .extracting(Claim::name)
                .containsExactly("characters: loss in MX9 over FP32");
        assertThat(notes.findings().tables().getFirst().rows())
                .extracting(row -> row.getFirst())
                .containsExactly("FP32", "FP32, sums in another order", "BF16", "MX9", "MX6", "MX4");
        Files.list(folder.resolve("figures"))
                .forEach(figures -> assertThat(figures).isRegularFile());
        Findings.Notes again = new Findings.Notes();
        new Language(lab, again, RECIPE.withSteps(4)).measure();
        assertThat(again.findings()).isEqualTo(notes.findings());
    }
}

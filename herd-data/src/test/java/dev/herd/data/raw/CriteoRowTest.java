package dev.herd.data.raw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.data.raw.TextBlocks.Piece;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CriteoRowTest {
    private static final List<String> ODD_CELLS = List.of(
            "-",
            "--1",
            "1-",
            "+1",
            "1.5",
            "g",
            "68fd1e6g",
            "68fd1e64g",
            " 1",
            "1\r",
            "M\u00fc",
            "\u0000",
            "2",
            ":",
            "@",
            "`",
            "/",
            "G");

    private static String digits(SplittableRandom random, String alphabet, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    /// A cell as it should be, of a usual or an extreme length.
    private static String goodCell(SplittableRandom random, int column) {
        if (column == 0) {
            return random.nextBoolean() ? "0" : "1";
        }
        if (random.nextInt(8) == 0) {
            return "";
        }
        boolean usual = random.nextInt(10) > 0;
        return column <= 13
                ? (random.nextInt(5) == 0 ? "-" : "") + digits(random, "0123456789", 1 + random.nextInt(usual ? 5 : 18))
                : digits(random, "0123456789abcdefABCDEF", usual ? 8 : 1 + random.nextInt(16));
    }

    private static String badCell(SplittableRandom random) {
        int kind = random.nextInt(ODD_CELLS.size() + 2);
        return kind < ODD_CELLS.size()
                ? ODD_CELLS.get(kind)
                : digits(random, kind == ODD_CELLS.size() ? "0123456789" : "0aF", 15 + random.nextInt(30));
    }

    private static byte[] text(SplittableRandom random, int width) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int row = 0; row < 200; row++) {
            StringBuilder line = new StringBuilder();
            int cells = random.nextInt(20) == 0 ? width + random.nextInt(3) - 1 : width;
            int bad = random.nextInt(3) == 0 ? random.nextInt(cells) : -1;
            for (int c = 0; c < cells; c++) {
                line.append(c == 0 ? "" : "\t");
                line.append(c == bad ? badCell(random) : goodCell(random, c + 40 - width));
            }
            line.append(random.nextInt(20) == 0 ? "\r" : "").append(random.nextInt(20) == 0 ? "\n\n" : "\n");
            text.writeBytes(line.toString().getBytes(StandardCharsets.UTF_8));
        }
        byte[] bytes = text.toByteArray();
        return random.nextBoolean() ? bytes : Arrays.copyOf(bytes, bytes.length - random.nextInt(12));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void splittingInOnePassGivesWhatSplittingCellByCellGives(boolean labelled) {
        RawFormat.Criteo format = new RawFormat.Criteo(labelled);
        DelimitedParser onePass = DelimitedParser.criteo(format, List.of());
        // A marker for missing cells, even one that never occurs, rules the one pass out.
        DelimitedParser cellByCell = DelimitedParser.criteo(format, List.of("no such cell"));
        SplittableRandom random = new SplittableRandom(6);
        for (int round = 0; round < 60; round++) {
            byte[] bytes = text(random, labelled ? 40 : 39);
            Piece piece = new Piece(Path.of("day_0"), bytes, bytes.length, 7);
            RawBlock actual = onePass.parse(piece);
            RawBlock expected = cellByCell.parse(piece);
            int cells = expected.rows() * expected.columns();
            assertThat(expected.rows()).isGreaterThan(50);
            assertThat(expected.faults()).hasSizeGreaterThan(20);
            assertThat(actual.rows()).isEqualTo(expected.rows());
            assertThat(actual.faults()).isEqualTo(expected.faults());
            assertThat(Arrays.copyOf(actual.starts(), cells)).isEqualTo(Arrays.copyOf(expected.starts(), cells));
            assertThat(Arrays.copyOf(actual.ends(), cells)).isEqualTo(Arrays.copyOf(expected.ends(), cells));
            assertThat(Arrays.copyOf(actual.lines(), actual.rows()))
                    .isEqualTo(Arrays.copyOf(expected.lines(), actual.rows()));
            assertThat(Arrays.copyOf(actual.lineStarts(), actual.rows()))
                    .isEqualTo(Arrays.copyOf(expected.lineStarts(), actual.rows()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n"})
    void aFlawlessRowTakesTheOnePassUnlessItsLineEndIsAnother(String lineEnd) {
        String row = "1" + "\t-42".repeat(13) + "\t68fd1e64".repeat(26);
        byte[] bytes = (row + lineEnd + row + lineEnd).getBytes(StandardCharsets.US_ASCII);
        int end = CriteoRow.split(bytes, 0, bytes.length, true, new int[40], new int[40], 0);
        assertThat(end).isEqualTo(lineEnd.length() == 1 ? row.length() : -1);
    }
}

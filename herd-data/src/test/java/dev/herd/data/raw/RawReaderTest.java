package dev.herd.data.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import dev.herd.data.InputException;
import dev.herd.data.SharedData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RawReaderTest {
    private static final RawFormat CSV = RawFormat.Csv.defaults();
    private static final RawFormat CRITEO = new RawFormat.Criteo(true);

    @TempDir
    Path temp;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(temp.resolve(name), text);
    }

    /// The rows as texts with `-` for missing cells, and the faults of every block after its rows.
    private static List<String> rows(RawInput input, int threads) {
        List<String> rows = new ArrayList<>();
        try (OrderedPipe<RawBlock> blocks =
                OrderedPipe.create(RawReader.open(input, "input"), threads, block -> block)) {
            for (RawBlock block = blocks.next(); block != null; block = blocks.next()) {
                for (int r = 0; r < block.rows(); r++) {
                    List<String> cells = new ArrayList<>();
                    for (int c = 0; c < block.columns(); c++) {
                        cells.add(block.isMissing(r, c) ? "-" : block.text(r, c));
                    }
                    rows.add(String.join("|", cells));
                }
                block.faults()
                        .forEach(fault ->
                                rows.add("fault " + fault.line() + ":" + fault.column() + ": " + fault.what()));
            }
        }
        return rows;
    }

    private static List<String> rows(Path file, RawFormat format) {
        return rows(RawInput.of(file, format), 2);
    }

    private static void refused(Path file, RawFormat format, String... parts) {
        var thrown = assertThatThrownBy(() -> rows(file, format)).isInstanceOf(InputException.class);
        thrown.hasMessageContaining(file.getFileName().toString());
        for (String part : parts) {
            thrown.hasMessageContaining(part);
        }
    }

    @Test
    void csvCellsAreTrimmedUnquotedAndMissing() throws IOException {
        Path file = file("a.csv", "a, b ,c\n1, x ,\"p,\"\"q\"\"\"\r\n ?,,\"two\nlines\"\n\n\"\",z, \"s\" \n3,4,5");
        assertThat(rows(new RawInput(file.toString(), CSV, List.of("?")), 1))
                .containsExactly("1|x|p,\"q\"", "-|-|two\nlines", "-|z|s", "3|4|5");
    }

    @Test
    void malformedCsvRowsNameLineAndColumn() throws IOException {
        Path file = file("a.csv", "a,b\n1,2\n1,2,3\n\"x\"y,2\nok,ok\n\"open,2\nlast,1\n");
        assertThat(rows(file, CSV))
                .containsExactly(
                        "1|2",
                        "ok|ok",
                        "last|1",
                        "fault 3:1: expected 2 cells [a, b], found 3",
                        "fault 4:4: text after a closing quote; expected ',' or the end of the line",
                        "fault 6:1: a quote is opened and never closed");
    }

    @Test
    void aQuoteThatNeverClosesLeavesTheLinesBehindItAsTheyAre() throws IOException {
        Path file = file("a.csv", "a,b\n\"open,2\nx,\"say \"\"hi\"\"\"\ny,3\n");
        assertThat(rows(file, CSV))
                .containsExactly(
                        "x|say \"hi\"",
                        "y|3",
                        "fault 2:12: text after a closing quote; expected ',' or the end of the line");
        Path odd = file("b.csv", "a,b\nx,\"two \"\"quotes\"\"\"\n\"open,2\ny,\"\"\"\"\n");
        assertThat(rows(odd, CSV)).contains("x|two \"quotes\"", "y|\"");
    }

    @Test
    void aRowThatIsNotUtf8IsAFault() throws IOException {
        Path file = temp.resolve("latin.csv");
        Files.write(file, "a,b\nM\u00fcller,1\nok,2\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(rows(file, CSV))
                .containsExactly("ok|2", "fault 2:2: not UTF-8; convert the file, for example with iconv");
    }

    @Test
    void filesOfOtherKindsAreToldByTheirContent() throws IOException {
        Path utf16 = temp.resolve("u.csv");
        Files.write(utf16, "\uFEFFa,b\n1,2\n".getBytes(StandardCharsets.UTF_16LE));
        refused(utf16, CSV, "is encoded in UTF-16; convert it to UTF-8");
        refused(file("p.csv", "PAR1..."), CSV, "is a Parquet file; set its format to parquet");
        refused(file("z.csv", "PK\u0003\u0004..."), CSV, "is a zip archive");
        refused(file("e.csv", ""), CSV, "is empty");
        refused(temp.resolve("none.csv"), CSV, "no such file", "input.path");
        refused(file("t.parquet", "a,b\n1,2\n"), new RawFormat.Parquet(), "not a readable Parquet file");
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstName() throws IOException {
        assertThat(rows(file("b.csv", "\uFEFFa,b\n1,2\n"), CSV)).containsExactly("1|2");
        try (RawReader reader = RawReader.open(RawInput.of(temp.resolve("b.csv"), CSV), "input")) {
            assertThat(reader.columns()).containsExactly("a", "b");
        }
    }

    @Test
    void headersMustNameEveryColumnOnce() throws IOException {
        refused(file("h.csv", "a,a\n1,2\n"), CSV, ":1:1: the header line must name every column once");
        refused(
                file("n.csv", "1,2\n"),
                new RawFormat.Csv(",", "", false, List.of(), true),
                "without a header the columns need `names`");
    }

    @Test
    void anEndlessLineIsRefusedInBoundedMemory() throws IOException {
        refused(file("long.csv", "a\n" + "x".repeat(18 << 20)), CSV, "a line longer than 16 MiB");
        refused(file("quote.csv", "a\n\"" + "x\n".repeat(10 << 20)), CSV, "a quote is opened and never closed");
    }

    @Test
    void packedFilesGiveTheSameRowsAndTellWhenTruncated() throws IOException {
        StringBuilder text = new StringBuilder("a,b\n");
        for (int i = 0; i < 100_000; i++) {
            text.append(i).append(",value ").append(i % 977).append('\n');
        }
        Path plain = file("plain.csv", text.toString());
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
            out.write(bytes);
        }
        List<String> expected = rows(plain, CSV);
        assertThat(expected).hasSize(100_000);
        assertThat(expected.getLast()).isEqualTo("99999|value 345");
        Path gz = Files.write(temp.resolve("a.gz"), gzip.toByteArray());
        byte[] frame = Zstd.compress(bytes);
        Path zst = Files.write(temp.resolve("a.zst"), frame);
        assertThat(rows(gz, CSV).equals(expected)).isTrue();
        assertThat(rows(zst, CSV).equals(expected)).isTrue();
        assertThat(rows(RawInput.of(plain, CSV), 5).equals(expected)).isTrue();
        Files.write(gz, Arrays.copyOf(gzip.toByteArray(), gzip.size() / 2));
        refused(gz, CSV, "ends in the middle of its compressed data", "truncated; copy it again");
        byte[] damaged = gzip.toByteArray();
        damaged[damaged.length - 5] ^= 0x55;
        Files.write(gz, damaged);
        refused(gz, CSV, "cannot be read after line");
        Files.write(zst, Arrays.copyOf(frame, frame.length / 2));
        refused(zst, CSV, "ends in the middle of its compressed data");
    }

    @Test
    void lineNumbersHoldBeyondTheFirstBlock() throws IOException {
        String row = "x".repeat(100) + ",1\n";
        Path file = file("far.csv", "a,b\n" + row.repeat(30_000) + "bad\n" + row);
        assertThat(rows(file, CSV)).hasSize(30_002).contains("fault 30002:1: expected 2 cells [a, b], found 1");
    }

    @Test
    void filesOfOnePatternAreReadInOrderAndNeedTheSameColumns() throws IOException {
        file("day-2.csv", "a\n3\n");
        file("day-1.csv", "a\n1\n2\n");
        Path pattern = temp.resolve("day-*.csv");
        assertThat(rows(pattern, CSV)).containsExactly("1", "2", "3");
        file("day-3.csv", "b\n4\n");
        assertThatThrownBy(() -> rows(pattern, CSV))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("day-3.csv: has the columns [b]");
    }

    private static String criteo(String label, String integer, String id) {
        return label + ("\t" + integer).repeat(13) + ("\t" + id).repeat(26) + "\n";
    }

    @Test
    void criteoRowsAreCheckedCellByCell() throws IOException {
        Path file = file(
                "day_0",
                criteo("1", "-12", "68fd1e64")
                        + criteo("0", "", "")
                        + criteo("2", "1", "a")
                        + criteo("0", "1.5", "a")
                        + criteo("0", "1", "xyz")
                        + criteo("", "1", "a")
                        + "1\t2\t3\n"
                        + "label,I1,I2\n");
        List<String> rows = rows(file, CRITEO);
        assertThat(rows.get(0)).startsWith("1|-12|").endsWith("|68fd1e64");
        assertThat(rows.get(1)).isEqualTo("0" + "|-".repeat(39));
        assertThat(rows.subList(2, rows.size()))
                .containsExactly(
                        "fault 3:1: expected the label 0 or 1, found '2'",
                        "fault 4:3: expected an integer, found '1.5'",
                        "fault 5:29: expected a hexadecimal id, found 'xyz'",
                        "fault 6:1: the label is missing; expected 0 or 1",
                        "fault 7:1: expected 40 cells (label to C26), found 3",
                        "fault 8:1: expected 40 cells (label to C26), found 1");
    }

    @Test
    void libsvmPairsBecomeFieldsOrLists() throws IOException {
        Path file = file("a.libsvm", "1 3:1 17:1\n-1 4:1.0 2:1 \n");
        assertThat(rows(file, new RawFormat.Libsvm(List.of("user", "item")))).containsExactly("1|3|17", "-1|4|2");
        assertThat(rows(file("b.libsvm", "0.5 3:0.25 17:-2e3\n1\n"), new RawFormat.Libsvm(List.of())))
                .containsExactly("0.5|3\u001F17|0.25\u001F-2e3", "1|-|-");
    }

    @Test
    void malformedLibsvmNamesTheToken() throws IOException {
        Path file = file("a.libsvm", "1 3:1 x:1\n1 3:1\n1 3:1 4:1 5:1\nyes 3:1 4:1\n1 3:1 4:0.5\n1 3:1 4:\n");
        assertThat(rows(file, new RawFormat.Libsvm(List.of("user", "item"))))
                .containsExactly(
                        "fault 1:7: expected an index:value pair, found 'x:1'",
                        "fault 2:6: expected 2 index:value pairs, found 1",
                        "fault 3:11: expected 2 index:value pairs, found more",
                        "fault 4:1: expected a label, found 'yes'",
                        "fault 5:7: expected the value 1 where pairs stand for fields, found '4:0.5'; for other values"
                                + " leave `fields` empty",
                        "fault 6:7: expected an index:value pair, found '4:'");
    }

    @Test
    void jsonPathsAreFollowedThroughObjectsAndArrays() throws IOException {
        RawFormat format = new RawFormat.JsonLines(Map.of("user", "user.id"), null);
        Path good = file("a.jsonl", "{\"user\":{\"id\":7}}\n\n{\"user\":null}\n{\"user\":[{\"id\":1},{\"id\":2}]}");
        assertThat(rows(good, format)).containsExactly("7", "-", "1\u001F2");
        Path bad = file("b.jsonl", "{\"user\":{\"id\":{}}}\n[1]\n{\"user\":\n{\"user\":{\"id\":true}} x\n");
        List<String> faults = rows(bad, format);
        assertThat(faults).hasSize(4);
        assertThat(faults.get(0))
                .isEqualTo("fault 1:1: column 'user': expected a scalar or an array of scalars, found object");
        assertThat(faults.get(1)).isEqualTo("fault 2:1: expected a JSON object, found array");
        assertThat(faults.get(2)).startsWith("fault 3:").contains("expected a JSON object");
        assertThat(faults.get(3)).startsWith("fault 4:").contains("expected a JSON object");
    }

    @Test
    void ottoSessionsAreExplodedIntoEvents() {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("session", "session");
        columns.put("item", "events.aid");
        columns.put("time", "events.ts");
        columns.put("type", "events.type");
        Path file = SharedData.file("otto-sessions-sample/train.jsonl");
        List<String> rows = rows(file, new RawFormat.JsonLines(columns, "events"));
        assertThat(rows).hasSize(862);
        assertThat(rows.getFirst()).isEqualTo("0|1517085|1659304800025|clicks");
        assertThat(rows.stream().filter(row -> row.endsWith("|orders"))).hasSize(10);
        assertThat(rows(file, new RawFormat.JsonLines(columns, "actions")).getFirst())
                .contains("expected an array at 'actions', found nothing");
    }

    @Test
    void parquetOfAllUsualTypesIsRead() throws Exception {
        Path file = temp.resolve("types.parquet");
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            statement.execute("copy (select i::int as a, i::bigint * 10000000000 as b, i / 4 as c, (i / 4)::float as d,"
                    + " case when i = 1 then null else 'text ' || i end as e, [i, i + 1, i + 2][1:i] as f,"
                    + " timestamp '2024-05-01 12:30:00' + interval (i) second as g, date '2024-02-29' as h,"
                    + " i = 1 as k, (i / 4)::decimal(9, 2) as l from range(3) t(i)) to '" + file
                    + "' (format parquet)");
        }
        assertThat(rows(file, new RawFormat.Parquet()))
                .containsExactly(
                        "0|0|0.0|0.0|text 0|-|2024-05-01T12:30:00Z|2024-02-29|0|0.00",
                        "1|10000000000|0.25|0.25|-|1|2024-05-01T12:30:01Z|2024-02-29|1|0.25",
                        "2|20000000000|0.5|0.5|text 2|2\u001F3|2024-05-01T12:30:02Z|2024-02-29|0|0.50");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        refused(file, new RawFormat.Parquet(), "is not a readable Parquet file");
    }

    @Test
    void parquetListsThatRepeatShareTheirBytes() throws Exception {
        Path file = temp.resolve("lists.parquet");
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            statement.execute("copy (select * from (values"
                    + " ([-9223372036854775808, 9223372036854775807, 0, -10, 99]::bigint[], [1, 2]),"
                    + " ([-9223372036854775808, 9223372036854775807, 0, -10, 99]::bigint[], [1, 2]),"
                    + " ([7]::bigint[], [1, 3]), ([]::bigint[], [1, null]), (null, [1, null])) t(a, b)) to '" + file
                    + "' (format parquet)");
        }
        String longs = "-9223372036854775808\u001F9223372036854775807\u001F0\u001F-10\u001F99";
        assertThat(rows(file, new RawFormat.Parquet()))
                .containsExactly(longs + "|1\u001F2", longs + "|1\u001F2", "7|1\u001F3", "-|1", "-|1");
        try (RawReader reader = RawReader.open(RawInput.of(file, new RawFormat.Parquet()), "input")) {
            RawBlock block = Objects.requireNonNull(reader.next()).get();
            assertThat(block.start(1, 0)).isEqualTo(block.start(0, 0));
            assertThat(block.end(1, 0)).isEqualTo(block.end(0, 0));
        }
    }

    @Test
    void thePolicyForFaultsFailsSkipsOrReports() {
        List<RawFault> faults = List.of(
                new RawFault(Path.of("a.csv"), 3, 5, "expected a number, found 'x'"),
                new RawFault(Path.of("a.csv"), 9, 1, "expected 2 cells"));
        assertThatThrownBy(() -> new FaultLog(OnError.FAIL, f -> {}).accept(faults))
                .isInstanceOf(InputException.class)
                .hasMessage("a.csv:3:5: expected a number, found 'x'");
        List<RawFault> reported = new ArrayList<>();
        FaultLog skip = new FaultLog(OnError.SKIP, reported::add);
        skip.accept(faults);
        assertThat(skip.skipped()).isEqualTo(2);
        assertThat(reported).isEmpty();
        FaultLog report = new FaultLog(OnError.REPORT, reported::add);
        report.accept(faults);
        assertThat(report.skipped()).isEqualTo(2);
        assertThat(reported).isEqualTo(faults);
        assertThat(report.first()).isEqualTo(faults);
    }
}

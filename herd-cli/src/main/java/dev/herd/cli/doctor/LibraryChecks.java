package dev.herd.cli.doctor;

import com.github.luben.zstd.Zstd;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Locale;
import java.util.concurrent.Callable;
import jdk.incubator.vector.FloatVector;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// The native libraries, each loaded and made to work once.
final class LibraryChecks {
    private LibraryChecks() {}

    static Finding vectors() {
        return tried(
                "vector API",
                () -> FloatVector.SPECIES_PREFERRED.vectorBitSize() + " bits, " + FloatVector.SPECIES_PREFERRED.length()
                        + " floats at once",
                "Start through ./herd, or add --add-modules jdk.incubator.vector to java's options.");
    }

    static Finding libtorch() {
        return tried(
                "libtorch",
                () -> {
                    try (Tensor three = torch.full(new long[] {1}, new Scalar(3));
                            Tensor six = three.add(three)) {
                        if (six.item_float() != 6) {
                            throw new IllegalStateException("3 + 3 gave " + six.item_float());
                        }
                    }
                    return "works, " + torch.get_num_threads() + " threads";
                },
                "Nothing trains without it. It needs Linux or macOS x86_64, macOS arm64 or Windows x86_64, and 500 MB in the"
                        + " cache folder (HERD_CACHE); if the unpacked copy is damaged, remove that folder.");
    }

    static Finding duckdb() {
        return tried(
                "DuckDB",
                () -> {
                    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                            Statement statement = connection.createStatement();
                            ResultSet result = statement.executeQuery("select version()")) {
                        result.next();
                        return result.getString(1);
                    }
                },
                "Importing and sorting need it. It is unpacked into the temporary folder: see that it is writable and allows"
                        + " executables (not mounted noexec), or set HERD_JAVA_OPTIONS=-Djava.io.tmpdir=/other/folder.");
    }

    static Finding zstd() {
        return tried(
                "zstd",
                () -> {
                    byte[] text = "herd herd herd herd herd".getBytes(StandardCharsets.UTF_8);
                    byte[] back = Zstd.decompress(Zstd.compress(text), text.length);
                    if (!java.util.Arrays.equals(text, back)) {
                        throw new IllegalStateException("text came back changed");
                    }
                    return "works";
                },
                "Datasets are compressed with it. See that the temporary folder is writable and allows executables.");
    }

    private static Finding tried(String check, Callable<String> attempt, String remedy) {
        long start = System.nanoTime();
        try {
            String found = attempt.call();
            return Finding.ok(
                    check, found + String.format(Locale.ROOT, ", ready in %.1f s", (System.nanoTime() - start) / 1e9));
        } catch (Exception | LinkageError fault) {
            return Finding.fail(check, "does not work: " + firstLine(fault), remedy);
        }
    }

    private static String firstLine(Throwable fault) {
        Throwable root = fault;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root).lines().findFirst().orElse("");
    }
}

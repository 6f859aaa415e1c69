package dev.herd.llama.weights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.data.InputException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files that lie about themselves: whatever stands in them, they are opened or refused with a message
/// that names them, never read beyond their end, and never a reason to allocate more than they hold.
///
/// The property `herd.fuzz.cases` says how many files are changed at random, in place of 2,000.
class HostileFilesTest {
    private static final Path FILE = Path.of("hostile.gguf");
    /// For each of the four tests that change files at random.
    private static final int CASES = Integer.getInteger("herd.fuzz.cases", 2_000) / 4;

    /// More than the objects that stand for what a file holds, by far less than what a length in it can
    /// claim.
    private static final long BYTES_FOR_EACH = 64;

    private static final long BYTES_FOR_ALL = 1 << 20;

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    /// Classes that are loaded for the first time allocate too.
    @BeforeAll
    static void loadClasses() {
        for (byte[] bytes : List.of(GgufBytes.model(TensorType.Q8_0).bytes(), new byte[4])) {
            attempt(() -> readGguf(bytes));
            attempt(() -> SafetensorsReader.read(FILE, MemorySegment.ofArray(bytes)));
        }
        attempt(() -> SafetensorsReader.read(FILE, MemorySegment.ofArray(safetensors(TABLE, 640))));
        attempt(() -> SafetensorsReader.read(FILE, MemorySegment.ofArray(safetensors("{\"a\":[1e9", 640))));
        for (String text : PIECES) {
            attempt(() ->
                    SafetensorsReader.read(FILE, MemorySegment.ofArray(safetensors(TABLE.replace("32", text), 640))));
        }
    }

    @Test
    void theFilesThatAreChangedBelowAreSound() {
        assertThat(opens(GgufBytes.model(TensorType.F32).bytes())).isTrue();
        assertThat(opens(GgufBytes.model(TensorType.Q8_0).bytes())).isTrue();
        assertThat(opensSafetensors(safetensors(TABLE, 640))).isTrue();
    }

    @Test
    void everyFieldOfAGgufFileMayLie() {
        GgufBytes file = GgufBytes.model(TensorType.Q8_0);
        for (int field = 0; field < file.fields(); field++) {
            for (long lie : lies(file.bytes().length)) {
                opens(file.with(field, lie));
            }
        }
    }

    @Test
    void aGgufFileMayEndAnywhere() {
        byte[] whole = GgufBytes.model(TensorType.Q8_0).bytes();
        for (int length = 0; length < whole.length; length += length < 1400 ? 1 : 61) {
            assertThat(opens(Arrays.copyOf(whole, length)))
                    .as(length + " of " + whole.length + " bytes")
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void ggufFilesMayBeChangedAtRandom(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        GgufBytes file = GgufBytes.model(seed % 2 == 0 ? TensorType.MX9 : TensorType.Q4_0);
        int refused = 0;
        for (int i = 0; i < CASES; i++) {
            refused += opens(changed(file, random)) ? 0 : 1;
        }
        assertThat(refused).as("changes that matter").isGreaterThan(CASES / 2);
    }

    @ParameterizedTest
    @ValueSource(longs = {4})
    void safetensorsFilesMayHaveAnyBytes(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int refused = 0;
        for (int i = 0; i < CASES; i++) {
            byte[] bytes = safetensors(TABLE, 640);
            for (int change = random.nextInt(1, 6); change > 0; change--) {
                int at = random.nextInt(bytes.length - 640);
                bytes[at] =
                        random.nextBoolean() ? (byte) (bytes[at] ^ 1 << random.nextInt(8)) : (byte) random.nextInt();
            }
            refused += opensSafetensors(Arrays.copyOf(bytes, shortened(bytes.length, random))) ? 0 : 1;
        }
        assertThat(refused).as("changes that matter").isGreaterThan(CASES / 2);
    }

    @ParameterizedTest
    @ValueSource(longs = {3})
    void safetensorsFilesMayBeChangedAtRandom(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int refused = 0;
        for (int i = 0; i < CASES; i++) {
            byte[] bytes = safetensors(changedTable(random), 640);
            if (random.nextInt(4) == 0) {
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, any(random, lies(bytes.length)));
            }
            refused += opensSafetensors(Arrays.copyOf(bytes, shortened(bytes.length, random))) ? 0 : 1;
        }
        assertThat(refused).as("changes that matter").isGreaterThan(CASES / 2);
    }

    /// Opens and reads all of it, or is refused as it should be.
    private static boolean opens(byte[] bytes) {
        return within(bytes.length, () -> readGguf(bytes));
    }

    @SuppressWarnings("MustBeClosedChecker") // the file closes its arena
    private static void readGguf(byte[] bytes) {
        try (Arena arena = Arena.ofConfined()) {
            WeightFile file = WeightFile.of(GgufFile.of(FILE, arena, MemorySegment.ofArray(bytes)));
            readAll(file.tensors(), bytes.length);
            file.metadata().texts("tokenizer.ggml.tokens");
            file.metadata().floats("tokenizer.ggml.scores");
        }
    }

    private static boolean opensSafetensors(byte[] bytes) {
        return within(
                bytes.length, () -> readAll(SafetensorsReader.read(FILE, MemorySegment.ofArray(bytes)), bytes.length));
    }

    private static boolean within(int length, Runnable reading) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        Optional<InputException> refused = attempt(reading);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        if (allocated > BYTES_FOR_EACH * length + BYTES_FOR_ALL) {
            throw new AssertionError(allocated + " bytes allocated for a file of " + length, refused.orElse(null));
        }
        refused.ifPresent(e -> {
            String message = String.valueOf(e.getMessage());
            if (!message.startsWith(FILE + ": ") || message.length() < 25 || message.length() > 6000) {
                throw new AssertionError("not a clear message", e);
            }
        });
        return refused.isEmpty();
    }

    private static Optional<InputException> attempt(Runnable reading) {
        try {
            reading.run();
            return Optional.empty();
        } catch (InputException e) {
            return Optional.of(e);
        }
    }

    private static void readAll(List<WeightTensor> tensors, int length) {
        long bytes = 0;
        for (WeightTensor tensor : tensors) {
            bytes += tensor.data().byteSize();
            MemorySegment row = MemorySegment.ofArray(new float[(int) tensor.columns()]);
            tensor.decodeRow(0, row, 0);
            tensor.decodeRow(tensor.rows() - 1, row, 0);
        }
        if (bytes > length) {
            throw new AssertionError(bytes + " bytes of tensors in a file of " + length);
        }
    }

    private static byte[] changed(GgufBytes file, SplittableRandom random) {
        byte[] bytes = random.nextBoolean()
                ? file.with(random.nextInt(file.fields()), any(random, lies(file.bytes().length)))
                : file.bytes();
        int header = Math.min(bytes.length, 2000);
        for (int change = random.nextInt(4); change > 0; change--) {
            bytes[random.nextInt(header)] = (byte) random.nextInt();
        }
        if (random.nextInt(8) == 0) {
            int from = random.nextInt(header);
            int count = random.nextInt(40);
            System.arraycopy(bytes, from + count, bytes, from, bytes.length - from - count);
        }
        return Arrays.copyOf(bytes, shortened(bytes.length, random));
    }

    private static int shortened(int length, SplittableRandom random) {
        return random.nextInt(4) == 0 ? random.nextInt(length) : length;
    }

    private static final String TABLE = """
            {"__metadata__":{"format":"pt"},
            "a":{"dtype":"F32","shape":[4,32],"data_offsets":[0,512]},
            "b":{"dtype":"BF16","shape":[64],"data_offsets":[512,640]}}""";

    private static byte[] safetensors(String table, int data) {
        byte[] json = table.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + data)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }

    private static final String[] PIECES = {
        "0",
        "1",
        "-1",
        "4",
        "512",
        "640",
        "641",
        "1e9",
        "9223372036854775807",
        "18446744073709551615",
        "null",
        "true",
        "\"F32\"",
        "\"F64\"",
        "\"I8\"",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "\"",
        "[]",
        "{}",
        "\"a\"",
        "\"shape\"",
        "\u00e9"
    };

    /// Swaps, drops or adds words of the table.
    private static String changedTable(SplittableRandom random) {
        String[] words = TABLE.split("(?<=[\\[\\]{},:])|(?=[\\[\\]{},:])");
        for (int change = 1 + random.nextInt(3); change > 0; change--) {
            int at = random.nextInt(words.length);
            String piece = PIECES[random.nextInt(PIECES.length)];
            words[at] = switch (random.nextInt(4)) {
                case 0 -> "";
                case 1 -> words[at] + piece;
                case 2 -> words[random.nextInt(words.length)];
                default -> piece;
            };
        }
        return String.join("", words);
    }

    private static long any(SplittableRandom random, long[] values) {
        return values[random.nextInt(values.length)];
    }

    private static long[] lies(int length) {
        return new long[] {
            0,
            1,
            2,
            3,
            5,
            9,
            16,
            31,
            33,
            255,
            length,
            length - 1L,
            length + 1L,
            1L << 20,
            Integer.MAX_VALUE,
            1L << 31,
            (1L << 32) - 1,
            1L << 32,
            1L << 40,
            1L << 61,
            1L << 62,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            -1,
            -2,
            -32
        };
    }
}

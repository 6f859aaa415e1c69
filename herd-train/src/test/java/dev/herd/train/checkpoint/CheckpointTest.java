package dev.herd.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.herd.data.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CheckpointTest {
    record State(long step, double rate, String note) {}

    private final Arena arena = Arena.ofShared();

    @TempDir
    Path folder;

    @AfterEach
    void free() {
        arena.close();
    }

    private StoredArray array(String name, DType type, int seed, long... shape) {
        long bytes = StoredArray.count(shape) * type.bytes();
        byte[] random = new byte[(int) bytes];
        new Random(seed).nextBytes(random);
        MemorySegment data = arena.allocate(bytes, 64);
        data.copyFrom(MemorySegment.ofArray(random));
        return new StoredArray(name, type, shape, data);
    }

    private StoredArray empty(StoredArray like) {
        return new StoredArray(
                like.name(),
                like.type(),
                like.shape(),
                arena.allocate(like.data().byteSize(), 64));
    }

    private List<StoredArray> arrays() {
        return List.of(
                array("dense/weight", DType.F32, 1, 3, 5),
                array("dense/bias", DType.F32, 2, 3),
                array("scalar", DType.I64, 3),
                array("table/user", DType.F32, 4, 101, 7),
                array("table/none", DType.F32, 5, 0, 4),
                array("table/half", DType.F16, 6, 33, 3));
    }

    private Checkpoint save(long chunkBytes, List<StoredArray> arrays) {
        CheckpointFolder checkpoints = CheckpointFolder.open(folder, 3, chunkBytes);
        checkpoints.save(12, arrays, new State(12, 1e-3 / 3, "x"), OptionalLong.empty());
        return checkpoints.at(12);
    }

    @Test
    void everyArrayAndTheStateReadBackExactlyWhateverTheChunkSize() {
        List<StoredArray> arrays = arrays();
        for (long chunkBytes : new long[] {1, 28, 100, 1000, 1 << 20}) {
            Checkpoint checkpoint = save(chunkBytes, arrays);
            checkpoint.verify();
            List<StoredArray> loaded = arrays.stream().map(this::empty).toList();
            checkpoint.load(loaded);
            for (int i = 0; i < arrays.size(); i++) {
                assertThat(loaded.get(i).data().mismatch(arrays.get(i).data()))
                        .as(arrays.get(i).name() + " in chunks of " + chunkBytes)
                        .isEqualTo(-1);
            }
            assertThat(checkpoint.state(State.class)).isEqualTo(new State(12, 1e-3 / 3, "x"));
            assertThat(checkpoint.names())
                    .isEqualTo(arrays.stream().map(StoredArray::name).toList());
        }
    }

    @Test
    void aPartOfTheArraysCanBeLoaded() {
        List<StoredArray> arrays = arrays();
        StoredArray wanted = empty(arrays.get(3));
        save(100, arrays).load(List.of(wanted));
        assertThat(wanted.data().mismatch(arrays.get(3).data())).isEqualTo(-1);
    }

    @Test
    void aChunkIsASafetensorsFile() throws IOException {
        List<StoredArray> arrays = arrays();
        save(1 << 20, arrays);
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("step-000000012/chunk-00000.safetensors")))
                .order(ByteOrder.LITTLE_ENDIAN);
        byte[] header = new byte[(int) file.getLong()];
        file.get(header);
        JsonNode tensor = JsonMapper.shared()
                .readTree(new String(header, StandardCharsets.UTF_8))
                .get("table/half[0:33]");
        assertThat(tensor.get("dtype").asString()).isEqualTo("F16");
        assertThat(tensor.get("shape").toString()).isEqualTo("[33,3]");
        int start = tensor.get("data_offsets").get(0).asInt();
        int end = tensor.get("data_offsets").get(1).asInt();
        byte[] data = new byte[end - start];
        file.get(8 + header.length + start, data);
        assertThat(data).isEqualTo(arrays.get(5).data().toArray(ValueLayout.JAVA_BYTE));
    }

    @Test
    void aShortenedFileIsRefusedByName() throws IOException {
        save(100, arrays());
        for (Path file : files()) {
            byte[] whole = Files.readAllBytes(file);
            for (int length : new int[] {0, whole.length / 2, whole.length - 1}) {
                Files.write(file, java.util.Arrays.copyOf(whole, length));
                refusedNaming(file);
            }
            Files.write(file, whole);
        }
        Checkpoint.open(folder.resolve("step-000000012")).verify();
    }

    @Test
    void aFlippedByteAnywhereIsRefusedByName() throws IOException {
        save(100, arrays());
        Random random = new Random(7);
        for (Path file : files()) {
            byte[] whole = Files.readAllBytes(file);
            for (int trial = 0; trial < 8; trial++) {
                byte[] flipped = whole.clone();
                int at = file.toString().endsWith(".sha256") ? random.nextInt(64) : random.nextInt(whole.length);
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, flipped);
                refusedNaming(file);
            }
            Files.write(file, whole);
        }
    }

    @Test
    void aMissingFileIsRefusedByName() throws IOException {
        save(100, arrays());
        for (Path file : files()) {
            byte[] whole = Files.readAllBytes(file);
            Files.delete(file);
            refusedNaming(file);
            Files.write(file, whole);
        }
    }

    private void refusedNaming(Path file) {
        Path step = folder.resolve("step-000000012");
        String name = file.getFileName().toString();
        assertThatThrownBy(() -> {
                    Checkpoint checkpoint = Checkpoint.open(step);
                    checkpoint.load(arrays().stream().map(this::empty).toList());
                })
                .isInstanceOf(InputException.class)
                .hasMessageContaining(name.endsWith(".sha256") ? Checkpoint.MANIFEST : file.toString());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("step-000000012"))) {
            List<Path> all = files.sorted().toList();
            assertThat(all.size()).isGreaterThan(10);
            return all;
        }
    }

    @Test
    void anArrayOfAnotherShapeOrNameIsRefused() {
        Checkpoint checkpoint = save(100, arrays());
        assertThatThrownBy(() -> checkpoint.load(List.of(array("dense/bias", DType.F32, 0, 4))))
                .isInstanceOf(InputException.class)
                .hasMessageEndingWith("step-000000012: array 'dense/bias' is F32[3], needed is F32[4];"
                        + " was it written for another model or dataset?");
        assertThatThrownBy(() -> checkpoint.load(List.of(array("dense/none", DType.F32, 0, 4))))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("has no array 'dense/none'; was it written for another model or dataset?"
                        + " It holds: dense/weight, dense/bias");
    }

    @Test
    void theNewestFewAndTheirBestStay() {
        CheckpointFolder checkpoints = CheckpointFolder.open(folder, 2, 1000);
        List<StoredArray> arrays = List.of(array("a", DType.F32, 1, 2));
        for (long step = 1; step <= 6; step++) {
            checkpoints.save(step, arrays, "s", OptionalLong.of(step < 5 ? Math.min(step, 2) : 5));
            if (step == 4) {
                assertThat(checkpoints.steps()).containsExactly(2L, 3L, 4L);
            }
        }
        assertThat(checkpoints.steps()).containsExactly(5L, 6L);
        assertThat(checkpoints.latest().orElseThrow().folder().getFileName()).hasToString("step-000000006");
    }

    @Test
    void whatAKilledWriterLeftIsNotACheckpointAndIsCleared() throws IOException {
        save(100, arrays());
        Path half = folder.resolve(".unfinished-step-000000099");
        Files.createDirectories(half);
        Files.writeString(half.resolve("chunk-00000.safetensors"), "half");
        assertThat(CheckpointFolder.open(folder, 3).steps()).containsExactly(12L);
        assertThat(half).doesNotExist();
    }

    @Test
    void aFullDiskLeavesEarlierCheckpointsIntactAndSaysSo() throws Exception {
        Path disk = folder.resolve("disk");
        Files.createDirectories(disk);
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk.toString()) == 0,
                "mounting a tmpfs needs root on Linux");
        try {
            CheckpointFolder checkpoints = CheckpointFolder.open(disk, 3, 16 << 10);
            StoredArray table = array("table", DType.F32, 1, 1000, 32);
            checkpoints.save(1, List.of(table), "first", OptionalLong.empty());
            for (int attempt = 0; attempt < 3; attempt++) {
                assertThatThrownBy(() -> checkpoints.save(2, List.of(table), "second", OptionalLong.empty()))
                        .isInstanceOf(UncheckedIOException.class)
                        .hasMessageStartingWith("the checkpoint of step 2 could not be written to " + disk)
                        .hasMessageContaining("128000 needed")
                        .hasMessageContaining("the one of step 1 is intact: free space and resume");
            }
            StoredArray loaded = empty(table);
            checkpoints.latest().orElseThrow().load(List.of(loaded));
            assertThat(loaded.data().mismatch(table.data())).isEqualTo(-1);
            assertThat(checkpoints.steps()).containsExactly(1L);
        } finally {
            assertThat(run("umount", disk.toString())).isZero();
        }
    }

    private static int run(String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
            return process.waitFor(10, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } catch (IOException e) {
            return -1;
        }
    }
}

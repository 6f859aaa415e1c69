package dev.herd.numerics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OffHeapTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 63, 4096, (2L << 20) - 1, 2L << 20, (5L << 20) + 12})
    void memoryIsZeroedAlignedAndOfTheSizeAskedFor(long bytes) {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment segment = OffHeap.allocate(arena, bytes);
            assertThat(segment.byteSize()).isEqualTo(bytes);
            assertThat(segment.address() % OffHeap.ALIGNMENT).isZero();
            for (long i = 0; i < bytes; i += 1021) {
                assertThat(segment.get(ValueLayout.JAVA_BYTE, i)).isZero();
                segment.set(ValueLayout.JAVA_BYTE, i, (byte) 1);
            }
        }
    }

    @Test
    void moreThanTwoToThe31FloatsCanBeAddressedAndOnlyTouchedPagesCost() {
        long floats = 3L << 30;
        try (Arena arena = Arena.ofShared()) {
            MemorySegment segment = OffHeap.allocate(arena, floats * 4);
            segment.setAtIndex(ValueLayout.JAVA_FLOAT, floats - 1, 2.5f);
            segment.setAtIndex(ValueLayout.JAVA_FLOAT, 1L << 31, 1.5f);
            assertThat(segment.getAtIndex(ValueLayout.JAVA_FLOAT, floats - 1)).isEqualTo(2.5f);
            assertThat(segment.getAtIndex(ValueLayout.JAVA_FLOAT, 1L << 31)).isEqualTo(1.5f);
            assertThat(segment.getAtIndex(ValueLayout.JAVA_FLOAT, 0)).isZero();
        }
    }

    @Test
    void closingTheArenaEndsTheSegment() {
        MemorySegment segment;
        try (Arena arena = Arena.ofShared()) {
            segment = OffHeap.allocate(arena, 4L << 20);
        }
        assertThatThrownBy(() -> segment.get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void memoryIsReturnedSoThatManyLargeSegmentsInTurnFit() {
        for (int i = 0; i < 2000; i++) {
            try (Arena arena = Arena.ofShared()) {
                OffHeap.allocate(arena, 64L << 30).set(ValueLayout.JAVA_BYTE, 12345, (byte) 1);
            }
        }
    }

    @Test
    void hugePagesAreAskedForBehindAMappedFileWhoseBytesStay(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("weights");
        byte[] bytes = new byte[(5 << 20) + 12];
        new Random(5).nextBytes(bytes);
        Files.write(file, bytes);
        try (Arena arena = Arena.ofShared();
                FileChannel channel = FileChannel.open(file)) {
            MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes.length, arena);
            OffHeap.preferHugePages(mapped);
            OffHeap.preferHugePages(mapped.asSlice(12, 100));
            assertThat(mapped.mismatch(MemorySegment.ofArray(bytes))).isEqualTo(-1);
            Path maps = Path.of("/proc/self/smaps");
            if (Files.exists(maps)) {
                String after = Files.readString(maps).split(file.toString(), -1)[1];
                assertThat(after.lines()
                                .filter(line -> line.startsWith("VmFlags"))
                                .findFirst())
                        .hasValueSatisfying(flags -> assertThat(flags).contains(" hg"));
            }
        }
    }

    @Test
    void aNegativeSizeIsRefused() {
        assertThatThrownBy(() -> OffHeap.allocate(Arena.global(), -1)).hasMessageContaining("-1");
    }
}

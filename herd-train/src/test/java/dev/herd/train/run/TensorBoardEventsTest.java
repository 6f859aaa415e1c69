package dev.herd.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardEventsTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000, 500_000_000);

    /// A message as its fields in order, decoded by the wire format's rules.
    private record Field(int number, int kind, long bits, byte[] bytes) {
        static List<Field> parse(byte[] message) {
            ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
            List<Field> fields = new ArrayList<>();
            while (in.hasRemaining()) {
                long tag = varint(in);
                int kind = (int) tag & 7;
                byte[] bytes = new byte[kind == 2 ? (int) varint(in) : 0];
                long bits = 0;
                switch (kind) {
                    case 0 -> bits = varint(in);
                    case 1 -> bits = in.getLong();
                    case 2 -> in.get(bytes);
                    case 5 -> bits = in.getInt();
                    default -> throw new AssertionError("wire type " + kind);
                }
                fields.add(new Field((int) (tag >>> 3), kind, bits, bytes));
            }
            return fields;
        }

        private static long varint(ByteBuffer in) {
            long value = 0;
            for (int shift = 0; ; shift += 7) {
                byte next = in.get();
                value |= (long) (next & 0x7f) << shift;
                if (next >= 0) {
                    return value;
                }
            }
        }
    }

    private static List<byte[]> records(Path folder) throws IOException {
        Path file;
        try (Stream<Path> files = Files.list(folder)) {
            file = files.findFirst().orElseThrow();
        }
        assertThat(file.getFileName().toString()).startsWith("events.out.tfevents.");
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> records = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] length = new byte[8];
            in.get(length);
            byte[] lengthSum = new byte[4];
            in.get(lengthSum);
            assertThat(TensorBoardEvents.maskedSum(length)).isEqualTo(lengthSum);
            byte[] data = new byte
                    [(int) ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong()];
            in.get(data);
            byte[] sum = new byte[4];
            in.get(sum);
            assertThat(TensorBoardEvents.maskedSum(data)).isEqualTo(sum);
            records.add(data);
        }
        return records;
    }

    @Test
    void theChecksumIsTheMaskedCrc32cOfTheTensorFlowFormat() {
        // CRC-32C of "123456789" is e3069283; rotated right by 15 and moved by a282ead8 it is c7b00ddc... computed
        // here.
        int crc = 0xe3069283;
        int masked = (crc >>> 15 | crc << 17) + 0xa282ead8;
        assertThat(HexFormat.of()
                        .formatHex(TensorBoardEvents.maskedSum("123456789".getBytes(StandardCharsets.US_ASCII))))
                .isEqualTo("%08x".formatted(Integer.reverseBytes(masked)));
    }

    @Test
    void scalarsReadBackWithTagStepAndTime(@TempDir Path folder) throws IOException {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("train/loss", 0.25);
        values.put("train/learning_rate", 1e-3);
        try (TensorBoardEvents events = TensorBoardEvents.create(folder, 0, NOW)) {
            events.scalars(300, NOW, values);
        }
        List<byte[]> records = records(folder);
        assertThat(records).hasSize(2);
        List<Field> first = Field.parse(records.getFirst());
        assertThat(first.get(2).number()).isEqualTo(3);
        assertThat(new String(first.get(2).bytes(), StandardCharsets.UTF_8)).isEqualTo("brain.Event:2");

        List<Field> event = Field.parse(records.get(1));
        assertThat(Double.longBitsToDouble(event.get(0).bits())).isEqualTo(1_700_000_000.5);
        assertThat(event.get(1).bits()).isEqualTo(300);
        List<Field> summary = Field.parse(event.get(2).bytes());
        assertThat(event.get(2).number()).isEqualTo(5);
        assertThat(summary).hasSize(2);
        List<Field> rate = Field.parse(summary.get(1).bytes());
        assertThat(new String(rate.get(0).bytes(), StandardCharsets.UTF_8)).isEqualTo("train/learning_rate");
        assertThat(Float.intBitsToFloat((int) rate.get(1).bits())).isEqualTo(1e-3f);
    }

    @Test
    void aResumedRunTellsTensorBoardToDropLaterSteps(@TempDir Path folder) throws IOException {
        TensorBoardEvents.create(folder, 40, NOW).close();
        List<Field> event = Field.parse(records(folder).get(1));
        assertThat(event.get(1).bits()).isEqualTo(41);
        assertThat(event.get(2).number()).isEqualTo(7);
        assertThat(Field.parse(event.get(2).bytes()).getFirst().bits()).isEqualTo(1);
    }
}

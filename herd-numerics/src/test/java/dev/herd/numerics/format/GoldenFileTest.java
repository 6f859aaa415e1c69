package dev.herd.numerics.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Vectors of torchao and microxcaling; without the file the tests say that they were skipped.
class GoldenFileTest {
    private static final String NUMBER = "(-?[0-9.eE+-]+)";

    @Test
    void fourBitFloatsHaveTheBitsOfTorchao() throws IOException {
        Matcher row = Pattern.compile(
                        "\"f32\": " + NUMBER + ",\\s+\"dequant\": " + NUMBER + ",\\s+\"bits\": \"([01]{4})\"")
                .matcher(part("fp4_e2m1_cast"));
        int rows = 0;
        while (row.find()) {
            int code = Element.E2M1.code(Float.parseFloat(row.group(1)), Rounding.HALF_EVEN, 0, true);
            assertThat(code).as(row.group()).isEqualTo(Integer.parseInt(row.group(3), 2));
            assertThat(Element.E2M1.value(code)).isEqualTo(Float.parseFloat(row.group(2)));
            rows++;
        }
        assertThat(rows).isEqualTo(60);
    }

    @Test
    void sixBitFloatsHaveTheBitsOfTorchao() throws IOException {
        Matcher row =
                Pattern.compile("\"f32\": " + NUMBER + ",\\s+\"enc\": ([0-9]+)").matcher(part("fp6_e3m2_cast"));
        int rows = 0;
        while (row.find()) {
            float value = Float.parseFloat(row.group(1));
            int code = Integer.parseInt(row.group(2));
            assertThat(Element.E3M2.code(value, Rounding.HALF_EVEN, 0, true)).isEqualTo(code);
            assertThat(Element.E3M2.code(-value, Rounding.HALF_EVEN, 0, true)).isEqualTo(code | 0x20);
            rows++;
        }
        assertThat(rows).isEqualTo(5);
    }

    @Test
    void eightBitBlocksUnderTheRoundedUpScaleHaveTheBytesOfTorchao() throws IOException {
        NumberFormat format = NumberFormats.MXFP8_E4M3.withRule(ScaleRule.RCEIL);
        Matcher row = Pattern.compile(
                        "\"input_dtype\": \"(\\w+)\",\\s+\"input_bits\": \\[([^]]+)],\\s+\"scale_e8m0\": ([^\n]+),"
                                + "\\s+\"fp8_e4m3fn\": (\\[[^]]+]|\"all NaN\")")
                .matcher(part("mxfp8_e4m3_rceil_block32"));
        int rows = 0;
        while (row.find()) {
            int shift = "bfloat16".equals(row.group(1)) ? 16 : 0;
            List<Double> bits = numbers(row.group(2));
            float[] values = new float[32];
            for (int i = 0; i < 32; i++) {
                values[i] = Float.intBitsToFloat((int) bits.get(i).longValue() << shift);
            }
            byte[] packed = Rows.pack(BlockCodec.of(format), 0, values);
            assertThat(packed).isEqualTo(Rows.pack(BlockCodec.scalar(format), 0, values));
            if (row.group(3).contains("NaN")) {
                assertThat(packed[0]).isEqualTo((byte) 255);
                assertThat(Rows.unpack(BlockCodec.of(format), packed, 32)).containsOnly(Float.NaN);
            } else {
                assertThat(packed[0] & 0xFF).isEqualTo(Integer.parseInt(row.group(3)));
                List<Double> codes = numbers(row.group(4));
                for (int i = 0; i < 32; i++) {
                    assertThat(packed[1 + i] & 0xFF).isEqualTo(codes.get(i).intValue());
                }
            }
            rows++;
        }
        assertThat(rows).isEqualTo(8);
    }

    @Test
    void emulatedBlocksHaveTheNumbersOfMicroxcaling() throws IOException {
        check("mxfp8_e4m3_floor_saturation", NumberFormats.MXFP8_E4M3, 1);
        check("mx_int8_hw_test", NumberFormats.MXINT8, 7);
        check("mx_int4_rounding", integers(4), 2);
        check("bf16_round_nearest", NumberFormats.BF16, 1);
    }

    private static NumberFormat integers(int width) {
        return new NumberFormat(
                "MXINT4",
                Element.integer(3),
                Level.powerOfTwo(8, width),
                Level.NONE,
                ScaleRule.FLOOR,
                Rounding.HALF_AWAY,
                NumberFormat.Order.INTERLEAVED);
    }

    private static void check(String name, NumberFormat format, int rows) throws IOException {
        NumberFormat away = format.withRounding(Rounding.HALF_AWAY);
        String text = part(name);
        List<float[]> inputs = rows(text.substring(text.indexOf("\"x\""), text.indexOf("\"y\"")));
        List<float[]> outputs = rows(text.substring(text.indexOf("\"y\"")));
        assertThat(inputs).hasSize(rows);
        for (int i = 0; i < rows; i++) {
            assertThat(Rows.quantized(away, inputs.get(i))).as(name).containsExactly(outputs.get(i));
        }
    }

    private static List<float[]> rows(String text) {
        List<float[]> rows = new ArrayList<>();
        Matcher row = Pattern.compile("\\[([^\\[\\]]+)]").matcher(text);
        while (row.find()) {
            List<Double> numbers = numbers(row.group(1));
            float[] values = new float[numbers.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = numbers.get(i).floatValue();
            }
            rows.add(values);
        }
        return rows;
    }

    private static List<Double> numbers(String text) {
        List<Double> numbers = new ArrayList<>();
        Matcher number = Pattern.compile(NUMBER).matcher(text);
        while (number.find()) {
            numbers.add(Double.parseDouble(number.group(1)));
        }
        return numbers;
    }

    /// The text of one case of the file.
    private static String part(String name) throws IOException {
        String text = Files.readString(file());
        int start = text.indexOf("\"" + name + "\"");
        int note = text.indexOf("\"note\"", start);
        int next = text.indexOf("\"note\"", note + 1);
        String part = text.substring(text.indexOf('\n', note), next < 0 ? text.length() : next);
        int end = part.indexOf("\n  },");
        return end < 0 ? part : part.substring(0, end);
    }

    private static Path file() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path found = at.resolve("shared/data/mx-golden/mx_golden.json");
            if (Files.exists(found)) {
                return found;
            }
        }
        assumeTrue(false, "skipped: no shared/data/mx-golden beside the repository");
        throw new AssertionError();
    }
}

package dev.herd.numerics.int8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What [Int8Product] computes.
final class ScalarInt8Product implements Int8Product.Kernel {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    @Override
    public void multiply(
            Coding coding,
            MemorySegment w,
            int rows,
            Int8Tokens x,
            MemorySegment out,
            long outStride,
            Int8Scratch scratch) {
        long rowBytes = coding.format.rowBytes(x.columns());
        CodedRow row = new CodedRow(coding, x.columns());
        for (int r = 0; r < rows; r++) {
            row.read(w, r * rowBytes);
            for (int group = 0; group < x.groups(); group++) {
                TokenGroup layout = x.layout(group);
                for (int token = 0; token < layout.tokens(); token++) {
                    float total = product(row, x.numbers(group), layout, token);
                    out.set(FLOAT, ((x.first(group) + token) * outStride + r) * Float.BYTES, total);
                }
            }
        }
    }

    private static float product(CodedRow row, MemorySegment x, TokenGroup layout, int token) {
        float total = 0;
        for (int unit = 0; unit < row.units(); unit++) {
            int first = unit * row.width();
            long block = (long) (first / TokenGroup.WIDTH) * layout.block();
            int whole = 0;
            for (int i = first; i < first + row.width(); i++) {
                int step = i % TokenGroup.WIDTH / 4;
                whole += row.code(i) * x.get(ValueLayout.JAVA_BYTE, block + layout.step(step, token) + i % 4);
            }
            float scale = row.scale(unit) * x.get(FLOAT, block + layout.scale(token));
            total = Math.fma((float) whole, scale, total);
            if (row.minima()) {
                total = Math.fma(-row.minimum(unit), x.get(FLOAT, block + layout.sum(token)), total);
            }
        }
        return total;
    }
}

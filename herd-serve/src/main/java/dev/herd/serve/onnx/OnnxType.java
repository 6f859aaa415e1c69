package dev.herd.serve.onnx;

import dev.herd.embedding.RowFormat;
import dev.herd.numerics.ElementType;
import java.util.Locale;

/// The kinds of numbers that exported models hold, with their codes in ONNX.
enum OnnxType {
    FLOAT32(1),
    INT64(7),
    FLOAT16(10),
    BFLOAT16(16);

    private final int code;

    OnnxType(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /// The form in which a table's rows are exported: as they are stored, but unpacked where they are packed.
    static OnnxType of(RowFormat format) {
        return switch (format.plain().orElse(ElementType.FP32)) {
            case FP32 -> FLOAT32;
            case FP16 -> FLOAT16;
            case BF16 -> BFLOAT16;
        };
    }

    /// As people write it: `float32`.
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

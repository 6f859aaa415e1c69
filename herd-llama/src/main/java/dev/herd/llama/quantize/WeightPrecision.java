package dev.herd.llama.quantize;

import dev.herd.llama.weights.TensorType;

/// What matrices can be quantized to.
public enum WeightPrecision {
    F16(TensorType.F16, 1),
    BF16(TensorType.BF16, 32),
    Q8_0(TensorType.Q8_0, 7),
    Q6_K(TensorType.Q6_K, 18),
    Q4_K(TensorType.Q4_K, 14),
    Q4_0(TensorType.Q4_0, 2),
    MXFP4(TensorType.MXFP4, 38),
    /// Herd alone reads such files.
    MX9(TensorType.MX9, 909),
    /// Herd alone reads such files.
    MX6(TensorType.MX6, 906);

    private final TensorType type;
    private final int fileType;

    WeightPrecision(TensorType type, int fileType) {
        this.type = type;
        this.fileType = fileType;
    }

    /// The number of files that are mostly of it, under the key `general.file_type`.
    int fileType() {
        return fileType;
    }

    /// The type of tensors whose rows have `columns` numbers: this one, or Q8_0 or F16 where the rows are
    /// not made of whole blocks.
    TensorType type(long columns) {
        return columns % type.format().width() == 0
                ? type
                : columns % TensorType.Q8_0.format().width() == 0 ? TensorType.Q8_0 : TensorType.F16;
    }

    /// How the token embedding and the output matrix are best stored beside matrices of this precision:
    /// four bits are too few for them, everywhere else they are like the rest.
    public WeightPrecision forEmbeddings() {
        return switch (this) {
            case Q4_K, Q4_0, MXFP4 -> Q6_K;
            case F16, BF16, Q8_0, Q6_K, MX9, MX6 -> this;
        };
    }
}

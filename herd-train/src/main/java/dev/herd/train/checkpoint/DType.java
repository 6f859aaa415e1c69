package dev.herd.train.checkpoint;

/// Number formats of stored arrays, by their safetensors names.
public enum DType {
    F32(4),
    F16(2),
    BF16(2),
    I64(8),

    /// Bytes of rows that are packed in blocks; see [StoredArray#packing].
    U8(1);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /// Bytes of one number.
    public int bytes() {
        return bytes;
    }
}

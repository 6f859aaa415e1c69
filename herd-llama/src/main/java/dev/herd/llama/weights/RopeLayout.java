package dev.herd.llama.weights;

/// Which numbers of a head the rotary embedding turns together; query and key weights are stored to match.
public enum RopeLayout {
    /// Pairs `(2i, 2i + 1)`: GGUF files of this architecture and the original checkpoints.
    INTERLEAVED,
    /// Pairs `(i, i + headDim / 2)`: Hugging Face files.
    HALVES;

    /// Where a row of a query or key weight that stands at `row` in this layout stands in another.
    public long rowIn(RopeLayout other, long row, int headDim) {
        if (this == other) {
            return row;
        }
        long within = row % headDim;
        long half = headDim / 2;
        long there = switch (other) {
            case HALVES -> within % 2 * half + within / 2;
            case INTERLEAVED -> within % half * 2 + within / half;
        };
        return row - within + there;
    }
}

package dev.herd.numerics.int8;

/// How the blocks of a format come apart in sixteen lanes, as machine code. Registers 0 to 11, 13 to 15, 20 to
/// 27, 29 and 30 are its own.
sealed interface BlockCode permits ByteBlockCode, NibbleBlockCode, KBlockCode, SixBitBlockCode {
    /// Fills registers with constants.
    void prepare(RowCode rows);

    /// One block of each row: for each unit all codes, then the scales, then the minima. Scales come in the
    /// order of the units; at most eight units, that follow each other, wait for theirs.
    void write(RowCode rows, RowSink sink);

    static BlockCode of(Coding coding) {
        return switch (coding) {
            case Q8_0 -> new ByteBlockCode();
            case Q4_0, MXFP4 -> new NibbleBlockCode(coding);
            case Q4_K, Q5_K -> new KBlockCode(coding);
            case Q6_K -> new SixBitBlockCode();
        };
    }
}

package dev.herd.numerics.int8;

/// How the numbers of a few tokens lie side by side, as the products read them.
///
/// For each block of 32 numbers: eight steps of four numbers, at each step those of one token after those of
/// the other, a byte each; then five rows of one 32-bit number for each token. They are -128 times the sum of
/// the block's numbers and of its two halves (integers), the scale, and the sum times the scale (fp32).
///
/// @param tokens side by side
record TokenGroup(int tokens) {
    /// Numbers of a token in a block.
    static final int WIDTH = 32;

    /// Bytes that a block of one token takes.
    static final int BYTES = WIDTH + 5 * Integer.BYTES;

    /// Bytes of a block.
    int block() {
        return tokens * BYTES;
    }

    /// Where step `step` of token `token` lies in a block.
    int step(int step, int token) {
        return Integer.BYTES * (step * tokens + token);
    }

    /// -128 times the sum of all numbers.
    int start(int token) {
        return after(0, token);
    }

    /// -128 times the sum of the numbers of a half.
    int startOfHalf(int half, int token) {
        return after(1 + half, token);
    }

    int scale(int token) {
        return after(3, token);
    }

    int sum(int token) {
        return after(4, token);
    }

    private int after(int row, int token) {
        return WIDTH * tokens + Integer.BYTES * (row * tokens + token);
    }
}

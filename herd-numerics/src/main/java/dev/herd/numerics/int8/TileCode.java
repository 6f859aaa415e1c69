package dev.herd.numerics.int8;

import static dev.herd.numerics.machine.VectorOp.VCVTDQ2PS;
import static dev.herd.numerics.machine.VectorOp.VFMADD231PS;
import static dev.herd.numerics.machine.VectorOp.VFNMADD231PS;
import static dev.herd.numerics.machine.VectorOp.VMOVDQU32;
import static dev.herd.numerics.machine.VectorOp.VMOVDQU32_STORE;
import static dev.herd.numerics.machine.VectorOp.VMULPS;
import static dev.herd.numerics.machine.VectorOp.VPBROADCASTD;
import static dev.herd.numerics.machine.VectorOp.VPDPBUSD;
import static dev.herd.numerics.machine.VectorOp.VPXORD;

import dev.herd.numerics.machine.Assembler;
import dev.herd.numerics.machine.Place;
import dev.herd.numerics.machine.Register;

/// The product of panels of weights with one group of tokens, as machine code. Sixteen rows stand in the lanes
/// of a vector; each token has one vector of whole sums, and one of what they amount to.
///
/// Arguments: the result of the first row and token (RDI), panels one after the other (RSI), tokens (RDX),
/// blocks of 32 numbers in a row (RCX), bytes between the results of two tokens (R8), panels (R9).
///
/// @param tokens in the group, up to [#MOST]
record TileCode(Panel panel, int tokens) {
    /// Two vectors for each token, the scales, and three to work with fill 28 of 32 registers.
    static final int MOST = 12;

    private static final Place OUT = Register.RDI.at(0);
    private static final Register PANEL = Register.RSI;
    private static final Register BLOCKS = Register.RAX;
    private static final Register X = Register.R10;
    private static final Register TO = Register.R11;

    private static final int SCALES = 31;
    private static final int CODES = 29;
    private static final int WORK = 27;

    void write(Assembler code) {
        int top = code.here();
        code.move(X, Register.RDX).move(BLOCKS, Register.RCX);
        for (int t = 0; t < tokens; t++) {
            code.vector(VPXORD, total(t), total(t), total(t));
        }
        int loop = code.here();
        for (int unit = 0; unit < TokenGroup.WIDTH / panel.unit(); unit++) {
            unit(code, unit);
        }
        code.add(PANEL, TokenGroup.WIDTH / panel.unit() * panel.bytes());
        code.add(X, group().block());
        code.decrement(BLOCKS).jumpIfNotZero(loop);
        code.move(TO, Register.RDI);
        for (int t = 0; t < tokens; t++) {
            code.vector(VMOVDQU32_STORE, total(t), TO.at(0)).add(TO, Register.R8);
        }
        code.add(OUT.base(), Panel.VECTOR).decrement(Register.R9).jumpIfNotZero(top);
        code.end();
    }

    private void unit(Assembler code, int unit) {
        boolean whole = panel.unit() == TokenGroup.WIDTH;
        Place weights = PANEL.at(unit * panel.bytes());
        for (int t = 0; t < tokens; t++) {
            int start = whole ? group().start(t) : group().startOfHalf(unit, t);
            code.vector(VPBROADCASTD, whole(t), X.at(start));
        }
        for (int step = 0; step < panel.steps(); step++) {
            int codes = CODES + step % 2;
            code.vector(VMOVDQU32, codes, weights.plus(step * Panel.VECTOR));
            for (int t = 0; t < tokens; t++) {
                int at = group().step(unit * panel.steps() + step, t);
                code.spread(VPDPBUSD, whole(t), codes, X.at(at));
            }
        }
        code.vector(VMOVDQU32, SCALES, weights.plus(panel.scales()));
        for (int t = 0; t < tokens; t++) {
            int work = WORK + t % 2;
            code.vector(VCVTDQ2PS, whole(t), whole(t));
            code.spread(VMULPS, work, SCALES, X.at(group().scale(t)));
            code.vector(VFMADD231PS, total(t), whole(t), work);
        }
        if (panel.minima()) {
            code.vector(VMOVDQU32, SCALES, weights.plus(panel.minimaAt()));
            for (int t = 0; t < tokens; t++) {
                code.spread(VFNMADD231PS, total(t), SCALES, X.at(group().sum(t)));
            }
        }
    }

    private TokenGroup group() {
        return new TokenGroup(tokens);
    }

    private static int total(int token) {
        return token;
    }

    private static int whole(int token) {
        return MOST + token;
    }
}

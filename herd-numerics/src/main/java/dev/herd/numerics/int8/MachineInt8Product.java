package dev.herd.numerics.int8;

import dev.herd.numerics.int8.Int8Product.Choice;
import dev.herd.numerics.machine.Assembler;
import dev.herd.numerics.machine.MachineCode;
import dev.herd.numerics.machine.MachineCode.RefusedException;
import dev.herd.numerics.machine.Processor;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// [ScalarInt8Product] in machine code, the same bits. One token meets the weights where they lie. For several,
/// sixteen rows at a time are laid out as a [Panel] that stays in cache and serves them all.
final class MachineInt8Product implements Int8Product.Kernel {
    /// Functions take a place to write, two to read, and three numbers.
    private static final MethodHandle CALL = MachineCode.caller(FunctionDescriptor.ofVoid(
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG));

    private final MachineCode code;
    private final Map<Coding, Functions> functions = new EnumMap<>(Coding.class);

    /// Where functions begin.
    ///
    /// @param dots of rows with one token
    /// @param panels of rows
    /// @param tiles products of panels with groups of tokens, by their size
    @SuppressWarnings("ArrayRecordComponent")
    private record Functions(int dots, int panels, int[] tiles) {}

    private MachineInt8Product() throws RefusedException {
        Assembler assembler = new Assembler();
        Map<Panel, int[]> tiles = new HashMap<>();
        for (Coding coding : Coding.values()) {
            int dots = assembler.here();
            new RowCode(assembler, coding, new DotSink(coding)).write(BlockCode.of(coding));
            int panels = assembler.here();
            new RowCode(assembler, coding, new PanelSink(coding)).write(BlockCode.of(coding));
            int[] sizes = tiles.computeIfAbsent(Panel.of(coding), panel -> tiles(assembler, panel));
            functions.put(coding, new Functions(dots, panels, sizes));
        }
        code = MachineCode.load(Arena.global(), assembler.bytes());
    }

    private static int[] tiles(Assembler assembler, Panel panel) {
        int[] at = new int[TileCode.MOST + 1];
        for (int tokens = 1; tokens <= TileCode.MOST; tokens++) {
            at[tokens] = assembler.here();
            new TileCode(panel, tokens).write(assembler);
        }
        return at;
    }

    /// Machine code where it can run, the definition elsewhere.
    static Choice choose() {
        if (Processor.obstacle().isPresent()) {
            return Choice.definition(Processor.obstacle().get());
        }
        try {
            return new Choice(new MachineInt8Product(), Optional.empty());
        } catch (RefusedException e) {
            return Choice.definition(e.reason());
        }
    }

    @Override
    public void multiply(
            Coding coding,
            MemorySegment w,
            int rows,
            Int8Tokens x,
            MemorySegment out,
            long outStride,
            Int8Scratch scratch) {
        int whole = rows / Panel.ROWS;
        int rest = rows % Panel.ROWS;
        long rowBytes = coding.format.rowBytes(x.columns());
        if (whole > 0) {
            sixteens(coding, w, whole, x, out, outStride, scratch);
        }
        if (rest > 0) {
            MemorySegment.copy(w, whole * Panel.ROWS * rowBytes, scratch.rows(), 0, rest * rowBytes);
            rest(coding, whole * Panel.ROWS, rest, x, out, outStride, scratch);
        }
    }

    private void sixteens(
            Coding coding,
            MemorySegment w,
            int sixteens,
            Int8Tokens x,
            MemorySegment out,
            long outStride,
            Int8Scratch scratch) {
        prepare(coding, w, sixteens, x, scratch);
        for (int group = 0; group < x.groups(); group++) {
            MemorySegment to = out.asSlice(x.first(group) * outStride * Float.BYTES);
            group(coding, w, sixteens, x, group, to, outStride, scratch);
        }
    }

    /// The last rows, fewer than sixteen, which have been copied.
    private void rest(
            Coding coding, int first, int rows, Int8Tokens x, MemorySegment out, long outStride, Int8Scratch scratch) {
        prepare(coding, scratch.rows(), 1, x, scratch);
        for (int group = 0; group < x.groups(); group++) {
            group(coding, scratch.rows(), 1, x, group, scratch.sums(), Panel.ROWS, scratch);
            for (int token = 0; token < x.layout(group).tokens(); token++) {
                long to = ((x.first(group) + token) * outStride + first) * Float.BYTES;
                MemorySegment.copy(scratch.sums(), (long) token * Panel.VECTOR, out, to, (long) rows * Float.BYTES);
            }
        }
    }

    private void prepare(Coding coding, MemorySegment w, int sixteens, Int8Tokens x, Int8Scratch scratch) {
        if (x.count() > 1) {
            long rowBytes = coding.format.rowBytes(x.columns());
            int function = functions(coding).panels();
            call(function, scratch.panels(), w, w, x.columns() / coding.format.width(), rowBytes, sixteens);
        }
    }

    private void group(
            Coding coding,
            MemorySegment w,
            int sixteens,
            Int8Tokens x,
            int group,
            MemorySegment out,
            long outStride,
            Int8Scratch scratch) {
        MemorySegment numbers = x.numbers(group);
        if (x.count() == 1) {
            long rowBytes = coding.format.rowBytes(x.columns());
            long blocks = x.columns() / coding.format.width();
            call(functions(coding).dots(), out, w, numbers, blocks, rowBytes, sixteens);
        } else {
            int tile = functions(coding).tiles()[x.layout(group).tokens()];
            long blocks = x.columns() / TokenGroup.WIDTH;
            call(tile, out, scratch.panels(), numbers, blocks, outStride * Float.BYTES, sixteens);
        }
    }

    private Functions functions(Coding coding) {
        return Objects.requireNonNull(functions.get(coding));
    }

    private void call(int at, MemorySegment to, MemorySegment a, MemorySegment b, long n, long bytes, long times) {
        try {
            CALL.invokeExact(code.function(at), to, a, b, n, bytes, times);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("machine code could not be called", e);
        }
    }
}

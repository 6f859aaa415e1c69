package dev.herd.llama.quantize;

import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.llama.weights.TensorType;
import dev.herd.llama.weights.WeightTensor;
import dev.herd.numerics.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// Writes the rows of one tensor in another type, and measures what that loses.
///
/// @param file the tensor is from, for complaints
record TensorEncoding(Path file, TensorSource source, TensorType type, WorkerPool pool, Progress.Task task) {
    /// About as many numbers are one piece of work.
    private static final long PIECE = 1 << 18;

    /// Sums over numbers `x` written as `y`.
    ///
    /// @param squares of `x`
    /// @param errors squares of `y - x`
    record Loss(double squares, double errors) {
        Loss plus(Loss other) {
            return new Loss(squares + other.squares, errors + other.errors);
        }
    }

    /// Fills a segment of the tensor's bytes in the new type.
    Loss write(MemorySegment to) {
        long rows = source.tensor().rows();
        long step = Math.max(1, PIECE / source.tensor().columns());
        Loss[] losses = new Loss[Math.toIntExact(Math.ceilDiv(rows, step))];
        pool.run(losses.length, piece -> {
            long from = piece * step;
            long end = Math.min(rows, from + step);
            losses[piece] = source.tensor().type() == type ? copied(from, end, to) : encoded(from, end, to);
            task.advance((end - from) * source.tensor().columns());
        });
        Loss total = new Loss(0, 0);
        for (Loss loss : losses) {
            total = total.plus(loss);
        }
        return total;
    }

    private Loss copied(long from, long end, MemorySegment to) {
        WeightTensor tensor = source.tensor();
        long bytes = tensor.rowBytes();
        float[] numbers = new float[Math.toIntExact(tensor.columns())];
        double squares = 0;
        for (long row = from; row < end; row++) {
            MemorySegment.copy(tensor.data(), source.row(row) * bytes, to, row * bytes, bytes);
            tensor.decodeRow(source.row(row), MemorySegment.ofArray(numbers), 0);
            squares += squares(numbers);
        }
        return new Loss(squares, 0);
    }

    private Loss encoded(long from, long end, MemorySegment to) {
        WeightTensor tensor = source.tensor();
        int columns = Math.toIntExact(tensor.columns());
        long bytes = type.format().rowBytes(columns);
        long blocks = columns / type.format().width();
        float[] numbers = new float[columns];
        float[] back = new float[columns];
        Loss total = new Loss(0, 0);
        for (long row = from; row < end; row++) {
            tensor.decodeRow(source.row(row), MemorySegment.ofArray(numbers), 0);
            type.format().encode(MemorySegment.ofArray(numbers), 0, to, row * bytes, blocks);
            type.format().decode(to, row * bytes, MemorySegment.ofArray(back), 0, blocks);
            Loss loss = new Loss(squares(numbers), errors(numbers, back));
            if (!Double.isFinite(loss.squares + loss.errors)) {
                throw unfit(source.row(row), numbers, back);
            }
            total = total.plus(loss);
        }
        return total;
    }

    private static double squares(float[] numbers) {
        double sum = 0;
        for (float number : numbers) {
            sum += (double) number * number;
        }
        return sum;
    }

    private static double errors(float[] numbers, float[] back) {
        double sum = 0;
        for (int i = 0; i < numbers.length; i++) {
            double error = (double) back[i] - numbers[i];
            sum += error * error;
        }
        return sum;
    }

    private InputException unfit(long row, float[] numbers, float[] back) {
        for (int i = 0; i < numbers.length; i++) {
            String what = "tensor " + source.tensor().name() + ", row " + row + ", column " + i + ": " + numbers[i];
            if (!Float.isFinite(numbers[i])) {
                return InputException.of(file, what + " is not a number to quantize; the model is damaged");
            }
            if (!Float.isFinite(back[i])) {
                return InputException.of(file, what + " is beyond what " + type + " holds; choose bf16");
            }
        }
        throw new AssertionError("a sum of finite squares of " + numbers.length + " floats is finite in double");
    }
}

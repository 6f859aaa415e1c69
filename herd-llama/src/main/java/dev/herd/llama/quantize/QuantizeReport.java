package dev.herd.llama.quantize;

import dev.herd.data.InputException;
import dev.herd.llama.weights.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// What was written.
///
/// @param bytes of the file
/// @param types the types of its tensors, in the order of the enum
public record QuantizeReport(Path file, long bytes, List<TypeLoss> types) {
    /// The tensors of one type together.
    ///
    /// @param relativeError the root of the sum of squared errors over that of squared numbers; 0 where
    ///     nothing was lost
    public record TypeLoss(TensorType type, int tensors, long numbers, long bytes, double relativeError) {}

    /// Adds up tensors as they are written.
    static final class Tally {
        private record Sum(int tensors, long numbers, long bytes, TensorEncoding.Loss loss) {
            Sum plus(Sum other) {
                return new Sum(
                        tensors + other.tensors, numbers + other.numbers, bytes + other.bytes, loss.plus(other.loss));
            }
        }

        private final Map<TensorType, Sum> sums = new EnumMap<>(TensorType.class);

        void add(TensorSource source, TensorType type, TensorEncoding.Loss loss) {
            long numbers = source.tensor().elements();
            long bytes = source.tensor().rows()
                    * type.format().rowBytes(source.tensor().columns());
            sums.merge(type, new Sum(1, numbers, bytes, loss), Sum::plus);
        }

        QuantizeReport report(Path file) {
            List<TypeLoss> types = new ArrayList<>();
            sums.forEach((type, sum) ->
                    types.add(new TypeLoss(type, sum.tensors, sum.numbers, sum.bytes, relative(sum.loss))));
            try {
                return new QuantizeReport(file, Files.size(file), List.copyOf(types));
            } catch (IOException e) {
                throw new InputException(file + ": cannot be read: " + e, e);
            }
        }

        private static double relative(TensorEncoding.Loss loss) {
            return loss.errors() == 0 ? 0 : Math.sqrt(loss.errors() / loss.squares());
        }
    }
}

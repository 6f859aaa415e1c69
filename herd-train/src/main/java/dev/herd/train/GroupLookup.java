package dev.herd.train;

import dev.herd.data.Features;
import dev.herd.data.InputException;
import dev.herd.embedding.EmbeddingBagCollection;
import dev.herd.embedding.KeyedTensor;
import dev.herd.embedding.SequenceEmbedding;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.ModelInput;
import dev.herd.nn.Tape;
import dev.herd.nn.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A batch's embeddings of one group, where its tables put them. Ranges of rows become tensors without a
/// copy, on several threads at once; in training their gradients go straight to where the tables read them.
///
/// **Owner**: the tables; valid until their next lookup.
///
/// @param group name of the group
record GroupLookup(String group, Block pooled, List<Block> sequences) {
    /// Numbers of every row of a batch, and room for their gradient.
    ///
    /// @param places embeddings of a row
    /// @param mask one number per place; empty for pooled embeddings
    /// @param gradient null when nothing is trained
    /// @param numbers the unique row of every row of the batch; null when every row stands for itself
    private record Block(
            String name,
            int places,
            int width,
            MemorySegment values,
            MemorySegment mask,
            @Nullable MemorySegment gradient,
            int @Nullable [] numbers) {
        /// The sequence of rows `[first, end)`, or of the unique rows that they equal: those lie side by
        /// side, because slices of a batch share none.
        ModelInput.Sequence sequence(Tape tape, int first, int end) {
            if (numbers == null) {
                return new ModelInput.Sequence(rows(tape, first, end), mask(tape, first, end));
            }
            int from = numbers[first];
            int to = from;
            long[] own = new long[end - first];
            for (int b = first; b < end; b++) {
                own[b - first] = numbers[b] - from;
                to = Math.max(to, numbers[b] + 1);
            }
            return new ModelInput.Sequence(rows(tape, from, to), mask(tape, from, to), own);
        }

        /// **Shapes**: result `[end - first, places, width]`.
        Tensor rows(Tape tape, int first, int end) {
            long row = (long) places * width * Float.BYTES;
            long[] shape = {end - first, places, width};
            MemorySegment part = values.asSlice(first * row, (end - first) * row);
            return gradient == null
                    ? tape.input(part, shape)
                    : tape.leaf(part, gradient.asSlice(first * row, (end - first) * row), shape);
        }

        /// **Shapes**: result `[end - first, places]`.
        Tensor mask(Tape tape, int first, int end) {
            long row = (long) places * Float.BYTES;
            return tape.input(mask.asSlice(first * row, (end - first) * row), end - first, places);
        }
    }

    /// Looks a batch up for reading.
    static GroupLookup read(EmbeddingGroup group, EmbeddingBagCollection tables, Features batch) {
        return of(group, tables, tables.lookup(batch), false);
    }

    /// Looks a batch up for a step of training, which ends in [EmbeddingBagCollection#backward()].
    static GroupLookup train(EmbeddingGroup group, EmbeddingBagCollection tables, Features batch) {
        return of(group, tables, tables.lookup(batch), true);
    }

    private static GroupLookup of(
            EmbeddingGroup group, EmbeddingBagCollection tables, KeyedTensor found, boolean training) {
        Block pooled = new Block(
                group.name(),
                found.keys().size(),
                group.width(),
                found.values(),
                MemorySegment.NULL,
                training ? tables.pooledGradient() : null,
                null);
        group.parallel().forEach(module -> checkPlaces(module, tables));
        List<Block> sequences = new ArrayList<>();
        for (EmbeddingGroup.Sequence wanted : group.sequences()) {
            String feature = wanted.feature();
            SequenceEmbedding sequence = tables.sequence(feature);
            sequences.add(new Block(
                    feature,
                    sequence.length(),
                    group.width(),
                    sequence.values(),
                    sequence.mask(),
                    training ? tables.sequenceGradient(feature) : null,
                    sequence.inverseLookup()));
        }
        return new GroupLookup(group.name(), pooled, sequences);
    }

    /// Refuses a batch in which parallel sequences do not have as many ids in every row.
    private static void checkPlaces(List<String> module, EmbeddingBagCollection tables) {
        SequenceEmbedding first = tables.sequence(module.getFirst());
        for (String feature : module.subList(1, module.size())) {
            SequenceEmbedding other = tables.sequence(feature);
            if (first.length() != other.length() || first.mask().mismatch(other.mask()) >= 0) {
                int row = 0;
                while (ids(first, row) == ids(other, row)) {
                    row++;
                }
                throw new InputException("row " + row + " of the batch has " + ids(first, row) + " ids of '"
                        + first.key() + "' and " + ids(other, row) + " of '" + feature
                        + "', which the model's key `sequences.parallel` reads place by place; give both as many ids,"
                        + " or take them out of the key");
            }
        }
    }

    /// How many ids of a row of the batch count.
    private static int ids(SequenceEmbedding sequence, int row) {
        int[] numbers = sequence.inverseLookup();
        long held = numbers == null ? row : numbers[row];
        int ids = 0;
        for (long place = held * sequence.length(); place < (held + 1) * sequence.length(); place++) {
            ids += sequence.mask().getAtIndex(ValueLayout.JAVA_FLOAT, place) == 1 ? 1 : 0;
        }
        return ids;
    }

    /// The pooled embeddings of rows `[first, end)`, when the group pools any. **Shapes**: `[end - first,
    /// F, D]`.
    Optional<Tensor> pooled(Tape tape, int first, int end) {
        return pooled.places() == 0 ? Optional.empty() : Optional.of(pooled.rows(tape, first, end));
    }

    /// The sequences of rows `[first, end)`, by feature.
    Map<String, ModelInput.Sequence> sequences(Tape tape, int first, int end) {
        Map<String, ModelInput.Sequence> tensors = new HashMap<>();
        for (Block block : sequences) {
            tensors.put(block.name(), block.sequence(tape, first, end));
        }
        return tensors;
    }
}

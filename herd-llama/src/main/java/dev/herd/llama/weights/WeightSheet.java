package dev.herd.llama.weights;

import dev.herd.numerics.block.BlockFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// What a model file is made of and what running it takes, on one page.
///
/// @param parameters numbers of the model; a tied output matrix counts once
/// @param weightBytes stored bytes of all tensors
/// @param types the types of tensors with their shares, the largest first
/// @param metadata what the file says about itself, long lists as their length
/// @param memory what the weights and the cache of one sequence take at some context lengths
public record WeightSheet(
        Path file,
        LlamaConfig config,
        long parameters,
        long weightBytes,
        List<TypeShare> types,
        List<TensorRow> tensors,
        Map<String, Object> metadata,
        List<MemoryPlan> memory) {

    /// The tensors of one type together.
    public record TypeShare(TensorType type, int tensors, long numbers, long bytes) {}

    /// One tensor.
    public record TensorRow(String name, TensorType type, List<Long> shape, long bytes) {}

    /// Bytes needed at a context length: the cache of keys and values in three precisions, and the weights
    /// with the cache in fp16.
    public record MemoryPlan(int context, long cacheF32, long cacheF16, long cacheQ8, long totalF16) {}

    private static final int[] CONTEXTS = {2_048, 8_192, 32_768, 131_072};

    /// Reads the table of an open file; weights are not touched.
    public static WeightSheet of(WeightFile file) {
        List<TensorRow> rows = new ArrayList<>();
        Map<TensorType, TypeShare> shares = new EnumMap<>(TensorType.class);
        for (WeightTensor tensor : file.tensors()) {
            long bytes = tensor.data().byteSize();
            rows.add(new TensorRow(
                    tensor.name(),
                    tensor.type(),
                    Arrays.stream(tensor.shape()).boxed().toList(),
                    bytes));
            shares.merge(tensor.type(), new TypeShare(tensor.type(), 1, tensor.elements(), bytes), WeightSheet::add);
        }
        long weightBytes = rows.stream().mapToLong(TensorRow::bytes).sum();
        return new WeightSheet(
                file.path(),
                file.config(),
                file.config().parameters(),
                weightBytes,
                shares.values().stream()
                        .sorted((a, b) -> Long.compare(b.bytes, a.bytes))
                        .toList(),
                List.copyOf(rows),
                plain(file.metadata()),
                memory(file.config(), weightBytes));
    }

    private static TypeShare add(TypeShare a, TypeShare b) {
        return new TypeShare(a.type, a.tensors + b.tensors, a.numbers + b.numbers, a.bytes + b.bytes);
    }

    /// At the usual context lengths up to the model's own, and at that.
    private static List<MemoryPlan> memory(LlamaConfig config, long weightBytes) {
        TreeSet<Integer> contexts = new TreeSet<>(List.of(config.contextLength()));
        Arrays.stream(CONTEXTS).filter(one -> one < config.contextLength()).forEach(contexts::add);
        return contexts.stream()
                .map(context -> {
                    long numbers = Math.multiplyExact(config.cacheNumbersPerToken(), context);
                    long q8 = numbers / BlockFormat.Q8_0.width() * BlockFormat.Q8_0.bytes();
                    return new MemoryPlan(context, 4 * numbers, 2 * numbers, q8, weightBytes + 2 * numbers);
                })
                .toList();
    }

    private static Map<String, Object> plain(Metadata metadata) {
        Map<String, Object> plain = new LinkedHashMap<>();
        for (String key : metadata.keys()) {
            plain.put(
                    key,
                    switch (metadata.value(key).orElseThrow()) {
                        case MetadataValue.Text text -> text.value();
                        case MetadataValue.Whole whole -> whole.value();
                        case MetadataValue.Real real -> real.value();
                        case MetadataValue.Flag flag -> flag.value();
                        case MetadataValue.Items items -> items.described();
                    });
        }
        return plain;
    }
}

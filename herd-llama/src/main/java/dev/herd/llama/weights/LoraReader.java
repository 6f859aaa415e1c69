package dev.herd.llama.weights;

import dev.herd.data.InputException;
import dev.herd.llama.weights.LoraFile.Pair;
import dev.herd.llama.weights.LoraFile.Place;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;

/// Sorts the tensors of a LoRA adapter by the weights that they belong to.
///
/// @param naming of the weights in the adapter
/// @param suffixes of the names of `A` and of `B`
/// @param scale of a rank
record LoraReader(
        Path file, LlamaConfig model, Inventory.Naming naming, List<String> suffixes, IntToDoubleFunction scale) {
    /// **Throws** [InputException] naming the tensor and its shape where it belongs to no matrix that can
    /// be added to, lacks its other half, or does not fit.
    Map<Place, Pair> read(List<WeightTensor> tensors) {
        Map<String, Place> places = places();
        List<Map<String, WeightTensor>> halves = List.of(new TreeMap<>(), new TreeMap<>());
        for (WeightTensor tensor : tensors) {
            int half = tensor.name().endsWith(suffixes.getFirst()) ? 0 : 1;
            String suffix = suffixes.get(half);
            int end = tensor.name().endsWith(suffix) ? tensor.name().length() - suffix.length() : 0;
            String weight = tensor.name().substring(0, end);
            if (!places.containsKey(weight)) {
                throw unfit(tensor, "adds to no matrix of this model's layers, nor to its output");
            }
            halves.get(half).put(weight, tensor);
        }
        refuseHalf(halves.getFirst(), halves.getLast(), suffixes.getLast());
        refuseHalf(halves.getLast(), halves.getFirst(), suffixes.getFirst());
        if (halves.getFirst().isEmpty()) {
            throw InputException.of(file, "holds no tensors of an adapter");
        }
        Map<Place, Pair> pairs = new HashMap<>();
        places.forEach((weight, place) -> {
            WeightTensor a = halves.getFirst().get(weight);
            WeightTensor b = halves.getLast().get(weight);
            if (a != null && b != null) {
                pairs.put(place, pair(place, a, b));
            }
        });
        return Map.copyOf(pairs);
    }

    /// Every matrix but the token embedding, by its name.
    private Map<String, Place> places() {
        Map<String, Place> places = new HashMap<>();
        for (Role role : Role.values()) {
            if (role.shape(model).length == 2 && role != Role.TOKEN_EMBEDDING) {
                for (int layer = 0; layer < (role.perLayer() ? model.layers() : 1); layer++) {
                    places.put(naming.name(role, layer), new Place(role, layer));
                }
            }
        }
        return places;
    }

    private void refuseHalf(Map<String, WeightTensor> here, Map<String, WeightTensor> there, String missing) {
        here.forEach((weight, tensor) -> {
            if (!there.containsKey(weight)) {
                throw unfit(tensor, "stands alone; " + weight + missing + " is missing");
            }
        });
    }

    private Pair pair(Place place, WeightTensor a, WeightTensor b) {
        long[] shape = place.role().shape(model);
        long rank = a.shape()[0];
        check(a, rank, shape[1], "[rank, " + shape[1] + "]");
        check(b, shape[0], rank, "[" + shape[0] + ", " + rank + "], the rank of " + Excerpt.of(a.name()));
        return new Pair(a, b, scale.applyAsDouble(Math.toIntExact(rank)));
    }

    private void check(WeightTensor tensor, long rows, long columns, String expected) {
        if (!Arrays.equals(tensor.shape(), new long[] {rows, columns})) {
            throw unfit(tensor, "does not fit the model, which needs " + expected);
        }
    }

    private InputException unfit(WeightTensor tensor, String why) {
        return InputException.of(
                file, "tensor " + Excerpt.of(tensor.name()) + " " + Arrays.toString(tensor.shape()) + " " + why);
    }
}

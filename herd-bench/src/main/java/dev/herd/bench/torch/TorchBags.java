package dev.herd.bench.torch;

import static org.bytedeco.pytorch.global.torch.tensor;

import dev.herd.data.KeyedJaggedTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/// The ids of a batch the way libtorch wants them: per table one int64 tensor of ids and one of offsets with the last
/// offset included.
///
/// **Owner**: who makes it, outside any pointer scope, closes it.
public record TorchBags(List<Tensor> ids, List<Tensor> offsets) implements AutoCloseable {
    public static TorchBags of(KeyedJaggedTensor batch) {
        List<Tensor> ids = new ArrayList<>();
        List<Tensor> offsets = new ArrayList<>();
        int stride = batch.stride();
        for (int feature = 0; feature < batch.keys().size(); feature++) {
            int first = batch.offsets()[feature * stride];
            int last = batch.offsets()[(feature + 1) * stride];
            long[] own = new long[stride + 1];
            for (int row = 0; row <= stride; row++) {
                own[row] = batch.offsets()[feature * stride + row] - first;
            }
            ids.add(tensor(Arrays.copyOfRange(batch.values(), first, last)));
            offsets.add(tensor(own));
        }
        return new TorchBags(ids, offsets);
    }

    @Override
    public void close() {
        ids.forEach(Tensor::close);
        offsets.forEach(Tensor::close);
    }
}

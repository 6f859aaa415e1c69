package dev.herd.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/// Who forms the products of a linear map.
interface LinearEngine {
    /// libtorch's own products, also of fp64.
    LinearEngine LIBTORCH = (x, weight, bias) ->
            torch.linear(x, weight, bias == null ? new TensorOptional() : new TensorOptional(bias));

    /// `x W^T + b`. **Shapes**: x `[M, K]`, weight `[N, K]`, bias `[N]`, all fp32 of any strides; result `[M, N]`.
    Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias);
}

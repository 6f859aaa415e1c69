package dev.herd.nn;

import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/* libtorch's own linear map goes to OpenBLAS, whose kernels are those of the processor it takes the machine for. The copy
 * of oneDNN inside the same library generates code for the processor at hand; libtorch offers it for plain fp32 matrices
 * as `mkldnn::_linear_pointwise`, without differentiation. Its argument `scalars` has a list type that Java cannot
 * construct, so a line of TorchScript makes the empty list once. */

/// Matrix products by oneDNN, where the library has it.
final class OneDnn implements LinearEngine {
    private static final String NO_OVERLOAD = "";
    private static final Optional<OneDnn> FOUND = find();

    private final OperatorHandle linear;
    private final IValue none;
    private final IValue noScalars;
    private final IValue noAttribute;
    private final CompilationUnit unit;

    /// OpenMP counts threads per calling thread; each is told once.
    private final ThreadLocal<Boolean> threadsSet = ThreadLocal.withInitial(() -> {
        torch.set_num_threads(torch.get_num_threads());
        return true;
    });

    private OneDnn(OperatorHandle linear) {
        this.linear = linear;
        this.none = new IValue();
        this.noAttribute = new IValue("none");
        this.unit = torch.compile("""
                def empty() -> List[Optional[number]]:
                    scalars : List[Optional[number]] = []
                    return scalars
                """);
        this.noScalars = unit.find_function(new QualifiedName("empty")).apply(new IValueVector());
        linear.retainReference();
        none.retainReference();
        noAttribute.retainReference();
        unit.retainReference();
        noScalars.retainReference();
    }

    /// oneDNN, or empty where this build of libtorch lacks it.
    static Optional<OneDnn> get() {
        return FOUND;
    }

    private static Optional<OneDnn> find() {
        LibTorch.load();
        try (PointerScope scope = new PointerScope()) {
            return Optional.of(
                    new OneDnn(Dispatcher.singleton().findSchemaOrThrow("mkldnn::_linear_pointwise", NO_OVERLOAD)));
        } catch (RuntimeException notThere) {
            return Optional.empty();
        }
    }

    @Override
    public Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias) {
        threadsSet.get();
        IValueVector stack = new IValueVector();
        stack.push_back(new IValue(x));
        stack.push_back(new IValue(weight));
        stack.push_back(bias == null ? none : new IValue(bias));
        stack.push_back(noAttribute);
        stack.push_back(noScalars);
        stack.push_back(none);
        linear.callBoxed(stack);
        return stack.get(0).toTensor();
    }
}

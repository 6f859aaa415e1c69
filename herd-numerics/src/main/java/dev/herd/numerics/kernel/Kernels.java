package dev.herd.numerics.kernel;

import java.util.function.Supplier;

/// The choice between the scalar and the Vector API kernels: made once, the same for every family.
public final class Kernels {
    private static final boolean VECTOR =
            ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    private static final String DESCRIPTION = VECTOR
            ? "Vector API, " + VectorSums.LANES * 32 + "-bit vectors"
            : "scalar (start java with --add-modules=jdk.incubator.vector for the fast ones)";

    static {
        System.Logger.Level level = VECTOR ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING;
        System.getLogger(Kernels.class.getName()).log(level, "kernels: {0}", DESCRIPTION);
    }

    private Kernels() {}

    /// Which kernels run in this process, in words for a report.
    public static String description() {
        return DESCRIPTION;
    }

    /// Makes one of two kernels. The vector one is named inside a lambda, not by a method reference:
    /// linking a reference would load its class, which fails where the Vector API is missing.
    public static <K> K choose(Supplier<K> scalar, Supplier<K> vector) {
        return VECTOR ? vector.get() : scalar.get();
    }
}

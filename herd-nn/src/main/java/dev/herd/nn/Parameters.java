package dev.herd.nn;

import dev.herd.numerics.CounterRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The dense parameters of one model, in order of declaration, with their memory.
///
/// **Owner**: the arena given to [#create]; parameters die with it.
public final class Parameters {
    static final int ALIGNMENT = 64;

    private final Arena arena;
    private final long seed;
    private final List<Parameter> all = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    private Parameters(Arena arena, long seed) {
        this.arena = arena;
        this.seed = seed;
    }

    public static Parameters create(Arena arena, long seed) {
        return new Parameters(arena, seed);
    }

    /// The place where a model declares its parameters; scopes nest by dotted names.
    public Scope root() {
        return new Scope("");
    }

    public List<Parameter> all() {
        return List.copyOf(all);
    }

    public List<Parameter> trainable() {
        return all.stream().filter(Parameter::trainable).toList();
    }

    /// Number of trained scalars, embeddings not counted.
    public long count() {
        return trainable().stream().mapToLong(Parameter::count).sum();
    }

    /// A name prefix under which parameters are declared.
    public final class Scope {
        private final String prefix;

        private Scope(String prefix) {
            this.prefix = prefix;
        }

        public Scope scope(String name) {
            return new Scope(path(name));
        }

        /// **Throws** `IllegalArgumentException` when the name is taken.
        public Parameter parameter(String name, Init init, long... shape) {
            return declare(name, init, true, shape);
        }

        /// An array that is kept and checkpointed but has no gradient.
        public Parameter buffer(String name, Init init, long... shape) {
            return declare(name, init, false, shape);
        }

        private Parameter declare(String name, Init init, boolean trainable, long... shape) {
            String path = path(name);
            if (!names.add(path)) {
                throw new IllegalArgumentException("parameter '" + path + "' is declared twice");
            }
            Parameter parameter = new Parameter(arena, path, shape, trainable);
            fill(parameter, init);
            all.add(parameter);
            return parameter;
        }

        private String path(String name) {
            return prefix.isEmpty() ? name : prefix + "." + name;
        }
    }

    private void fill(Parameter parameter, Init init) {
        long stream = parameter.name().hashCode();
        long count = parameter.count();
        long[] shape = parameter.shape();
        for (long i = 0; i < count; i++) {
            parameter.values().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) draw(init, shape, stream, i));
        }
    }

    private double draw(Init init, long[] shape, long stream, long index) {
        return switch (init) {
            case Init.Constant constant -> constant.value();
            case Init.Normal normal -> normal.std() * CounterRandom.gaussian(seed, stream, index);
            case Init.Uniform uniform ->
                uniform.low() + (uniform.high() - uniform.low()) * CounterRandom.uniform(seed, stream, index);
            case Init.XavierNormal() -> Math.sqrt(2.0 / fans(shape)) * CounterRandom.gaussian(seed, stream, index);
            case Init.XavierUniform() -> symmetric(Math.sqrt(6.0 / fans(shape)), stream, index);
            case Init.FanIn fanIn -> symmetric(1 / Math.sqrt(fanIn.fanIn()), stream, index);
        };
    }

    private double symmetric(double bound, long stream, long index) {
        return bound * (2 * CounterRandom.uniform(seed, stream, index) - 1);
    }

    private static double fans(long[] shape) {
        if (shape.length < 2) {
            throw new IllegalArgumentException(
                    "Xavier initialization needs a matrix, got shape " + java.util.Arrays.toString(shape));
        }
        return (double) shape[shape.length - 1] + shape[shape.length - 2];
    }
}

package dev.herd.nn.graph;

import dev.herd.nn.Parameter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Shapes of results. A size of `-k` stands for k times the batch size.
final class Shapes {
    private Shapes() {}

    static long[] linear(long[] x, Parameter weight, @Nullable Parameter bias) {
        long[] matrix = weight.shape();
        if (matrix.length != 2 || x.length == 0 || x[x.length - 1] != matrix[1]) {
            throw misfit("linear", x, matrix);
        }
        if (bias != null && !Arrays.equals(bias.shape(), new long[] {matrix[0]})) {
            throw misfit("linear", x, matrix, bias.shape());
        }
        long[] shape = x.clone();
        shape[shape.length - 1] = matrix[0];
        return shape;
    }

    static long[] matmul(long[] a, long[] b) {
        if (a.length < 2 || b.length < 2 || a[a.length - 1] != b[b.length - 2]) {
            throw misfit("matmul", a, b);
        }
        long[] lead = broadcast("matmul", Arrays.copyOf(a, a.length - 2), Arrays.copyOf(b, b.length - 2));
        long[] shape = Arrays.copyOf(lead, lead.length + 2);
        shape[lead.length] = a[a.length - 2];
        shape[lead.length + 1] = b[b.length - 1];
        return shape;
    }

    static long[] pairwiseDots(long[] x, int n) {
        if (x.length != 3 || x[1] != n) {
            throw misfit("pairwiseDots of " + n, x);
        }
        return new long[] {x[0], (long) n * (n - 1) / 2};
    }

    static long[] convolution(long[] x, Parameter weight, Parameter bias) {
        long[] kernel = weight.shape();
        if (x.length != 4 || kernel.length != 4 || x[1] != kernel[1] || bias.count() != kernel[0]) {
            throw misfit("convolution", x, kernel, bias.shape());
        }
        if (kernel[2] % 2 == 0 || kernel[3] % 2 == 0) {
            throw new IllegalArgumentException(
                    "convolution: the sides of a kernel must be odd, not " + Arrays.toString(kernel));
        }
        return new long[] {x[0], kernel[0], x[2], x[3]};
    }

    /// NumPy's rule.
    static long[] broadcast(String name, long[] a, long[] b) {
        long[] shape = new long[Math.max(a.length, b.length)];
        for (int i = 1; i <= shape.length; i++) {
            long left = i <= a.length ? a[a.length - i] : 1;
            long right = i <= b.length ? b[b.length - i] : 1;
            if (left != right && left != 1 && right != 1) {
                throw misfit(name, a, b);
            }
            shape[shape.length - i] = left == 1 ? right : left;
        }
        return shape;
    }

    static long[] concat(List<long[]> parts, int dim) {
        long[] shape = parts.getFirst().clone();
        for (long[] part : parts.subList(1, parts.size())) {
            for (int i = 0; i < shape.length; i++) {
                if (part.length != shape.length || (i != dim && part[i] != shape[i])) {
                    throw misfit("concat along dimension " + dim, shape, part);
                }
            }
            shape[dim] += part[dim];
        }
        return shape;
    }

    /// Fills in the one size that may be -1: what is left of the entries, in units of the batch if the
    /// batch is not elsewhere in the shape.
    static long[] reshape(long[] x, long[] wanted) {
        long entries = 1;
        boolean batched = false;
        for (long size : x) {
            entries *= Math.abs(size);
            batched |= size < 0;
        }
        long[] shape = wanted.clone();
        long known = 1;
        int open = -1;
        for (int i = 0; i < shape.length; i++) {
            if (shape[i] == -1 && open < 0) {
                open = i;
            } else if (shape[i] < 0) {
                throw misfit("reshape", x, wanted);
            } else {
                known *= shape[i];
            }
        }
        boolean fits = open < 0 ? !batched && known == entries : known > 0 && entries % known == 0;
        if (!fits) {
            throw misfit("reshape", x, wanted);
        }
        if (open >= 0) {
            shape[open] = batched ? -(entries / known) : entries / known;
        }
        return shape;
    }

    static long[] reduced(long[] x, int dim, boolean keepDim) {
        long[] shape = new long[keepDim ? x.length : x.length - 1];
        for (int i = 0, at = 0; i < x.length; i++) {
            if (i != dim) {
                shape[at++] = x[i];
            } else if (keepDim) {
                shape[at++] = 1;
            }
        }
        return shape;
    }

    static long[] layerNorm(long[] x, Parameter weight, Parameter bias) {
        if (x.length == 0 || !isRow(x[x.length - 1], weight) || !isRow(x[x.length - 1], bias)) {
            throw misfit("layerNorm", x, weight.shape(), bias.shape());
        }
        return x;
    }

    static long[] batchNorm(long[] x, List<Parameter> rows) {
        if (x.length != 2 || !rows.stream().allMatch(row -> isRow(x[1], row))) {
            long[][] shapes = Stream.concat(Stream.of(x), rows.stream().map(Parameter::shape))
                    .toArray(long[][]::new);
            throw misfit("batchNorm", shapes);
        }
        return x;
    }

    private static boolean isRow(long columns, Parameter parameter) {
        return Arrays.equals(parameter.shape(), new long[] {columns});
    }

    private static IllegalArgumentException misfit(String name, long[]... shapes) {
        return new IllegalArgumentException(name + ": shapes do not fit: "
                + String.join(
                        " and ", Arrays.stream(shapes).map(Arrays::toString).toList()));
    }
}

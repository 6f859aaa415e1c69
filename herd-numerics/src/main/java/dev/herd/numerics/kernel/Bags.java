package dev.herd.numerics.kernel;

import org.jspecify.annotations.Nullable;

/// Bags of row numbers: bag b holds `ids[offsets[b] .. offsets[b+1])`. The arrays are held, not copied.
///
/// @param weights factor of each id, parallel to `ids`; null for 1
/// @param mean whether a bag's sum is divided by the number of its ids
public record Bags(long[] ids, int[] offsets, float @Nullable [] weights, boolean mean) {}

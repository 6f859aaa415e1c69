package dev.herd.numerics.kernel;

import java.lang.foreign.MemorySegment;

/// Rows that an optimizer step works on together: few enough to stay in the fastest cache.
///
/// **Shapes**: row k has `dim` fp32 weights at byte `weightAt[k]` of `weights` and its gradient at
/// `gradients[k*dim .. +dim)`; its state begins at byte `stateAt[k]` of each state segment.
///
/// @param weightAt byte of each row's first weight
/// @param stateAt byte of each row's first state value
public record RowBlock(MemorySegment weights, long[] weightAt, MemorySegment gradients, long[] stateAt, int dim) {}

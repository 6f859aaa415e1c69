/// Machine code that is written at run time, for the few instructions that the Vector API does not reach.
@NullMarked
package dev.herd.numerics.machine;

import org.jspecify.annotations.NullMarked;

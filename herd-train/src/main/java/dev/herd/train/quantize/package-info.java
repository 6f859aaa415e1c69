/// Tables of trained models in fewer bits: what that saves, what it costs, and which table may take which format.
@NullMarked
package dev.herd.train.quantize;

import org.jspecify.annotations.NullMarked;

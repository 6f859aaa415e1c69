/// Products of activations, rounded to whole numbers of eight bits, with weights in blocks of whole numbers.
@NullMarked
package dev.herd.numerics.int8;

import org.jspecify.annotations.NullMarked;

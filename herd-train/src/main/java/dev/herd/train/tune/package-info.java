/// The search for good settings: many training runs over a space of configurations.
@NullMarked
package dev.herd.train.tune;

import org.jspecify.annotations.NullMarked;

/// Benchmarks as ratios, and the tests that look at the whole house.
@NullMarked
package dev.herd.bench;

import org.jspecify.annotations.NullMarked;

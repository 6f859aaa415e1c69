/// Two ways to do the same work, timed by turns in one process.
@NullMarked
package dev.herd.bench.duel;

import org.jspecify.annotations.NullMarked;

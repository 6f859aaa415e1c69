/// RecD: a log of sessions through storage, readers and training, with and without deduplication.
@NullMarked
package dev.herd.bench.reproduce.recd;

import org.jspecify.annotations.NullMarked;

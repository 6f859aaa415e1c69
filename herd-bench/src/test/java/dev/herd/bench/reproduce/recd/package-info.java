@NullMarked
package dev.herd.bench.reproduce.recd;

import org.jspecify.annotations.NullMarked;

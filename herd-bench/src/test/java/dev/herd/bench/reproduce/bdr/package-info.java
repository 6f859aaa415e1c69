@NullMarked
package dev.herd.bench.reproduce.bdr;

import org.jspecify.annotations.NullMarked;

/// What the paper on shared microexponents says about its formats.
@NullMarked
package dev.herd.bench.reproduce.bdr;

import org.jspecify.annotations.NullMarked;

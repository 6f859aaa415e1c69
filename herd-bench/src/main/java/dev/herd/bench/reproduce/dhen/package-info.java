/// The reproduction of DHEN (Zhang et al. 2022, arXiv 2203.11014).
@NullMarked
package dev.herd.bench.reproduce.dhen;

import org.jspecify.annotations.NullMarked;

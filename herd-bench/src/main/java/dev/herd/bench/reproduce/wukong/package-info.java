/// The reproduction of Wukong (Zhang et al., ICML 2024, arXiv 2403.02545).
@NullMarked
package dev.herd.bench.reproduce.wukong;

import org.jspecify.annotations.NullMarked;

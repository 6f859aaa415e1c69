/// Wukong, stacked factorization machines (Zhang et al. 2024).
@NullMarked
package dev.herd.models.wukong;

import org.jspecify.annotations.NullMarked;

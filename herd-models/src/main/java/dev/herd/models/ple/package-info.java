/// Progressive layered extraction (Tang et al. 2020).
@NullMarked
package dev.herd.models.ple;

import org.jspecify.annotations.NullMarked;

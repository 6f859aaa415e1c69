/// FinalMLP (Mao et al. 2023).
@NullMarked
package dev.herd.models.finalmlp;

import org.jspecify.annotations.NullMarked;

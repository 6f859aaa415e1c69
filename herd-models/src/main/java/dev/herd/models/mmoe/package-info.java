/// Multi-gate mixture of experts (Ma et al. 2018).
@NullMarked
package dev.herd.models.mmoe;

import org.jspecify.annotations.NullMarked;

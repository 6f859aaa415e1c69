/// Sequences of behaviors and the candidates they are compared with: what sequence models share.
@NullMarked
package dev.herd.models.behavior;

import org.jspecify.annotations.NullMarked;

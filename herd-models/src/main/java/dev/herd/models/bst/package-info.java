/// Behavior sequence transformer: behaviors and candidate through self-attention.
@NullMarked
package dev.herd.models.bst;

import org.jspecify.annotations.NullMarked;

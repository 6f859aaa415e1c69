/// Sequences pooled by a module of their own: what models share that see a sequence as one embedding.
@NullMarked
package dev.herd.models.sequence;

import org.jspecify.annotations.NullMarked;

/// Layers that ensemble several ways for embeddings to interact; Wukong and DHEN are made of them.
@NullMarked
package dev.herd.models.interaction;

import org.jspecify.annotations.NullMarked;

/// Layers that several models share, declared through a parameter scope and written once against `Ops`.
@NullMarked
package dev.herd.nn.layer;

import org.jspecify.annotations.NullMarked;

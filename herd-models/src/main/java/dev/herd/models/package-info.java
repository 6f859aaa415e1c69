/// Ranking models, each paper one package, written once against Ops.
@NullMarked
package dev.herd.models;

import org.jspecify.annotations.NullMarked;

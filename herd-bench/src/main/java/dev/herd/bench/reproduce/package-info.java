/// `herd reproduce`: the claims of papers measured here, each as the paper's figure beside ours.
@NullMarked
package dev.herd.bench.reproduce;

import org.jspecify.annotations.NullMarked;

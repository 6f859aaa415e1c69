/// What experiments work with: a place to train, claims, findings, curves over compute.
@NullMarked
package dev.herd.bench.reproduce.lab;

import org.jspecify.annotations.NullMarked;

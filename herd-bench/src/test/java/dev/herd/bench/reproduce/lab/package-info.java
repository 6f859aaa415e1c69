@NullMarked
package dev.herd.bench.reproduce.lab;

import org.jspecify.annotations.NullMarked;

/// The herd command.
@NullMarked
package dev.herd.cli;

import org.jspecify.annotations.NullMarked;

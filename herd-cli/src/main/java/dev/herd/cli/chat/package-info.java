/// A conversation with a Llama model, typed on a terminal or piped in line by line.
@NullMarked
package dev.herd.cli.chat;

import org.jspecify.annotations.NullMarked;

/// Texts that can only have a given form, such as JSON of a schema: what may come next, byte by byte and
/// token by token.
@NullMarked
package dev.herd.llama.grammar;

import org.jspecify.annotations.NullMarked;

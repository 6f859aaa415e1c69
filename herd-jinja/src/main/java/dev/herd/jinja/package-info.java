/// The chat templates that model files carry, in the language Jinja, rendered without reach to anything but
/// the conversation.
@NullMarked
package dev.herd.jinja;

import org.jspecify.annotations.NullMarked;

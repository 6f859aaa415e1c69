/// A Llama model behind HTTP, in the form that clients of OpenAI's interface speak.
@NullMarked
package dev.herd.serve.llm;

import org.jspecify.annotations.NullMarked;

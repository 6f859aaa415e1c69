/// Llama models as chat models of LangChain4j.
@NullMarked
package dev.herd.langchain4j;

import org.jspecify.annotations.NullMarked;

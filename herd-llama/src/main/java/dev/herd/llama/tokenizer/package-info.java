/// Text to token ids and back: byte-level BPE and SentencePiece, read from the files that models come with.
@NullMarked
package dev.herd.llama.tokenizer;

import org.jspecify.annotations.NullMarked;

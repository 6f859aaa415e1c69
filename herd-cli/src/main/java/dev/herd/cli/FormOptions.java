package dev.herd.cli;

import dev.herd.data.InputException;
import dev.herd.llama.grammar.Grammar;
import dev.herd.llama.grammar.TokenList;
import dev.herd.llama.tokenizer.Tokenizer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The form that a Llama model's text shall have: one of these.
final class FormOptions {
    @Nullable
    @Option(names = "--schema", required = true, paramLabel = "FILE", description = "JSON of the JSON schema in FILE.")
    private Path schema;

    @Nullable
    @Option(
            names = "--grammar",
            required = true,
            paramLabel = "FILE",
            description = "A text of the rules in FILE, in GBNF, from the rule 'root'.")
    private Path rules;

    /// **Throws** [InputException] naming the file, and the place in it, that cannot be taken.
    Grammar grammar(Tokenizer tokenizer) {
        TokenList tokens = TokenList.of(tokenizer);
        if (rules != null) {
            String text = LlamaOptions.text(rules);
            try {
                return Grammar.rules(tokens, text);
            } catch (IllegalArgumentException e) {
                throw new InputException(rules + ":" + e.getMessage(), e);
            }
        }
        if (schema == null) {
            throw new IllegalStateException("a form needs a schema or rules");
        }
        try {
            JsonNode read = JsonMapper.shared().readTree(LlamaOptions.text(schema));
            return Grammar.json(tokens, read);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new InputException(schema + ": " + e.getMessage(), e);
        }
    }
}

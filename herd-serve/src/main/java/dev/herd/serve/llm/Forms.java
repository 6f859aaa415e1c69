package dev.herd.serve.llm;

import dev.herd.llama.grammar.Grammar;
import dev.herd.llama.grammar.TokenList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/// The forms of texts that have been asked for lately: what one text has found out about a form serves the
/// next.
///
/// For any number of threads.
final class Forms {
    private static final int MOST = 32;

    private final TokenList tokens;
    private final Grammar object;
    /// By the schema, the frames or the rules that were asked for.
    private final Map<Object, Grammar> known = new LinkedHashMap<>(16, 0.75f, true);

    Forms(TokenList tokens) {
        this.tokens = tokens;
        object = Grammar.json(tokens);
    }

    /// Any object.
    Grammar json() {
        return object;
    }

    /// JSON of a schema.
    ///
    /// **Throws** `IllegalArgumentException` for what cannot be enforced.
    Grammar json(JsonNode schema) {
        return known(schema, () -> Grammar.json(tokens, schema));
    }

    /// A text of one of these forms.
    ///
    /// **Throws** `IllegalArgumentException` for what cannot be enforced.
    Grammar anyOf(List<Grammar.Frame> frames) {
        return known(frames, () -> Grammar.anyOf(tokens, frames));
    }

    /// What the parameter `grammar` asks for: rules in GBNF.
    Optional<Grammar> rules(Fields fields) {
        return fields.text("grammar").map(text -> {
            try {
                return known(text, () -> Grammar.rules(tokens, text));
            } catch (IllegalArgumentException e) {
                throw Problem.with("grammar", "cannot be taken, at line and column " + e.getMessage());
            }
        });
    }

    private synchronized Grammar known(Object form, Supplier<Grammar> making) {
        Grammar found = known.get(form);
        if (found == null) {
            found = making.get();
            known.put(form, found);
            if (known.size() > MOST) {
                known.remove(known.keySet().iterator().next());
            }
        }
        return found;
    }
}

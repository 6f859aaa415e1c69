package dev.herd.serve.llm;

import dev.herd.llama.grammar.Grammar;
import dev.herd.llama.grammar.TokenList;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// The forms of JSON that have been asked for lately: what one text has found out about a schema serves the
/// next.
///
/// For any number of threads.
final class Forms {
    private static final int MOST = 32;

    private final TokenList tokens;
    private final Grammar object;
    private final Map<JsonNode, Grammar> schemas = new LinkedHashMap<>(16, 0.75f, true);

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
    synchronized Grammar json(JsonNode schema) {
        Grammar known = schemas.get(schema);
        if (known == null) {
            known = Grammar.json(tokens, schema);
            schemas.put(schema, known);
            if (schemas.size() > MOST) {
                schemas.remove(schemas.keySet().iterator().next());
            }
        }
        return known;
    }
}

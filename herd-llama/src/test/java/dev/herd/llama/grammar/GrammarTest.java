package dev.herd.llama.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.llama.SharedData;
import dev.herd.llama.tokenizer.TokenType;
import dev.herd.llama.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class GrammarTest {
    private Tokenizer tokenizer;
    private TokenList tokens;

    @BeforeEach
    void open() {
        tokenizer = Tokenizer.open(SharedData.path("llama-golden/model-f32.gguf"));
        tokens = TokenList.of(tokenizer);
    }

    /// Every token of the vocabulary tried by itself.
    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"", "{\"a", "{\"a\\", "{\"a\": ", "{\"a\": [1", "{\"a\": \"\u00e9", "{}"})
    void tokensTriedTogetherAreThoseTriedOneByOne(String before) {
        Grammar.Progress progress = Grammar.json(tokens).begin();
        float[] start = progress.possible(new float[tokenizer.vocabulary()]);
        assertThat(start).contains(0);
        progress.append(before.getBytes(StandardCharsets.UTF_8));
        float[] logits = progress.possible(new float[tokenizer.vocabulary()]);
        Automaton automaton = new Automaton(JsonPatterns.ANY_OBJECT);
        Automaton.State at = after(automaton.start(), before.getBytes(StandardCharsets.UTF_8));
        for (int id = 0; id < tokenizer.vocabulary(); id++) {
            boolean stop = tokenizer.marks().stops().contains(id);
            boolean text = tokenizer.type(id) == TokenType.NORMAL;
            boolean possible = stop
                    ? at.complete()
                    : text && !after(at, tokenizer.bytes(id)).impossible();
            assertThat(logits[id] == 0).as("token " + id).isEqualTo(possible);
        }
    }

    private static Automaton.State after(Automaton.State from, byte... text) {
        Automaton.State at = from;
        for (byte each : text) {
            at = at.after(each & 0xFF);
        }
        return at;
    }

    @Test
    void aWholeTextCanOnlyEnd() {
        Grammar.Progress progress = Grammar.json(tokens, JsonMapper.shared().readTree("{\"const\": true}"))
                .begin();
        progress.possible(new float[tokenizer.vocabulary()]);
        assertThat(progress.complete()).isFalse();
        progress.append((byte) 't', (byte) 'r', (byte) 'u', (byte) 'e');
        assertThat(progress.complete()).isTrue();
        float[] logits = progress.possible(new float[tokenizer.vocabulary()]);
        for (int id = 0; id < logits.length; id++) {
            assertThat(logits[id] == 0).isEqualTo(tokenizer.marks().stops().contains(id));
        }
    }

    @Test
    void aFormThatNoTextHasIsRefused() {
        String endless = "{\"$ref\": \"#/$defs/a\", \"$defs\": {\"a\": {\"$ref\": \"#/$defs/a\"}}}";
        assertThatThrownBy(() -> Grammar.json(tokens, JsonMapper.shared().readTree(endless)))
                .hasMessage("no text has the form that was asked for");
    }
}

package dev.herd.llama.grammar;

import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The form that a text shall have, over the tokens of one vocabulary. What has been found out for one text
/// serves the next.
///
/// For any number of threads.
public final class Grammar {
    /// States beyond which what is known is forgotten: they hold memory.
    private static final int MOST_STATES = 20_000;

    private static final int MOST_MASKS = 256;

    private final TokenList tokens;
    private final Pattern pattern;
    private Automaton automaton;
    private final Map<Automaton.State, BitSet> masks = new LinkedHashMap<>(16, 0.75f, true);

    private Grammar(TokenList tokens, Pattern pattern) {
        this.tokens = tokens;
        this.pattern = pattern;
        automaton = new Automaton(pattern);
        if (automaton.start().impossible()) {
            throw new IllegalArgumentException("no text has the form that was asked for");
        }
    }

    /// Any JSON object.
    public static Grammar json(TokenList tokens) {
        return new Grammar(tokens, JsonPatterns.ANY_OBJECT);
    }

    /// JSON of a schema.
    ///
    /// **Throws** `IllegalArgumentException` naming the place and keyword that cannot be enforced.
    public static Grammar json(TokenList tokens, JsonNode schema) {
        return new Grammar(tokens, JsonSchema.pattern(schema));
    }

    /// Texts of rules in GBNF, from the rule `root`:
    ///
    /// ```
    /// root ::= ("yes" | "no") ("," [a-z ]{1,80})?
    /// ```
    ///
    /// **Throws** `IllegalArgumentException` beginning with the line and column of what cannot be taken.
    public static Grammar rules(TokenList tokens, String text) {
        return new Grammar(tokens, RuleText.pattern(text));
    }

    /// JSON of a schema with a fixed text on each side.
    public record Frame(String before, JsonNode schema, String after) {}

    /// Any of these.
    ///
    /// **Throws** `IllegalArgumentException` for no frames, or naming the frame, place and keyword that cannot
    /// be enforced.
    public static Grammar anyOf(TokenList tokens, List<Frame> frames) {
        return new Grammar(
                tokens, new Pattern.Choice(frames.stream().map(Grammar::pattern).toList()));
    }

    private static Pattern pattern(Frame frame) {
        try {
            return Pattern.sequence(
                    Pattern.text(frame.before), JsonSchema.pattern(frame.schema), Pattern.text(frame.after));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("after '" + frame.before + "': " + e.getMessage(), e);
        }
    }

    /// A text of the form, from its beginning.
    public Progress begin() {
        return new Progress();
    }

    private synchronized Automaton.State start() {
        if (automaton.states() > MOST_STATES) {
            automaton = new Automaton(pattern);
            masks.clear();
        }
        return automaton.start();
    }

    private synchronized BitSet possible(Automaton.State at) {
        BitSet known = masks.get(at);
        if (known == null) {
            known = tokens.possible(at);
            masks.put(at, known);
            if (masks.size() > MOST_MASKS) {
                masks.remove(masks.keySet().iterator().next());
            }
        }
        return known;
    }

    private synchronized Automaton.State after(Automaton.State at, byte[] text) {
        Automaton.State state = at;
        for (byte each : text) {
            state = state.after(each & 0xFF);
        }
        return state;
    }

    /// One text on its way through the form.
    ///
    /// For one thread.
    public final class Progress {
        private Optional<Automaton.State> at = Optional.empty();

        private Progress() {}

        /// The logits, minus infinity for tokens that cannot come next.
        ///
        /// **Throws** `IllegalStateException` when none can.
        public float[] possible(float[] logits) {
            Automaton.State state = at.orElseGet(Grammar.this::start);
            at = Optional.of(state);
            BitSet possible = Grammar.this.possible(state);
            if (possible.isEmpty()) {
                throw new IllegalStateException("no token of the vocabulary goes on in the form that was asked for");
            }
            float[] left = new float[logits.length];
            Arrays.fill(left, Float.NEGATIVE_INFINITY);
            for (int id = possible.nextSetBit(0); id >= 0 && id < left.length; id = possible.nextSetBit(id + 1)) {
                left[id] = logits[id];
            }
            return left;
        }

        /// A token with this text has come, which was possible.
        public void append(byte... text) {
            at = at.map(state -> after(state, text));
        }

        /// Whether the text may end here.
        public boolean complete() {
            return at.isPresent() && at.get().complete();
        }
    }
}

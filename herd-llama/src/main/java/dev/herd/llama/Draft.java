package dev.herd.llama;

import dev.herd.llama.Completion.End;
import dev.herd.llama.engine.Sampler;
import dev.herd.llama.grammar.Grammar;
import dev.herd.llama.tokenizer.Detokenizer;
import dev.herd.llama.tokenizer.TokenType;
import dev.herd.llama.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.Optional;

/// A text while it is written: takes the logits after each token, chooses the next one, and says what text
/// is certain by then and when the end has come.
///
/// For one thread.
public final class Draft {
    private final Tokenizer tokenizer;
    private final Sampler sampler;
    private final Detokenizer detokenizer;
    private final StopFilter filter;
    private final Optional<Grammar.Progress> progress;
    private final int[] tokens;
    private int count;
    private Optional<End> end = Optional.empty();

    /// @param most tokens that the context has room for after the prompt
    public Draft(Tokenizer tokenizer, int[] prompt, Request request, int most) {
        if (prompt.length == 0) {
            throw new IllegalArgumentException("the prompt is empty and this model's texts have no start mark");
        }
        this.tokenizer = tokenizer;
        boolean opening = Arrays.stream(prompt).allMatch(id -> tokenizer.type(id) == TokenType.CONTROL);
        detokenizer = opening ? tokenizer.detokenizer() : tokenizer.continuation();
        filter = new StopFilter(request.stops());
        sampler = new Sampler(request.sampling());
        Arrays.stream(prompt).forEach(sampler::seen);
        progress = request.form().map(Grammar::begin);
        tokens = new int[Math.clamp(most, 1, request.tokens())];
    }

    /// Chooses the next token and returns the text that is certain with it, often none.
    public String append(float[] logits) {
        if (end.isPresent()) {
            throw new IllegalStateException("the text has ended: " + end.get());
        }
        int token = sampler.next(progress.isPresent() ? progress.get().possible(logits) : logits);
        sampler.seen(token);
        tokens[count++] = token;
        if (tokenizer.marks().stops().contains(token)) {
            return end(End.MARK);
        }
        progress.ifPresent(form -> form.append(tokenizer.bytes(token)));
        String text = filter.append(detokenizer.append(token));
        if (filter.stopped()) {
            end = Optional.of(End.STOP);
        }
        return end.isEmpty() && count == tokens.length ? text + end(End.LENGTH) : text;
    }

    /// Ends the text where it is and returns what was held back of it.
    String end(End reason) {
        end = Optional.of(reason);
        return filter.append(detokenizer.finish()) + filter.finish();
    }

    /// Why the text has ended, if it has.
    public Optional<End> ended() {
        return end;
    }

    /// The token chosen last; there is none before the first text was appended.
    public int last() {
        return tokens[count - 1];
    }

    /// How many tokens there can be.
    public int most() {
        return tokens.length;
    }

    /// How many tokens have been chosen.
    public int length() {
        return count;
    }

    /// The tokens chosen so far.
    public int[] tokens() {
        return Arrays.copyOf(tokens, count);
    }
}

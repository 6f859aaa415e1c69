package dev.herd.llama.guard;

import dev.herd.data.InputException;
import dev.herd.llama.chat.Message;
import dev.herd.llama.engine.Chunk;
import dev.herd.llama.engine.EngineOptions;
import dev.herd.llama.engine.LlamaEngine;
import dev.herd.llama.engine.Sampler;
import dev.herd.llama.engine.Sampling;
import dev.herd.llama.engine.Sequence;
import dev.herd.llama.tokenizer.Detokenizer;
import dev.herd.llama.tokenizer.Tokenizer;
import dev.herd.llama.weights.WeightFile;
import java.nio.file.Path;
import java.util.List;

/// A Llama Guard 3 model: tells whether the last turn of a conversation is unsafe.
///
/// ```java
/// try (Guard guard = Guard.open(path, GuardPolicy.defaults(), EngineOptions.defaults())) {
///     Verdict verdict = guard.check(List.of(new Message.Text(Role.USER, "How do I bake bread?")));
/// }
/// ```
///
/// The score is the probability of the first token of `unsafe` where the label stands: after the line
/// breaks with which the model begins. The hazards are what it writes after `unsafe`, most likely token by
/// most likely token, also where the threshold is below an even chance and it would have said `safe`.
///
/// A text that imitates the prompt's own lines (`<END CONVERSATION>`) can mislead the model, as it can
/// everywhere this prompt is used; marks such as `<|eot_id|>` in a text stay text.
///
/// **Owner**: who opens it closes it. One thread at a time may call it.
///
/// **Paper**: The Llama 3 Herd of Models (arXiv 2407.21783), on safety of whole systems.
public final class Guard implements AutoCloseable {
    private static final String SAFE = "safe";
    private static final String UNSAFE = "unsafe";

    /// Blank tokens that may stand before the label.
    private static final int BLANKS = 4;

    /// More than the tokens of all hazards and the commas between.
    private static final int LONGEST_LIST = 64;

    private final WeightFile file;
    private final Tokenizer tokenizer;
    private final LlamaEngine engine;
    private final GuardPolicy policy;
    private final int[] unsafe;

    private Guard(WeightFile file, Tokenizer tokenizer, LlamaEngine engine, GuardPolicy policy) {
        this.file = file;
        this.tokenizer = tokenizer;
        this.engine = engine;
        this.policy = policy;
        unsafe = tokenizer.encode(UNSAFE);
    }

    /// **Throws** [InputException] for files that cannot be read, or whose vocabulary cannot tell the two
    /// labels apart.
    public static Guard open(Path path, GuardPolicy policy, EngineOptions options) {
        WeightFile file = WeightFile.open(path);
        try {
            Tokenizer tokenizer = Tokenizer.open(path);
            if (tokenizer.encode(SAFE)[0] == tokenizer.encode(UNSAFE)[0]) {
                throw InputException.of(path, "has no tokens that tell safe and unsafe apart; it is no Llama Guard");
            }
            return new Guard(file, tokenizer, LlamaEngine.open(file, options), policy);
        } catch (Throwable e) {
            file.close();
            throw e;
        }
    }

    public GuardPolicy policy() {
        return policy;
    }

    /// Judges the last turn in the light of those before it.
    ///
    /// **Throws** `IllegalArgumentException` when that is no turn of a user or an assistant, or the
    /// conversation is longer than the context; `IllegalStateException` when it needs more positions than
    /// the engine has.
    public Verdict check(List<Message> turns) {
        int[] prompt = GuardPrompt.of(turns, policy.hazards()).ids(tokenizer);
        try (Sequence sequence = engine.sequence()) {
            float[] logits = atLabel(sequence, engine.prefill(sequence, prompt));
            double score = Math.exp(Sampler.logProbability(logits, unsafe[0]));
            boolean reached = score >= policy.threshold();
            return new Verdict(reached, score, reached ? hazards(sequence) : List.of());
        }
    }

    /// The logits for the first token that is not blank.
    private float[] atLabel(Sequence sequence, float[] logits) {
        Sampler likeliest = new Sampler(Sampling.greedy());
        float[] here = logits;
        for (int i = 0; i < BLANKS; i++) {
            int token = likeliest.next(here);
            if (tokenizer.marks().stops().contains(token)
                    || !tokenizer.decode(token).isBlank()) {
                return here;
            }
            here = engine.step(List.of(Chunk.of(sequence, token)))[0];
        }
        return here;
    }

    private List<Hazard> hazards(Sequence sequence) {
        Sampler likeliest = new Sampler(Sampling.greedy());
        Detokenizer detokenizer = tokenizer.continuation();
        StringBuilder text = new StringBuilder();
        float[] logits = engine.prefill(sequence, unsafe);
        for (int i = 0; i < LONGEST_LIST; i++) {
            int token = likeliest.next(logits);
            if (tokenizer.marks().stops().contains(token)) {
                break;
            }
            text.append(detokenizer.append(token));
            logits = engine.step(List.of(Chunk.of(sequence, token)))[0];
        }
        return text.toString().strip().lines().findFirst().map(Hazard::list).orElse(List.of());
    }

    @Override
    public void close() {
        engine.close();
        file.close();
    }
}

package dev.herd.llama;

import dev.herd.llama.chat.ChatFormat;
import dev.herd.llama.chat.ChatTemplate;
import dev.herd.llama.chat.Conversation;
import dev.herd.llama.engine.Chunk;
import dev.herd.llama.engine.EngineOptions;
import dev.herd.llama.engine.LlamaEngine;
import dev.herd.llama.engine.Sampler;
import dev.herd.llama.engine.Sequence;
import dev.herd.llama.tokenizer.Tokenizer;
import dev.herd.llama.weights.WeightFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;

/// A Llama model that writes text.
///
/// ```java
/// try (Llama llama = Llama.open(Path.of("model.gguf"))) {
///     System.out.println(llama.complete("Once upon a time", Request.greedy(64)).text());
/// }
/// ```
///
/// **Owner**: who opens it closes it. One thread at a time may call it.
public final class Llama implements AutoCloseable {
    /// Tokens whose logits are held at a time.
    private static final int READ = 64;

    private final WeightFile file;
    private final Tokenizer tokenizer;
    private final LlamaEngine engine;
    private final Guesser guesser;
    private final int guesses;

    /// @param guesses most tokens guessed at a time
    private Llama(WeightFile file, Tokenizer tokenizer, LlamaEngine engine, Guesser guesser, int guesses) {
        this.file = file;
        this.tokenizer = tokenizer;
        this.engine = engine;
        this.guesser = guesser;
        this.guesses = guesses;
    }

    /// Opens a `.gguf` file, or a folder with safetensors files and a tokenizer.
    public static Llama open(Path path) {
        return open(path, EngineOptions.defaults());
    }

    /// **Throws** `InputException` for files that cannot be read, or when the positions pass the memory
    /// limit.
    public static Llama open(Path path, EngineOptions options) {
        return open(path, options, new Speculation.None());
    }

    /// A model whose texts are guessed ahead.
    ///
    /// **Throws** `InputException` for files that cannot be read, when the positions pass the memory limit, or
    /// when the model that guesses has other tokens.
    public static Llama open(Path path, EngineOptions options, Speculation speculation) {
        Tokenizer tokenizer = Tokenizer.open(path);
        Guesser guesser = Guesser.of(speculation, tokenizer, path, options);
        try {
            return of(WeightFile.open(path), tokenizer, options, guesser, speculation.most());
        } catch (Throwable e) {
            guesser.close();
            throw e;
        }
    }

    /// A model of these weights, which are closed with it, under another tokenizer.
    public static Llama of(WeightFile file, Tokenizer tokenizer, EngineOptions options) {
        return of(file, tokenizer, options, Guesser.NONE, 0);
    }

    private static Llama of(WeightFile file, Tokenizer tokenizer, EngineOptions options, Guesser guesser, int guesses) {
        try {
            return new Llama(file, tokenizer, LlamaEngine.open(file, options), guesser, guesses);
        } catch (Throwable e) {
            file.close();
            throw e;
        }
    }

    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /// How the text goes on.
    public Completion complete(String prompt, Request request) {
        return complete(prompt, request, _ -> true);
    }

    /// The same, told piece by piece as it is written; the listener returns whether it wants more.
    ///
    /// **Throws** `IllegalArgumentException` when the prompt is longer than the context,
    /// `IllegalStateException` when it needs more positions than the engine was opened with.
    public Completion complete(String prompt, Request request, Predicate<String> listener) {
        try (Sequence sequence = engine.sequence()) {
            return write(sequence, tokenizer.framed(tokenizer.encode(prompt)), request, listener);
        }
    }

    /// The vector that stands for a text, such as a document or a question, for comparing it with others.
    public Embedding embed(String text, Pooling pooling) {
        return embed(List.of(text), pooling).getFirst();
    }

    /// The vectors of several texts, computed beside each other: the same bits as one by one.
    ///
    /// **Throws** `IllegalArgumentException` for a text of no tokens, or more than fit.
    public List<Embedding> embed(List<String> texts, Pooling pooling) {
        List<int[]> tokens = texts.stream()
                .map(text -> tokenizer.framed(tokenizer.encode(text)))
                .toList();
        return new Reading(engine, tokens, pooling).read();
    }

    /// The assistant's answer to a conversation.
    public Completion chat(ChatTemplate template, Conversation chat, Request request, Predicate<String> listener) {
        try (ChatSession session = session()) {
            return session.answer(template, chat, request, listener);
        }
    }

    /// How the model writes conversations, as far as its weights tell.
    public ChatFormat chatFormat() {
        return ChatFormat.of(engine.config());
    }

    /// A session in which answers to a growing conversation do not compute its beginning again. It holds
    /// positions of the engine until it is closed.
    public ChatSession session() {
        return new ChatSession(this, engine);
    }

    /// The natural logarithm of the probability of each token of a text but the first of each piece: the
    /// text is read in pieces of up to `window` tokens, each by itself and with the start mark where the
    /// model has one.
    ///
    /// **Throws** `IllegalArgumentException` when the text is too short for one, or the window below 2 or
    /// beyond the context.
    public double[] logProbabilities(String text, int window) {
        if (window < 2 || window > engine.config().contextLength()) {
            throw new IllegalArgumentException(
                    "the window must be 2 to " + engine.config().contextLength() + " tokens, got " + window);
        }
        int[] start =
                tokenizer.marks().addStart() ? new int[] {tokenizer.marks().start()} : new int[0];
        int[] ids = tokenizer.encode(text);
        DoubleStream.Builder logs = DoubleStream.builder();
        int step = window - start.length;
        for (int at = 0; at < ids.length; at += step) {
            int count = Math.min(step, ids.length - at);
            int[] piece = Arrays.copyOf(start, start.length + count);
            System.arraycopy(ids, at, piece, start.length, count);
            addLogProbabilities(piece, logs);
        }
        double[] all = logs.build().toArray();
        if (all.length == 0) {
            throw new IllegalArgumentException("the text has " + ids.length + " tokens, too few to predict one");
        }
        return all;
    }

    private void addLogProbabilities(int[] piece, DoubleStream.Builder logs) {
        try (Sequence sequence = engine.sequence()) {
            for (int at = 0; at < piece.length - 1; at += READ) {
                int[] part = Arrays.copyOfRange(piece, at, Math.min(piece.length - 1, at + READ));
                float[][] logits = engine.step(List.of(new Chunk(sequence, part, Chunk.Output.LOGITS)));
                for (int i = 0; i < part.length; i++) {
                    logs.add(Sampler.logProbability(logits[i], piece[at + i + 1]));
                }
            }
        }
    }

    /// Goes on from a prompt, of which the sequence may hold a beginning already.
    Completion write(Sequence sequence, int[] prompt, Request request, Predicate<String> listener) {
        Draft draft = new Draft(tokenizer, prompt, request, engine.config().contextLength() - prompt.length + 1);
        Lookahead lookahead = new Lookahead(guesser, guesses, prompt, draft.most());
        return new Writer(engine, sequence, draft, prompt, lookahead, listener).write();
    }

    @Override
    public void close() {
        guesser.close();
        engine.close();
        file.close();
    }
}

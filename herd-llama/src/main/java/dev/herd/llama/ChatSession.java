package dev.herd.llama;

import dev.herd.llama.chat.ChatTemplate;
import dev.herd.llama.chat.Conversation;
import dev.herd.llama.engine.LlamaEngine;
import dev.herd.llama.engine.Sequence;
import java.util.Arrays;
import java.util.function.Predicate;

/// Answers to a conversation that grows: the keys and values of what it has in common with the one before
/// are kept and not computed again, whatever was said, changed or taken back in between.
///
/// The answers are those of [Llama#chat], bit for bit.
///
/// **Owner**: who opens it closes it, before the model. One thread at a time may use the model.
public final class ChatSession implements AutoCloseable {
    /// Between so many tokens of a prompt the listener is asked whether it still wants an answer.
    private static final int PIECE = 256;

    private final Llama llama;
    private final LlamaEngine engine;
    private final Sequence sequence;
    private final long room;
    /// The tokens whose keys and values the sequence holds.
    private int[] held = {};
    private int reused;

    ChatSession(Llama llama, LlamaEngine engine) {
        this.llama = llama;
        this.engine = engine;
        sequence = engine.sequence();
        room = Math.min(engine.freePositions(), engine.config().contextLength());
    }

    /// The most tokens that a conversation and its answer may have together.
    public long room() {
        return room;
    }

    /// How many tokens of the last prompt were known from before.
    public int reused() {
        return reused;
    }

    /// The assistant's answer, told piece by piece as it is written; the listener returns whether it wants
    /// more, and is asked with an empty piece while a long prompt is read. An answer ends where the room
    /// does.
    ///
    /// **Throws** `IllegalArgumentException` for what the template cannot say, and for a conversation that
    /// leaves no room for an answer.
    public Completion answer(ChatTemplate template, Conversation chat, Request request, Predicate<String> listener) {
        int[] prompt = template.prompt(chat, llama.tokenizer());
        if (prompt.length > room) {
            throw new IllegalArgumentException("the conversation has " + prompt.length + " tokens, but only " + room
                    + " positions are there; shorten it, or reserve more");
        }
        keepBeginning(prompt);
        Request fitting = request.withTokens((int) Math.min(request.tokens(), room - prompt.length + 1));
        held = new int[0];
        long start = System.nanoTime();
        Completion completion = readBeginning(prompt, listener) ? write(prompt, fitting, listener) : unanswered(prompt);
        int[] all = Arrays.copyOf(prompt, prompt.length + completion.tokens().length);
        System.arraycopy(completion.tokens(), 0, all, prompt.length, completion.tokens().length);
        held = Arrays.copyOf(all, sequence.length());
        double seconds = (System.nanoTime() - start) * 1e-9;
        return new Completion(
                completion.text(),
                completion.end(),
                completion.promptTokens(),
                completion.tokens(),
                completion.logProbabilities(),
                completion.guesses(),
                seconds - completion.seconds(),
                completion.seconds());
    }

    /// Forgets all but what the prompt begins with; its last token is always computed, for its logits.
    private void keepBeginning(int... prompt) {
        int same = Arrays.mismatch(held, prompt);
        reused = Math.min(same < 0 ? held.length : same, prompt.length - 1);
        sequence.truncate(reused);
    }

    /// Computes the prompt but for its last tokens; false when no answer is wanted any more.
    private boolean readBeginning(int[] prompt, Predicate<String> listener) {
        while (prompt.length - sequence.length() > PIECE) {
            if (!listener.test("")) {
                return false;
            }
            int from = sequence.length();
            engine.prefill(sequence, Arrays.copyOfRange(prompt, from, from + PIECE));
        }
        return true;
    }

    private Completion write(int[] prompt, Request request, Predicate<String> listener) {
        return llama.write(sequence, prompt, request, listener);
    }

    private static Completion unanswered(int... prompt) {
        return new Completion(
                "",
                Completion.End.INTERRUPTED,
                prompt.length,
                new int[0],
                new double[0],
                Completion.Guesses.NONE,
                0,
                0);
    }

    @Override
    public void close() {
        sequence.close();
    }
}

package dev.herd.llama.grammar;

import dev.herd.llama.tokenizer.TokenType;
import dev.herd.llama.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.stream.IntStream;

/// The tokens of a vocabulary that stand for text, in the order of their bytes, so that those with a common
/// beginning are tried together.
///
/// For any number of threads.
public final class TokenList {
    private final int vocabulary;
    private final int[] ids;
    private final byte[][] bytes;
    /// How many bytes each has in common with the one before.
    private final int[] shared;
    private final BitSet stops = new BitSet();
    private final int longest;

    private TokenList(Tokenizer tokenizer) {
        vocabulary = tokenizer.vocabulary();
        byte[][] all = new byte[vocabulary][];
        Arrays.setAll(all, tokenizer::bytes);
        ids = IntStream.range(0, vocabulary)
                .filter(id -> isText(tokenizer.type(id)) && all[id].length > 0)
                .boxed()
                .sorted(Comparator.comparing(id -> all[id], Arrays::compareUnsigned))
                .mapToInt(Integer::intValue)
                .toArray();
        bytes = new byte[ids.length][];
        shared = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            bytes[i] = all[ids[i]];
            int differs = i == 0 ? 0 : Arrays.mismatch(bytes[i - 1], bytes[i]);
            shared[i] = differs < 0 ? bytes[i].length : differs;
        }
        longest = Arrays.stream(bytes).mapToInt(one -> one.length).max().orElse(0);
        tokenizer.marks().stops().forEach(stops::set);
    }

    public static TokenList of(Tokenizer tokenizer) {
        return new TokenList(tokenizer);
    }

    private static boolean isText(TokenType type) {
        return type == TokenType.NORMAL || type == TokenType.BYTE || type == TokenType.USER_DEFINED;
    }

    /// The tokens that can come at a state: the marks that end a text where it may end, and texts.
    BitSet possible(Automaton.State at) {
        BitSet possible = new BitSet(vocabulary);
        if (at.complete()) {
            possible.or(stops);
        }
        Automaton.State[] path = new Automaton.State[longest + 1];
        path[0] = at;
        // A token that shares more bytes than this with the one before fails where that one did.
        int sound = longest;
        for (int i = 0; i < ids.length; i++) {
            if (shared[i] > sound) {
                continue;
            }
            int depth = shared[i];
            byte[] text = bytes[i];
            while (depth < text.length) {
                Automaton.State next = path[depth].after(text[depth] & 0xFF);
                if (next.impossible()) {
                    break;
                }
                path[++depth] = next;
            }
            sound = depth == text.length ? longest : depth;
            possible.set(ids[i], depth == text.length);
        }
        return possible;
    }
}

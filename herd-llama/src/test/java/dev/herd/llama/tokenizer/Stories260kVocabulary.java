package dev.herd.llama.tokenizer;

import dev.herd.llama.SharedData;
import dev.herd.llama.tokenizer.TokenizerData.Algorithm;
import dev.herd.llama.tokenizer.TokenizerData.Marks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The vocabulary of the stories260K model in its own format: the longest length, then score, length and
/// bytes of each.
public final class Stories260kVocabulary {
    private static final int UNKNOWN = 0;
    private static final int START = 1;
    private static final int END = 2;

    private Stories260kVocabulary() {}

    public static Tokenizer tokenizer() throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(SharedData.path("stories260k/tok512.bin")))
                .order(ByteOrder.LITTLE_ENDIAN);
        in.getInt();
        List<byte[]> tokens = new ArrayList<>();
        List<TokenType> types = new ArrayList<>();
        List<Float> scores = new ArrayList<>();
        while (in.hasRemaining()) {
            scores.add(in.getFloat());
            byte[] bytes = new byte[in.getInt()];
            in.get(bytes);
            String name = new String(bytes, StandardCharsets.UTF_8);
            boolean isByte = name.matches("<0x[0-9A-F]{2}>");
            tokens.add(isByte ? new byte[] {(byte) Integer.parseInt(name.substring(3, 5), 16)} : bytes);
            int id = types.size();
            types.add(
                    id == UNKNOWN
                            ? TokenType.UNKNOWN
                            : id <= END ? TokenType.CONTROL : isByte ? TokenType.BYTE : TokenType.NORMAL);
        }
        float[] all = new float[scores.size()];
        for (int id = 0; id < all.length; id++) {
            all[id] = scores.get(id);
        }
        return Tokenizer.of(new TokenizerData(
                tokens.toArray(byte[][]::new),
                types.toArray(TokenType[]::new),
                new Algorithm.SentencePiece(all, true),
                new Marks(START, END, UNKNOWN, Set.of(END), true, false)));
    }
}

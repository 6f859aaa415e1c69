package dev.herd.serve.llm;

import dev.herd.llama.batching.Piece;
import dev.herd.llama.tokenizer.Tokenizer;
import dev.herd.serve.llm.Wire.ChatChoice;
import dev.herd.serve.llm.Wire.ChatOdds;
import dev.herd.serve.llm.Wire.ChatPart;
import dev.herd.serve.llm.Wire.OneOdds;
import dev.herd.serve.llm.Wire.TextChoice;
import dev.herd.serve.llm.Wire.TextOdds;
import dev.herd.serve.llm.Wire.TokenOdds;
import dev.herd.serve.llm.Wire.Turn;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How the answer to a request is laid out: as a turn of a conversation, or as plain text.
///
/// For one answer.
sealed interface Shape {
    String idPrefix();

    /// The name of an answer as a whole, and of the events of a streamed one.
    String object(boolean streamed);

    /// The whole answer.
    Object whole(String text, List<Piece> pieces, String finish);

    /// The event before the first token, where there is one.
    Optional<Object> opening();

    /// The event of a token, where it has something to tell.
    Optional<Object> part(Piece piece);

    /// The event that says why the text has ended.
    Object closing(String finish);

    /// A turn of a conversation.
    record Chat(Tokenizer tokenizer) implements Shape {
        @Override
        public String idPrefix() {
            return "chatcmpl-";
        }

        @Override
        public String object(boolean streamed) {
            return streamed ? "chat.completion.chunk" : "chat.completion";
        }

        @Override
        public Object whole(String text, List<Piece> pieces, String finish) {
            return new ChatChoice(0, new Turn("assistant", text), odds(pieces), finish);
        }

        @Override
        public Optional<Object> opening() {
            return Optional.of(new ChatPart(0, new Turn("assistant", ""), null, null));
        }

        @Override
        public Optional<Object> part(Piece piece) {
            return piece.text().isEmpty() && piece.odds().isEmpty()
                    ? Optional.empty()
                    : Optional.of(new ChatPart(0, new Turn(null, piece.text()), odds(List.of(piece)), null));
        }

        @Override
        public Object closing(String finish) {
            return new ChatPart(0, new Turn(null, null), null, finish);
        }

        private @Nullable ChatOdds odds(List<Piece> pieces) {
            if (pieces.stream().allMatch(piece -> piece.odds().isEmpty())) {
                return null;
            }
            return new ChatOdds(pieces.stream()
                    .map(piece -> odds(piece.token(), piece.odds().orElseThrow()))
                    .toList());
        }

        private TokenOdds odds(int token, Piece.Odds odds) {
            List<OneOdds> likely = odds.likely().stream()
                    .map(one -> new OneOdds(spelling(tokenizer, one.token()), one.logProbability(), bytes(one.token())))
                    .toList();
            return new TokenOdds(spelling(tokenizer, token), odds.logProbability(), bytes(token), likely);
        }

        private int[] bytes(int token) {
            byte[] bytes = tokenizer.bytes(token);
            int[] values = new int[bytes.length];
            Arrays.setAll(values, i -> bytes[i] & 0xFF);
            return values;
        }
    }

    /// Plain text.
    final class Text implements Shape {
        private final Tokenizer tokenizer;
        private int offset;

        Text(Tokenizer tokenizer) {
            this.tokenizer = tokenizer;
        }

        @Override
        public String idPrefix() {
            return "cmpl-";
        }

        @Override
        public String object(boolean streamed) {
            return "text_completion";
        }

        @Override
        public Object whole(String text, List<Piece> pieces, String finish) {
            return new TextChoice(text, 0, odds(pieces), finish);
        }

        @Override
        public Optional<Object> opening() {
            return Optional.empty();
        }

        @Override
        public Optional<Object> part(Piece piece) {
            return piece.text().isEmpty() && piece.odds().isEmpty()
                    ? Optional.empty()
                    : Optional.of(new TextChoice(piece.text(), 0, odds(List.of(piece)), null));
        }

        @Override
        public Object closing(String finish) {
            return new TextChoice("", 0, null, finish);
        }

        private @Nullable TextOdds odds(List<Piece> pieces) {
            if (pieces.stream().allMatch(piece -> piece.odds().isEmpty())) {
                return null;
            }
            List<Integer> offsets = pieces.stream()
                    .map(piece -> {
                        int at = offset;
                        offset += piece.text().length();
                        return at;
                    })
                    .toList();
            return new TextOdds(
                    pieces.stream()
                            .map(piece -> spelling(tokenizer, piece.token()))
                            .toList(),
                    pieces.stream()
                            .map(piece -> piece.odds().orElseThrow().logProbability())
                            .toList(),
                    pieces.stream()
                            .map(piece -> likely(piece.odds().orElseThrow()))
                            .toList(),
                    offsets);
        }

        private Map<String, Double> likely(Piece.Odds odds) {
            Map<String, Double> likely = new LinkedHashMap<>();
            odds.likely().forEach(one -> likely.put(spelling(tokenizer, one.token()), one.logProbability()));
            return likely;
        }
    }

    private static String spelling(Tokenizer tokenizer, int token) {
        return new String(tokenizer.bytes(token), StandardCharsets.UTF_8);
    }
}

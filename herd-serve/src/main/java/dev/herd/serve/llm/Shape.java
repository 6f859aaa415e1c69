package dev.herd.serve.llm;

import dev.herd.llama.Completion.End;
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
import dev.herd.serve.llm.Wire.WholeTurn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// How the answer to a request is laid out: as a turn of a conversation, or as plain text.
///
/// For one answer.
sealed interface Shape {
    String idPrefix();

    /// The name of an answer as a whole, and of the events of a streamed one.
    String object(boolean streamed);

    /// The whole answer.
    Object whole(List<Piece> pieces, End end);

    /// The event before the first token, where there is one.
    Optional<Object> opening();

    /// The events of a token, where it has something to tell.
    List<Object> part(Piece piece);

    /// The last events, which say why the text has ended.
    List<Object> closing(End end);

    private static String reason(End end) {
        return end == End.LENGTH ? "length" : "stop";
    }

    /// A turn of a conversation.
    final class Chat implements Shape {
        private final Tokenizer tokenizer;
        private final TurnReader reader;
        /// Pieces whose probabilities have not been told.
        private final List<Piece> untold = new ArrayList<>();

        Chat(Tokenizer tokenizer, TurnReader reader) {
            this.tokenizer = tokenizer;
            this.reader = reader;
        }

        @Override
        public String idPrefix() {
            return "chatcmpl-";
        }

        @Override
        public String object(boolean streamed) {
            return streamed ? "chat.completion.chunk" : "chat.completion";
        }

        @Override
        public Object whole(List<Piece> pieces, End end) {
            List<Turn> turns = new ArrayList<>();
            pieces.forEach(piece -> turns.addAll(reader.append(piece)));
            turns.addAll(reader.finish(end));
            return new ChatChoice(0, WholeTurn.of(turns), odds(pieces), finish(end));
        }

        @Override
        public Optional<Object> opening() {
            return Optional.of(new ChatPart(0, new Turn("assistant", "", null), null, null));
        }

        @Override
        public List<Object> part(Piece piece) {
            untold.add(piece);
            return parts(reader.append(piece));
        }

        @Override
        public List<Object> closing(End end) {
            List<Object> parts = parts(reader.finish(end));
            parts.add(new ChatPart(0, new Turn(null, null, null), odds(untold), finish(end)));
            return parts;
        }

        private List<Object> parts(List<Turn> turns) {
            List<Object> parts = new ArrayList<>();
            for (Turn turn : turns) {
                parts.add(new ChatPart(0, turn, odds(untold), null));
                untold.clear();
            }
            return parts;
        }

        private String finish(End end) {
            return reader.called() ? "tool_calls" : reason(end);
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
        public Object whole(List<Piece> pieces, End end) {
            String text = pieces.stream().map(Piece::text).collect(Collectors.joining());
            return new TextChoice(text, 0, odds(pieces), reason(end));
        }

        @Override
        public Optional<Object> opening() {
            return Optional.empty();
        }

        @Override
        public List<Object> part(Piece piece) {
            return piece.text().isEmpty() && piece.odds().isEmpty()
                    ? List.of()
                    : List.of(new TextChoice(piece.text(), 0, odds(List.of(piece)), null));
        }

        @Override
        public List<Object> closing(End end) {
            return List.of(new TextChoice("", 0, null, reason(end)));
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

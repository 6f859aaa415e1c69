package dev.herd.serve.llm;

import dev.herd.llama.Completion.End;
import dev.herd.llama.batching.Piece;
import dev.herd.llama.chat.AnswerReader;
import dev.herd.llama.chat.ToolCall;
import dev.herd.llama.chat.ToolCallReader;
import dev.herd.llama.grammar.Grammar.Frame;
import dev.herd.llama.tokenizer.Tokenizer;
import dev.herd.serve.llm.Wire.CallPart;
import dev.herd.serve.llm.Wire.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Sorts what a model writes in a turn into what it says and what it calls, as it comes.
///
/// For one turn.
sealed interface TurnReader {
    /// What is certain with this piece, often nothing.
    List<Turn> append(Piece piece);

    /// What was held back, when the turn has ended so.
    List<Turn> finish(End end);

    /// Whether the turn, which has come to its end, is calls.
    boolean called();

    static TurnReader of(ToolUse use, Tokenizer tokenizer) {
        if (!use.forced().isEmpty()) {
            return new Forced(use.forced());
        }
        return use.definitions().isEmpty() ? new Saying() : new Calling(use, tokenizer.mark("<|python_tag|>"));
    }

    private static List<Turn> said(String text) {
        return text.isEmpty() ? List.of() : List.of(Turn.said(text));
    }

    /// A turn without tools.
    final class Saying implements TurnReader {
        @Override
        public List<Turn> append(Piece piece) {
            return said(piece.text());
        }

        @Override
        public List<Turn> finish(End end) {
            return List.of();
        }

        @Override
        public boolean called() {
            return false;
        }
    }

    /// A turn that may be calls.
    final class Calling implements TurnReader {
        private final AnswerReader reader;
        private final boolean several;
        private final OptionalInt pythonTag;
        private boolean first = true;
        private boolean called;

        Calling(ToolUse use, OptionalInt pythonTag) {
            reader = new AnswerReader(use.definitions().keySet());
            several = use.several();
            this.pythonTag = pythonTag;
        }

        @Override
        public List<Turn> append(Piece piece) {
            if (first && pythonTag.isPresent() && pythonTag.getAsInt() == piece.token()) {
                reader.pythonTag();
            }
            first = false;
            return said(reader.append(piece.text()));
        }

        @Override
        public List<Turn> finish(End end) {
            AnswerReader.Ending ending = reader.finish();
            called = !ending.calls().isEmpty();
            return called ? List.of(Turn.called(parts(ending.calls()))) : said(ending.rest());
        }

        private List<CallPart> parts(List<ToolCall> all) {
            List<CallPart> parts = new ArrayList<>();
            for (ToolCall call : several ? all : all.subList(0, 1)) {
                parts.add(CallPart.begun(
                        parts.size(), call.name(), call.arguments().toString()));
            }
            return parts;
        }

        @Override
        public boolean called() {
            return called;
        }
    }

    /// A turn that can only be one call of a known form: its arguments are told as they are written.
    final class Forced implements TurnReader {
        private final Map<String, Frame> forms;
        private final StringBuilder written = new StringBuilder();
        private Optional<Map.Entry<String, Frame>> form = Optional.empty();
        private int told;
        private boolean whole;

        Forced(Map<String, Frame> forms) {
            this.forms = forms;
        }

        @Override
        public List<Turn> append(Piece piece) {
            written.append(piece.text());
            List<Turn> turns = new ArrayList<>();
            if (form.isEmpty()) {
                form = forms.entrySet().stream()
                        .filter(each -> written.indexOf(each.getValue().before()) == 0)
                        .findFirst();
                form.ifPresent(each -> {
                    told = each.getValue().before().length();
                    turns.add(Turn.called(List.of(CallPart.begun(0, each.getKey(), ""))));
                });
            }
            form.ifPresent(each -> turns.addAll(
                    arguments(written.length() - each.getValue().after().length())));
            return turns;
        }

        private List<Turn> arguments(int end) {
            if (end <= told) {
                return List.of();
            }
            String more = written.substring(told, end);
            told = end;
            return List.of(Turn.called(List.of(CallPart.more(0, more))));
        }

        /// A call that was cut off is told as far as it came; one without a name is only a text.
        @Override
        public List<Turn> finish(End end) {
            whole = end == End.MARK
                    || ToolCallReader.read(written.toString(), false).isPresent();
            if (form.isEmpty()) {
                return said(written.toString());
            }
            return whole ? List.of() : arguments(written.length());
        }

        @Override
        public boolean called() {
            return whole;
        }
    }
}

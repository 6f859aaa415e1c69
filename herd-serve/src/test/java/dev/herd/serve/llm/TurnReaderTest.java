package dev.herd.serve.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.llama.Completion.End;
import dev.herd.llama.batching.Piece;
import dev.herd.serve.llm.Wire.CallPart;
import dev.herd.serve.llm.Wire.Turn;
import dev.herd.serve.llm.Wire.WholeTurn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.NullNode;

class TurnReaderTest {
    private static final int PYTHON_TAG = 9;

    private static TurnReader reader(boolean several) {
        ToolUse use = new ToolUse(Map.of("f", NullNode.instance, "g", NullNode.instance), Map.of(), several);
        return new TurnReader.Calling(use, OptionalInt.of(PYTHON_TAG));
    }

    private static List<Turn> read(TurnReader reader, int firstToken, String... texts) {
        List<Turn> turns = new ArrayList<>();
        for (int i = 0; i < texts.length; i++) {
            turns.addAll(reader.append(new Piece(i == 0 ? firstToken : 0, texts[i], Optional.empty())));
        }
        turns.addAll(reader.finish(End.MARK));
        return turns;
    }

    private static WholeTurn whole(TurnReader reader, String... texts) {
        return WholeTurn.of(read(reader, 0, texts));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\": \"f\", \"parameters\": {\"a\": 1}}",
                " {\"name\":\"f\",\n\"parameters\":{\"a\":1}}\n",
                "<function=f>{\"a\": 1}</function>",
                "[f(a=1)]"
            })
    void aCallInAnySyntaxIsACall(String text) {
        TurnReader reader = reader(true);
        WholeTurn turn = whole(reader, text.split("(?<=\\G..)"));
        assertThat(reader.called()).isTrue();
        assertThat(turn.content()).isNull();
        assertThat(turn.toolCalls()).singleElement().satisfies(call -> {
            assertThat(call.function().name()).isEqualTo("f");
            assertThat(call.function().arguments()).isEqualTo("{\"a\":1}");
        });
    }

    @Test
    void severalCallsComeTogetherUnlessOneAtATimeIsWanted() {
        String text = "[f(a=1), g()]";
        assertThat(whole(reader(true), text).toolCalls())
                .extracting(each -> each.function().name())
                .containsExactly("f", "g");
        assertThat(whole(reader(false), text).toolCalls())
                .extracting(each -> each.function().name())
                .containsExactly("f");
        assertThat(read(reader(true), 0, text).getFirst().toolCalls())
                .extracting(CallPart::index)
                .containsExactly(0, 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\": \"unknown\", \"parameters\": {}}",
                "{\"name\": \"f\", \"parameters\": ",
                "[f(a=1), unknown()]",
                "<function=f>{}",
                "   ",
                "<functio"
            })
    void whatIsNoCallOfTheseFunctionsIsSaidWhole(String text) {
        TurnReader reader = reader(true);
        assertThat(whole(reader, text.split("(?<=\\G..)"))).isEqualTo(new WholeTurn("assistant", text, null));
        assertThat(reader.called()).isFalse();
    }

    @Test
    void aTextIsToldAtOnceFromWhereItCanBeNoCall() {
        TurnReader reader = reader(true);
        assertThat(reader.append(new Piece(0, " <func", Optional.empty()))).isEmpty();
        assertThat(reader.append(new Piece(0, "!", Optional.empty()))).containsExactly(Turn.said(" <func!"));
        assertThat(reader.append(new Piece(0, "{", Optional.empty()))).containsExactly(Turn.said("{"));
        assertThat(reader.finish(End.MARK)).isEmpty();
    }

    @Test
    void afterThePythonTagACallCounts() {
        String text = "f.call(query=\"x\")";
        assertThat(WholeTurn.of(read(reader(true), PYTHON_TAG, "", text)).toolCalls())
                .singleElement()
                .extracting(each -> each.function().arguments())
                .isEqualTo("{\"query\":\"x\"}");
        assertThat(whole(reader(true), text).content()).isEqualTo(text);
    }
}

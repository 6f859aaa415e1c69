package dev.herd.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.llama.chat.ChatFormat;
import dev.herd.llama.chat.ChatRenderer;
import dev.herd.llama.chat.Conversation;
import dev.herd.llama.chat.Message;
import dev.herd.llama.chat.Role;
import dev.herd.llama.engine.EngineOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The model has random weights: its answers mean nothing, but are the same every time.
class ChatSessionTest {
    private static final Request REQUEST = Request.greedy(12);

    private Llama llama;

    @BeforeEach
    void open() {
        llama = Llama.open(
                SharedData.path("llama-golden/model-q8_0.gguf"),
                EngineOptions.defaults().withPositions(512));
    }

    @AfterEach
    void close() {
        if (llama != null) {
            llama.close();
        }
    }

    @Test
    void answersAreThoseOfTheWholeConversationAndComputeOnlyWhatIsNew() {
        List<Message> turns = new ArrayList<>();
        List<Completion> answers = new ArrayList<>();
        try (ChatSession session = llama.session()) {
            int known = 0;
            for (String said : List.of("Hello there.", "And then?", "Why is that so?")) {
                turns.add(new Message.Text(Role.USER, said));
                Completion answer = session.answer(ChatFormat.LLAMA32, chat(turns), REQUEST, _ -> true);
                assertThat(session.reused()).isGreaterThanOrEqualTo(known);
                answers.add(answer);
                known = answer.promptTokens() - 1;
                turns.add(new Message.Text(Role.ASSISTANT, answer.text()));
            }
            assertThat(known).isGreaterThan(40);
            // The last answer once more: all of its prompt but one token is known.
            turns.removeLast();
            session.answer(ChatFormat.LLAMA32, chat(turns), REQUEST, _ -> true);
            assertThat(session.reused()).isEqualTo(known);
        }
        for (int i = 0; i < answers.size(); i++) {
            Completion alone = llama.chat(ChatFormat.LLAMA32, chat(turns.subList(0, 2 * i + 1)), REQUEST, _ -> true);
            assertThat(answers.get(i).tokens()).isEqualTo(alone.tokens());
            assertThat(answers.get(i).logProbabilities()).isEqualTo(alone.logProbabilities());
        }
    }

    @Test
    void anAnswerEndsWhereTheRoomDoesAndALongerConversationIsRefused() {
        try (ChatSession session = llama.session()) {
            assertThat(session.room()).isEqualTo(512);
            Conversation chat = chat(List.of(new Message.Text(Role.USER, "a ".repeat(420))));
            int prompt = ChatRenderer.prompt(ChatFormat.LLAMA32, chat).ids(llama.tokenizer()).length;
            Completion answer = session.answer(ChatFormat.LLAMA32, chat, Request.greedy(1000), _ -> true);
            assertThat(prompt + answer.tokens().length).isLessThanOrEqualTo(513);
            Conversation longer = chat(List.of(new Message.Text(Role.USER, "a ".repeat(600))));
            assertThatThrownBy(() -> session.answer(ChatFormat.LLAMA32, longer, REQUEST, _ -> true))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageEndingWith("but only 512 positions are there; shorten it, or reserve more");
            Conversation brief = chat(List.of(new Message.Text(Role.USER, "Hi")));
            assertThat(session.answer(ChatFormat.LLAMA32, brief, REQUEST, _ -> true)
                            .tokens())
                    .isNotEmpty();
        }
    }

    @Test
    void whoWantsNoAnswerGetsNoneEvenBeforeALongPromptIsRead() {
        Conversation chat = chat(List.of(new Message.Text(Role.USER, "a ".repeat(300))));
        Completion answer;
        try (ChatSession session = llama.session()) {
            List<String> pieces = new ArrayList<>();
            Completion none = session.answer(ChatFormat.LLAMA32, chat, REQUEST, piece -> {
                pieces.add(piece);
                return false;
            });
            assertThat(pieces).containsExactly("");
            assertThat(none.end()).isEqualTo(Completion.End.INTERRUPTED);
            assertThat(none.tokens()).isEmpty();
            session.answer(ChatFormat.LLAMA32, chat, REQUEST, piece -> piece.isEmpty());
            // What was read of it stays known.
            answer = session.answer(ChatFormat.LLAMA32, chat, REQUEST, _ -> true);
            assertThat(session.reused()).isGreaterThan(256);
        }
        assertThat(answer.tokens())
                .isEqualTo(
                        llama.chat(ChatFormat.LLAMA32, chat, REQUEST, _ -> true).tokens());
    }

    private static Conversation chat(List<Message> turns) {
        return Conversation.of("26 Jul 2024", turns.toArray(Message[]::new));
    }
}

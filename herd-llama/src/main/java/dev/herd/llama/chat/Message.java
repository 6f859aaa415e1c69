package dev.herd.llama.chat;

import java.util.List;
import tools.jackson.databind.JsonNode;

/// One turn of a conversation.
public sealed interface Message {
    Role role();

    /// Something said, by anyone but a tool.
    record Text(Role role, String text) implements Message {
        public Text {
            if (role == Role.TOOL) {
                throw new IllegalArgumentException("what a tool says is a Result, not a Text");
            }
        }
    }

    /// What the assistant asked to have called.
    record Calls(List<ToolCall> calls) implements Message {
        public Calls {
            calls = List.copyOf(calls);
        }

        @Override
        public Role role() {
            return Role.ASSISTANT;
        }
    }

    /// What a tool gave back: a text or any JSON value.
    record Result(JsonNode content) implements Message {
        @Override
        public Role role() {
            return Role.TOOL;
        }
    }
}

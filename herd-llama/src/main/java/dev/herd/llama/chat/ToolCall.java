package dev.herd.llama.chat;

import tools.jackson.databind.node.ObjectNode;

/// What a model asks to have called.
public record ToolCall(String name, ObjectNode arguments) {
    public ToolCall {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a tool call needs the name of a tool");
        }
    }
}

package dev.herd.llama.chat;

/// Who speaks.
public enum Role {
    SYSTEM("system"),
    USER("user"),
    ASSISTANT("assistant"),
    /// The result of a tool.
    TOOL("ipython");

    private final String header;

    Role(String header) {
        this.header = header;
    }

    /// The word in the model's header.
    String header() {
        return header;
    }
}

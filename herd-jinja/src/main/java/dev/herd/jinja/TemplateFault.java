package dev.herd.jinja;

/// What is wrong in a template, or what it refuses.
final class TemplateFault extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int line;

    /// @param line from 1; less where it is not known
    TemplateFault(int line, String message) {
        super(message);
        this.line = line;
    }

    /// The message with the place.
    String at(String name) {
        return "template " + name + (line > 0 ? ", line " + line : "") + ": " + getMessage();
    }
}

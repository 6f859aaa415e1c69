package dev.herd.jinja;

import java.util.ArrayList;
import java.util.List;

/// A template taken apart, and put together again for Jinjava: white space is already cut as transformers has
/// it cut (`trim_blocks`, `lstrip_blocks`, signs at the marks), parentheses are spelled out ([Precedence]), and every
/// line that went away went into the block after it, so that blocks keep their lines.
final class TemplateSource {
    private final String source;
    private final List<Part> parts = new ArrayList<>();
    private final StringBuilder ready = new StringBuilder();
    /// Lines that went away since the last block.
    private int gone;

    /// A piece of the source as it is written.
    private sealed interface Part {
        String image();

        /// Whether a line feed after it goes, and blanks before it.
        default boolean ownLine() {
            return !(image().startsWith("{{") || this instanceof Text);
        }

        default boolean cutsBefore() {
            return image().startsWith("-", 2);
        }

        default boolean cutsAfter() {
            return image().startsWith("-", image().length() - 3);
        }

        default boolean keepsBefore() {
            return image().startsWith("+", 2);
        }

        default boolean keepsAfter() {
            return image().startsWith("+", image().length() - 3);
        }
    }

    private record Text(String image) implements Part {}

    private record Comment(String image) implements Part {}

    private record Code(String image, Block block) implements Part {}

    private TemplateSource(String source) {
        this.source = source;
    }

    static String ready(String source, Vetting vetting) {
        TemplateSource template = new TemplateSource(source.replace("\r\n", "\n"));
        template.takeApart();
        vetting.check(template.parts.stream()
                .filter(Code.class::isInstance)
                .map(part -> ((Code) part).block())
                .toList());
        for (int i = 0; i < template.parts.size(); i++) {
            template.put(i);
        }
        return template.ready.toString();
    }

    private void takeApart() {
        int line = 1;
        for (int at = 0; at < source.length(); ) {
            Part part = partAt(at, line);
            parts.add(part);
            line += lines(part.image());
            at += part.image().length();
        }
    }

    private Part partAt(int at, int line) {
        if (source.startsWith("{#", at)) {
            int end = source.indexOf("#}", at);
            if (end < 0) {
                throw new TemplateFault(line, "the comment has no end");
            }
            return new Comment(source.substring(at, end + 2));
        }
        if (source.startsWith("{{", at) || source.startsWith("{%", at)) {
            Block block = Block.read(source, at, line);
            return new Code(block.text(), block);
        }
        int end = at;
        while (end < source.length()
                && !(source.charAt(end) == '{'
                        && "{%#".indexOf(source.charAt(Math.min(end + 1, source.length() - 1))) >= 0)) {
            end++;
        }
        return new Text(source.substring(at, Math.max(end, at + 1)));
    }

    private void put(int index) {
        switch (parts.get(index)) {
            case Comment comment -> gone += lines(comment.image());
            case Code code -> {
                ready.append(Precedence.written(code.block()).unsigned()).insert(ready.length() - 2, "\n".repeat(gone));
                gone = 0;
            }
            case Text text -> {
                String kept = cut(text.image(), index);
                gone += lines(text.image()) - lines(kept);
                ready.append(kept);
            }
        }
    }

    private String cut(String text, int index) {
        String kept = text;
        boolean lineStarts = index == 0;
        if (index > 0) {
            Part before = parts.get(index - 1);
            if (before.cutsAfter()) {
                kept = kept.stripLeading();
            } else if (before.ownLine() && !before.keepsAfter() && kept.startsWith("\n")) {
                kept = kept.substring(1);
                lineStarts = true;
            }
        }
        if (index + 1 == parts.size()) {
            return kept.endsWith("\n") ? kept.substring(0, kept.length() - 1) : kept;
        }
        Part after = parts.get(index + 1);
        if (after.cutsBefore()) {
            return kept.stripTrailing();
        }
        int line = kept.lastIndexOf('\n') + 1;
        boolean blank = kept.substring(line).isBlank() && (line > 0 || lineStarts);
        return blank && after.ownLine() && !after.keepsBefore() ? kept.substring(0, line) : kept;
    }

    private static int lines(String text) {
        return (int) text.chars().filter(c -> c == '\n').count();
    }
}

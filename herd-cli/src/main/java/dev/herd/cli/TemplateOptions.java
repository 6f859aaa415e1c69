package dev.herd.cli;

import dev.herd.data.InputException;
import dev.herd.jinja.JinjaTemplate;
import dev.herd.llama.chat.ChatFormat;
import dev.herd.llama.chat.ChatTemplate;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How conversations are written for a model.
final class TemplateOptions {
    private static final String OWN = "auto";

    @Nullable
    @Option(
            names = "--format",
            description = "Write conversations as a model of Llama's does: ${COMPLETION-CANDIDATES}. Default: the"
                    + " template of a model that is not of the Llama 3 family, else what fits the weights.")
    private ChatFormat format;

    @Nullable
    @Option(
            names = "--template",
            paramLabel = "FILE",
            description = "Write conversations by a chat template in Jinja; auto for the one that the model carries.")
    private String template;

    /// The form that was asked for, or that the model carries and is another than the Llama 3 family's.
    ///
    /// **Throws** [InputException] for a template that cannot be used.
    Optional<ChatTemplate> chosen(Path model) {
        if (format != null && template != null) {
            throw new InputException("--format and --template exclude each other; give one");
        }
        if (format != null) {
            return Optional.of(format);
        }
        if (template == null) {
            return carried(model);
        }
        return Optional.of(JinjaTemplate.read(template.equals(OWN) ? model : file(template)));
    }

    private static Optional<ChatTemplate> carried(Path model) {
        try {
            return JinjaTemplate.ofOtherFamily(model).map(found -> found);
        } catch (InputException e) {
            throw new InputException(e.getMessage() + "; --format or --template takes another form", e);
        }
    }

    private static Path file(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new InputException("--template: " + e.getMessage(), e);
        }
    }
}

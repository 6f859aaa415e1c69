package dev.herd.jinja;

import dev.herd.data.InputException;
import dev.herd.llama.chat.ChatTemplate;
import dev.herd.llama.chat.Conversation;
import dev.herd.llama.tokenizer.MarkedText;
import dev.herd.llama.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// A chat template in Jinja, as transformers writes them for a model.
///
/// It sees `messages`, `tools`, `builtin_tools`, `tools_in_user_message`, `add_generation_prompt`, `bos_token`,
/// `eos_token`,
/// `date_string`, and the functions `raise_exception` and `strftime_now`; nothing else, no class of Java among it. Its
/// output and its time are bounded.
///
/// ```java
/// ChatTemplate template = JinjaTemplate.ofModel(path).orElseThrow();
/// int[] prompt = template.prompt(conversation, tokenizer);
/// ```
///
/// For any number of threads.
public final class JinjaTemplate implements ChatTemplate {
    private static final String LLAMA3_MARK = "<|start_header_id|>";

    private final String name;
    private final Sandbox sandbox;

    private JinjaTemplate(String name, Sandbox sandbox) {
        this.name = name;
        this.sandbox = sandbox;
    }

    /// A template from its text.
    ///
    /// @param name for messages, usually where it came from
    ///
    /// **Throws** [InputException] with the line of what is no Jinja, or nothing that is known here.
    public static JinjaTemplate of(String name, String source) {
        return of(name, source, Sandbox.LONGEST);
    }

    static JinjaTemplate of(String name, String source, Duration longest) {
        try {
            return new JinjaTemplate(name, Sandbox.of(source, longest));
        } catch (TemplateFault e) {
            throw new InputException(e.at(name), e);
        }
    }

    /// The template in a file, or the one of a model.
    ///
    /// **Throws** [InputException] when there is none.
    public static JinjaTemplate read(Path path) {
        return ofModel(path)
                .orElseThrow(() -> InputException.of(
                        path,
                        "holds no chat template; accepted are a file of Jinja, tokenizer_config.json, a .gguf file"
                                + " with tokenizer.chat_template, or a folder with chat_template.jinja or"
                                + " tokenizer_config.json"));
    }

    /// The template that a `.gguf` file or a model's folder carries, if it does.
    public static Optional<JinjaTemplate> ofModel(Path model) {
        return TemplateFile.read(model).map(JinjaTemplate::of);
    }

    /// The same, unless it writes the marks of the Llama 3 family, for which [ChatFormat] does it.
    public static Optional<JinjaTemplate> ofOtherFamily(Path model) {
        return TemplateFile.read(model)
                .filter(found -> !found.source().contains(LLAMA3_MARK))
                .map(JinjaTemplate::of);
    }

    private static JinjaTemplate of(TemplateFile found) {
        return of(found.name(), found.source());
    }

    @Override
    public int[] prompt(Conversation chat, Tokenizer tokenizer) {
        MarkedText marked = marked(chat, tokenizer);
        return marked.ids(written(chat, tokenizer, marked, true));
    }

    /// The prompt for people to read.
    ///
    /// @param answerNext whether the assistant speaks next
    public String text(Conversation chat, Tokenizer tokenizer, boolean answerNext) {
        MarkedText marked = marked(chat, tokenizer);
        return marked.readable(written(chat, tokenizer, marked, answerNext));
    }

    private static MarkedText marked(Conversation chat, Tokenizer tokenizer) {
        return MarkedText.around(chat.toString(), tokenizer);
    }

    private String written(Conversation chat, Tokenizer tokenizer, MarkedText marked, boolean answerNext) {
        try {
            return sandbox.render(new Variables(marked).of(chat, tokenizer, answerNext), chat.date());
        } catch (TemplateFault e) {
            throw new IllegalArgumentException(e.at(name), e);
        }
    }
}

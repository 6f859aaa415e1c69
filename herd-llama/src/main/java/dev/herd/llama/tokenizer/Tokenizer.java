package dev.herd.llama.tokenizer;

import dev.herd.llama.tokenizer.MarkFinder.Match;
import dev.herd.llama.tokenizer.TokenizerData.Algorithm;
import dev.herd.llama.tokenizer.TokenizerData.Marks;
import dev.herd.llama.weights.GgufWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;

/// Text to token ids and back, exactly as the model was trained with. For any number of threads.
///
/// Marks are tokens such as `<|eot_id|>` that structure what a model reads. Their names in a user's text
/// are text: [#encode] never makes a mark of them. [#encodeWithMarks] does, for prompts that a program
/// wrote.
///
/// ```java
/// Tokenizer tokenizer = Tokenizer.open(Path.of("tokenizer.model"));
/// int[] ids = tokenizer.encode("This is a test sentence.");
/// String text = tokenizer.decode(ids);
/// ```
public final class Tokenizer {
    private final TokenizerData data;
    private final Encoder encoder;
    private final boolean spacePrefix;
    private final MarkFinder alwaysTokens = new MarkFinder();
    private final MarkFinder allMarks = new MarkFinder();
    private final MarkFinder controlMarks = new MarkFinder();
    private final Map<String, Integer> ids = new HashMap<>();

    private Tokenizer(TokenizerData data) {
        this.data = data;
        this.encoder = switch (data.algorithm()) {
            case Algorithm.BytePairs rules -> new BytePairEncoder(data, rules);
            case Algorithm.SentencePiece rules -> new SentencePieceEncoder(data, rules);
        };
        this.spacePrefix = data.algorithm() instanceof Algorithm.SentencePiece rules && rules.spacePrefix();
        for (int id = 0; id < data.tokens().length; id++) {
            TokenType type = data.types()[id];
            if (type == TokenType.CONTROL || type == TokenType.UNKNOWN || type == TokenType.USER_DEFINED) {
                String name = new String(data.tokens()[id], StandardCharsets.UTF_8);
                ids.putIfAbsent(name, id);
                allMarks.add(name, id);
                if (type == TokenType.USER_DEFINED) {
                    alwaysTokens.add(name, id);
                } else {
                    controlMarks.add(name, id);
                }
            }
        }
    }

    /// A tokenizer over this vocabulary.
    public static Tokenizer of(TokenizerData data) {
        return new Tokenizer(data);
    }

    /// Reads the tokenizer of a model: a `.gguf` file, `tokenizer.model` of Llama 3 (base64 tokens with
    /// ranks), `tokenizer.json`, or a folder with one of the latter two.
    ///
    /// **Throws** [InputException] naming the file, what was found and what is accepted.
    public static Tokenizer open(Path file) {
        return of(TokenizerFile.read(file));
    }

    /// Tells a GGUF file all it needs to make the same ids of the same texts.
    ///
    /// **Throws** `IllegalArgumentException` for rules that such a file has no words for.
    public void describe(GgufWriter file) {
        GgufVocabularyWriter.write(data, file);
    }

    /// The ids of a text, nothing added, names of marks taken as text.
    public int[] encode(String text) {
        return encode(text, alwaysTokens, "");
    }

    /// The ids of a text in which names of marks stand for the marks.
    public int[] encodeWithMarks(String text) {
        return encodeWithMarks(text, "");
    }

    /// The same, where the texts between the marks are read without `breaker`.
    int[] encodeWithMarks(String text, String breaker) {
        return encode(text, allMarks, breaker);
    }

    /// Finds the names that [#encode] takes as text and [#encodeWithMarks] as marks.
    MarkFinder controlMarks() {
        return controlMarks;
    }

    /// These ids with the start and end marks that the model wants around a text.
    public int[] framed(int... ids) {
        Marks marks = data.marks();
        IdList framed = new IdList();
        if (marks.addStart()) {
            framed.add(marks.start());
        }
        for (int id : ids) {
            framed.add(id);
        }
        if (marks.addEnd()) {
            framed.add(marks.end());
        }
        return framed.toArray();
    }

    /// The text of ids, marks left out.
    public String decode(int... ids) {
        return decode(detokenizer(), ids);
    }

    /// The text of ids, marks written as their names.
    public String decodeWithMarks(int... ids) {
        return decode(new Detokenizer(this, true, spacePrefix), ids);
    }

    /// Decodes a sequence from its beginning, one id at a time, marks left out.
    public Detokenizer detokenizer() {
        return new Detokenizer(this, false, spacePrefix);
    }

    /// Decodes what follows other text, for example a prompt, one id at a time, marks left out.
    public Detokenizer continuation() {
        return new Detokenizer(this, false, false);
    }

    /// The id of a mark by its name.
    public OptionalInt mark(String name) {
        Integer id = ids.get(name);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /// How many ids there are.
    public int vocabulary() {
        return data.tokens().length;
    }

    /// The ids with a meaning of their own.
    public Marks marks() {
        return data.marks();
    }

    public TokenType type(int id) {
        return data.types()[Objects.checkIndex(id, vocabulary())];
    }

    /// What an id stands for, as UTF-8 bytes that need not be whole characters; for marks their name.
    public byte[] bytes(int id) {
        return data.tokens()[Objects.checkIndex(id, vocabulary())].clone();
    }

    private int[] encode(String text, MarkFinder finder, String breaker) {
        IdList out = new IdList();
        boolean opening = true;
        for (int at = 0; at < text.length(); ) {
            Match mark = finder.find(text, at);
            if (mark.start() > at) {
                String part = text.substring(at, mark.start());
                encoder.encode(breaker.isEmpty() ? part : part.replace(breaker, ""), opening, out);
                opening = false;
            }
            if (mark.end() > mark.start()) {
                out.add(mark.id());
                opening = true;
            }
            at = mark.end();
        }
        return out.toArray();
    }

    private static String decode(Detokenizer detokenizer, int... ids) {
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(detokenizer.append(id));
        }
        return text.append(detokenizer.finish()).toString();
    }
}

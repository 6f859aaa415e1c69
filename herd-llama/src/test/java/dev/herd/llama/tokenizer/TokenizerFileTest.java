package dev.herd.llama.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class TokenizerFileTest {
    private static final String LLAMA3 =
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    @TempDir
    private Path folder;

    @Test
    void aRankFileIsFollowedByTheMarks() throws IOException {
        Path file = Files.writeString(folder.resolve("tokenizer.model"), ranks(256) + line("ab", 256));
        Tokenizer tokenizer = Tokenizer.open(folder);
        assertThat(tokenizer.vocabulary()).isEqualTo(257 + 256);
        assertThat(tokenizer.encode("ab")).containsExactly(256);
        assertThat(tokenizer.encodeWithMarks("<|eot_id|><|python_tag|>")).containsExactly(257 + 9, 257 + 10);
        assertThat(tokenizer.mark("<|reserved_special_token_2|>")).hasValue(257 + 11);
        assertThat(tokenizer.mark("<|reserved_special_token_246|>")).hasValue(257 + 255);
        Files.writeString(file, ranks(3) + "QQ== 7\n");
        assertThatThrownBy(() -> Tokenizer.open(file))
                .isInstanceOf(InputException.class)
                .hasMessage(file + ":4:1: expected a token in base64, a space and the rank 3, found 'QQ== 7'");
    }

    @Test
    void aTokenizerJsonGivesTheSameIdsAsTheRanksItCameFrom() throws IOException {
        Path file = write(json());
        Tokenizer tokenizer = Tokenizer.open(file);
        assertThat(tokenizer.encode("ab abc")).containsExactly(256, 32, 257);
        assertThat(tokenizer.encodeWithMarks("a<|eot_id|>")).containsExactly('a', 259);
        assertThat(tokenizer.framed('a')).containsExactly(258, 'a');
        assertThat(tokenizer.marks().stops()).containsExactly(259);
    }

    @Test
    void stepsThatAreNotKnownAreRefused() throws IOException {
        ObjectNode normalizing = json();
        normalizing.putObject("normalizer").put("type", "NFC");
        Path file = write(normalizing);
        assertThatThrownBy(() -> Tokenizer.open(file)).hasMessage(file + ": normalizer is \"NFC\"; supported is none");
        ObjectNode splitting = json();
        ((ObjectNode) splitting.at("/pre_tokenizer/pretokenizers/0/pattern")).put("Regex", "\\d");
        write(splitting);
        assertThatThrownBy(() -> Tokenizer.open(file))
                .hasMessage(file + ": pre_tokenizer splits at '\\d' (Isolated); supported are the expressions of"
                        + " [LLAMA3, QWEN2, GPT2], Isolated");
    }

    @Test
    void otherFilesAreRefusedWithWhatIsAccepted() throws IOException {
        Path file = Files.writeString(folder.resolve("notes.txt"), "# notes");
        assertThatThrownBy(() -> Tokenizer.open(file))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(file + ": is no tokenizer that Herd reads; accepted are");
        assertThatThrownBy(() -> Tokenizer.open(folder))
                .hasMessageStartingWith(folder + ": holds neither tokenizer.json nor tokenizer.model");
        Path absent = folder.resolve("absent");
        assertThatThrownBy(() -> Tokenizer.open(absent)).hasMessageStartingWith(absent + ": cannot be read");
    }

    private Path write(ObjectNode json) throws IOException {
        return Files.writeString(folder.resolve("tokenizer.json"), json.toString());
    }

    /// Bytes 0 to 255, `ab`, `abc`, a start and an end mark, in the shape of Llama 3's file.
    private static ObjectNode json() {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        ObjectNode added = root.putArray("added_tokens").addObject();
        added.put("id", 258).put("content", "<|begin_of_text|>").put("special", true);
        ObjectNode end = root.withArray("added_tokens").addObject();
        end.put("id", 259).put("content", "<|eot_id|>").put("special", true);
        ObjectNode steps = root.putObject("pre_tokenizer").put("type", "Sequence");
        ObjectNode split = steps.putArray("pretokenizers").addObject().put("type", "Split");
        split.put("behavior", "Isolated").putObject("pattern").put("Regex", LLAMA3);
        steps.withArray("pretokenizers").addObject().put("type", "ByteLevel").put("use_regex", false);
        ObjectNode processor = root.putObject("post_processor").put("type", "TemplateProcessing");
        processor.putArray("single").addObject().putObject("SpecialToken").put("id", "<|begin_of_text|>");
        ObjectNode model = root.putObject("model").put("type", "BPE").put("ignore_merges", true);
        ObjectNode vocabulary = model.putObject("vocab");
        for (int value = 0; value < 256; value++) {
            vocabulary.put(ByteLevel.spelling(new byte[] {(byte) value}), value);
        }
        vocabulary.put("ab", 256).put("abc", 257);
        model.putArray("merges").add("a b").add("ab c");
        return root;
    }

    private static String ranks(int count) {
        return IntStream.range(0, count)
                .mapToObj(value -> line(Character.toString(value), value))
                .collect(Collectors.joining());
    }

    private static String line(String text, int rank) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return Base64.getEncoder().encodeToString(bytes) + " " + rank + "\n";
    }

    @Test
    void theByteAlphabetGoesBothWays() {
        for (int value = 0; value < 256; value++) {
            byte[] bytes = {(byte) value};
            assertThat(ByteLevel.bytes(ByteLevel.spelling(bytes))).isEqualTo(bytes);
        }
        assertThat(List.of(ByteLevel.spelling(new byte[] {' '}), ByteLevel.spelling(new byte[] {'\n'})))
                .containsExactly("\u0120", "\u010A");
    }
}

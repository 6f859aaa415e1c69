package dev.herd.llama.tokenizer;

import dev.herd.data.InputException;
import dev.herd.llama.weights.GgufFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// The files that hold a tokenizer, told apart by what they begin with.
final class TokenizerFile {
    private static final String ACCEPTED = "accepted are Llama 3's tokenizer.model (lines of base64 and a rank), a"
            + " tokenizer.json, a .gguf file with its vocabulary, and a folder with one of the first two";
    private static final byte[] GGUF = {'G', 'G', 'U', 'F'};

    private TokenizerFile() {}

    static TokenizerData read(Path path) {
        if (Files.isDirectory(path)) {
            return read(inFolder(path));
        }
        byte[] start = start(path);
        if (Arrays.equals(start, GGUF)) {
            try (GgufFile file = GgufFile.open(path)) {
                return GgufVocabulary.read(file.metadata());
            }
        }
        int first = start.length == 0 ? -1 : start[0];
        try {
            if (first == '{') {
                return TokenizerJson.read(path, bytes(path));
            }
            if (Character.isLetterOrDigit(first) || first == '+' || first == '/') {
                return RankFile.read(path, bytes(path));
            }
        } catch (IllegalArgumentException e) {
            throw new InputException(path + ": " + e.getMessage(), e);
        }
        throw InputException.of(path, "is no tokenizer that Herd reads; " + ACCEPTED);
    }

    private static Path inFolder(Path folder) {
        for (String name : List.of("tokenizer.json", "tokenizer.model")) {
            if (Files.isRegularFile(folder.resolve(name))) {
                return folder.resolve(name);
            }
        }
        throw InputException.of(folder, "holds neither tokenizer.json nor tokenizer.model; " + ACCEPTED);
    }

    private static byte[] start(Path file) {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(GGUF.length);
        } catch (IOException e) {
            throw new InputException(file + ": cannot be read: " + e + "; " + ACCEPTED, e);
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new InputException(file + ": cannot be read: " + e, e);
        }
    }
}

package dev.herd.serve.llm;

import dev.herd.llama.Embedding;
import dev.herd.llama.Pooling;
import dev.herd.llama.batching.RefusedException;
import dev.herd.serve.llm.Wire.EmbeddingList;
import dev.herd.serve.llm.Wire.EmbeddingUsage;
import dev.herd.serve.llm.Wire.Vector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import tools.jackson.databind.JsonNode;

/// The body of `/v1/embeddings`.
///
/// @param base64 whether vectors are written as the bytes of their little-endian fp32 numbers
record EmbeddingQuestion(List<int[]> texts, Pooling pooling, boolean base64) {
    private static final int MOST = 2048;
    private static final Set<String> READ = Set.of("model", "input", "encoding_format", "pooling");

    static EmbeddingQuestion parse(Fields fields, ServedModel model) {
        if (fields.value("dimensions").isPresent()) {
            throw Problem.with(
                    "dimensions", "cannot be chosen: this model was not trained to have its vectors cut short");
        }
        fields.known(READ, Settings.IGNORED);
        String format = fields.text("encoding_format").orElse("float");
        if (!format.equals("float") && !format.equals("base64")) {
            throw Problem.with("encoding_format", "must be float or base64, got '" + format + "'");
        }
        return new EmbeddingQuestion(inputs(fields, model), pooling(fields), format.equals("base64"));
    }

    private static Pooling pooling(Fields fields) {
        String name = fields.text("pooling").orElse(Pooling.MEAN.label());
        for (Pooling pooling : Pooling.values()) {
            if (pooling.label().equals(name.toLowerCase(Locale.ROOT))) {
                return pooling;
            }
        }
        throw Problem.with("pooling", "must be mean or last, got '" + name + "'");
    }

    /// A text, a list of texts, a list of tokens, or a list of these.
    private static List<int[]> inputs(Fields fields, ServedModel model) {
        JsonNode given = fields.value("input").orElseThrow(EmbeddingQuestion::noInput);
        boolean single = given.isString() || given.isArray() && given.path(0).isIntegralNumber();
        if (!single && (!given.isArray() || given.isEmpty())) {
            throw noInput();
        }
        if (!single && given.size() > MOST) {
            throw Problem.with("input", "can have " + MOST + " texts, got " + given.size());
        }
        List<int[]> texts = new ArrayList<>();
        if (single) {
            texts.add(tokens("input", given, model));
        } else {
            for (JsonNode each : given) {
                texts.add(tokens("input[" + texts.size() + "]", each, model));
            }
        }
        return texts;
    }

    private static Problem noInput() {
        return Problem.with("input", "must be a string, a list of strings, a list of tokens or a list of such lists");
    }

    private static int[] tokens(String at, JsonNode given, ServedModel model) {
        int[] tokens = given.isString()
                ? model.tokenizer().framed(model.tokenizer().encode(given.asString()))
                : TextQuestion.tokens(at, given, model, "texts and tokens cannot be mixed in a list");
        if (tokens.length == 0) {
            throw Problem.with(at, "must not be empty");
        }
        return tokens;
    }

    EmbeddingList answer(ServedModel model) throws InterruptedException {
        List<CompletableFuture<Embedding>> asked = new ArrayList<>();
        try {
            for (int[] tokens : texts) {
                asked.add(model.batcher().embed(tokens, pooling));
            }
            List<Vector> vectors = new ArrayList<>();
            int read = 0;
            for (CompletableFuture<Embedding> each : asked) {
                Embedding embedding = each.get();
                vectors.add(new Vector("embedding", vectors.size(), written(embedding.vector())));
                read += embedding.tokens();
            }
            return new EmbeddingList("list", vectors, model.name(), new EmbeddingUsage(read, read));
        } catch (RefusedException e) {
            throw Problem.of(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a text could not be read: " + e.getCause(), e);
        } finally {
            asked.forEach(each -> each.cancel(false));
        }
    }

    private Object written(float[] vector) {
        if (!base64) {
            return vector;
        }
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}

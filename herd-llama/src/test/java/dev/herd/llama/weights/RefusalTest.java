package dev.herd.llama.weights;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusalTest {
    @TempDir
    private Path folder;

    @Test
    void typesThatAreNotReadAreNamedWithTheirTensor() throws IOException {
        refuse(tensors("x", 23, 0, 256), "tensor x is of type IQ4_XS, which is not read; read are F32, F16, BF16");
        refuse(tensors("x", 77, 0, 256), "tensor x is of unknown type 77");
    }

    @Test
    void tensorsLieWithinTheFileAndApart() throws IOException {
        refuse(tensors("x", 0, 64, 256), "tensor x of type F32 and shape [256] takes 1024 bytes from 64 of the data");
        refuse(tensors("x", 0, 7, 8), "starts at 7 in the data, which is not a multiple of the alignment 32");
        refuse(tensors("x", 8, 0, 48), "a row of 48 numbers is not made of whole Q8_0 blocks of 32");
        GgufBytes twice = new GgufBytes().header(3, 2, 0).tensor("x", 0, 0, 16).tensor("y", 0, 32, 16);
        refuse(twice.align().zeros(1024), "tensor y overlaps tensor x: both claim byte 32 of the data");
        GgufBytes same = new GgufBytes().header(3, 2, 0).tensor("x", 0, 0, 8).tensor("x", 0, 32, 8);
        refuse(same.align().zeros(1024), "a second tensor x");
    }

    @Test
    void headersOfOtherKindsAreExplained() throws IOException {
        refuse(new GgufBytes().header(1, 0, 0), "is of GGUF version 1; versions 2 and 3 are read");
        refuse(new GgufBytes().header(3 << 24, 0, 0), "is a big-endian GGUF file");
        refuse(new GgufBytes().header(3, 1L << 40, 0), "the number of tensors is 1099511627776, which needs at least");
        refuse(new GgufBytes().header(3, 0, 0).zeros(8), "metadata general.architecture is missing");
        GgufBytes other = new GgufBytes().header(3, 0, 1).text("general.architecture", "gemma\u0007");
        refuse(other, "is \"gemma?\"; only models of the architecture \"llama\" are read");
    }

    @Test
    void everythingMissingMisshapedOrUnknownIsToldAtOnce() throws IOException {
        GgufBytes file = new GgufBytes().header(3, 3, 8).text("general.architecture", "llama");
        file.whole("llama.block_count", 1).whole("llama.embedding_length", 32).whole("llama.vocab_size", 8);
        file.whole("llama.feed_forward_length", 64).whole("llama.attention.head_count", 2);
        file.whole("llama.context_length", 128).real("llama.attention.layer_norm_rms_epsilon", 1e-5f);
        file.tensor("token_embd.weight", 0, 0, 8, 32).tensor("blk.0.attn_q.weight", 0, 1024, 16, 32);
        file.tensor("blk.0.attn_q.bias", 0, 4096, 32).align().zeros(4096 + 128);
        refuse(file, """
                the tensors are not those of the model its configuration describes:
                  blk.0.attn_norm.weight is missing, expected shape [32]
                  blk.0.attn_q.weight has shape [16, 32], expected [32, 32]
                  blk.0.attn_k.weight is missing, expected shape [32, 32]""");
        refuse(file, "blk.0.attn_q.bias [32] is not a tensor of the Llama architecture");
    }

    @Test
    void anIndexDoesNotLeadOutOfItsFolder() throws IOException {
        Files.writeString(folder.resolve("config.json"), """
                {"model_type":"llama","num_hidden_layers":1,"hidden_size":32,"intermediate_size":64,
                "num_attention_heads":2,"vocab_size":8,"max_position_embeddings":128}""");
        Path index = folder.resolve("model.safetensors.index.json");
        Files.writeString(index, "{\"weight_map\":{\"a\":\"../other.safetensors\"}}");
        assertThatThrownBy(() -> WeightFile.open(folder))
                .isInstanceOf(InputException.class)
                .hasMessage(index + ": weight_map names the file \"../other.safetensors\"; only .safetensors files "
                        + "beside it are read");
    }

    private static GgufBytes tensors(String name, int type, long offset, long... shape) {
        return new GgufBytes()
                .header(3, 1, 0)
                .tensor(name, type, offset, shape)
                .align()
                .zeros(1024);
    }

    private void refuse(GgufBytes bytes, String message) throws IOException {
        Path file = Files.write(folder.resolve("model.gguf"), bytes.bytes());
        assertThatThrownBy(() -> WeightFile.open(file))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(message);
    }
}

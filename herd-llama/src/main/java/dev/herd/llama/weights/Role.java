package dev.herd.llama.weights;

/// What a tensor does in the model, with its names in the two kinds of files and its shape.
public enum Role {
    TOKEN_EMBEDDING("token_embd.weight", "model.embed_tokens.weight"),
    ATTENTION_NORM("blk.%d.attn_norm.weight", "model.layers.%d.input_layernorm.weight"),
    QUERY("blk.%d.attn_q.weight", "model.layers.%d.self_attn.q_proj.weight"),
    KEY("blk.%d.attn_k.weight", "model.layers.%d.self_attn.k_proj.weight"),
    VALUE("blk.%d.attn_v.weight", "model.layers.%d.self_attn.v_proj.weight"),
    ATTENTION_OUTPUT("blk.%d.attn_output.weight", "model.layers.%d.self_attn.o_proj.weight"),
    FFN_NORM("blk.%d.ffn_norm.weight", "model.layers.%d.post_attention_layernorm.weight"),
    GATE("blk.%d.ffn_gate.weight", "model.layers.%d.mlp.gate_proj.weight"),
    UP("blk.%d.ffn_up.weight", "model.layers.%d.mlp.up_proj.weight"),
    DOWN("blk.%d.ffn_down.weight", "model.layers.%d.mlp.down_proj.weight"),
    OUTPUT_NORM("output_norm.weight", "model.norm.weight"),
    OUTPUT("output.weight", "lm_head.weight");

    private final String gguf;
    private final String huggingFace;

    Role(String gguf, String huggingFace) {
        this.gguf = gguf;
        this.huggingFace = huggingFace;
    }

    /// Whether every layer has one.
    public boolean perLayer() {
        return gguf.contains("%d");
    }

    /// Its name in a GGUF file; the layer is ignored where there is one for the whole model.
    public String ggufName(int layer) {
        return gguf.replace("%d", Integer.toString(layer));
    }

    /// Its name in a Hugging Face file.
    public String huggingFaceName(int layer) {
        return huggingFace.replace("%d", Integer.toString(layer));
    }

    /// The shape it must have, outermost first: matrices are `[out, in]`.
    public long[] shape(LlamaConfig config) {
        return switch (this) {
            case TOKEN_EMBEDDING, OUTPUT -> new long[] {config.vocabulary(), config.width()};
            case ATTENTION_NORM, FFN_NORM, OUTPUT_NORM -> new long[] {config.width()};
            case QUERY -> new long[] {config.queryWidth(), config.width()};
            case KEY, VALUE -> new long[] {config.kvWidth(), config.width()};
            case ATTENTION_OUTPUT -> new long[] {config.width(), config.queryWidth()};
            case GATE, UP -> new long[] {config.hidden(), config.width()};
            case DOWN -> new long[] {config.width(), config.hidden()};
        };
    }
}

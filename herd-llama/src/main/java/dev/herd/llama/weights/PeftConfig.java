package dev.herd.llama.weights;

import dev.herd.data.InputException;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// The `adapter_config.json` of a folder that PEFT wrote.
///
/// @param rank `r`
/// @param byRoot whether the product is scaled by `alpha` over the root of the rank
record PeftConfig(Path file, int rank, double alpha, boolean byRoot) {
    /// Settings under which an adapter is something else than a product added to matrices.
    private static final List<String> REFUSED = List.of(
            "use_dora",
            "fan_in_fan_out",
            "modules_to_save",
            "alpha_pattern",
            "rank_pattern",
            "lora_bias",
            "megatron_config");

    static PeftConfig read(Path file) {
        JsonNode json = Json.read(file);
        String type = json.path("peft_type").asString("");
        if (!type.equals("LORA")) {
            throw InputException.of(file, "peft_type is \"" + Excerpt.of(type) + "\"; only LORA is read");
        }
        String bias = json.path("bias").asString("none");
        if (!bias.equals("none")) {
            throw InputException.of(file, "bias is \"" + Excerpt.of(bias) + "\"; only adapters without are read");
        }
        for (String key : REFUSED) {
            JsonNode value = json.path(key);
            boolean unset = value.isMissingNode()
                    || value.isNull()
                    || value.isBoolean() && !value.booleanValue()
                    || value.isContainer() && value.isEmpty();
            if (!unset) {
                throw InputException.of(file, key + " is " + Excerpt.of(value.toString()) + ", which is not read");
            }
        }
        int rank = (int) number(file, json, "r");
        return new PeftConfig(
                file,
                rank,
                number(file, json, "lora_alpha"),
                json.path("use_rslora").asBoolean(false));
    }

    private static double number(Path file, JsonNode json, String key) {
        JsonNode value = json.path(key);
        if (!value.isNumber() || !(value.doubleValue() > 0)) {
            throw InputException.of(file, key + " must be a positive number, found " + Excerpt.of(value.toString()));
        }
        return value.doubleValue();
    }

    /// What a product of this rank is scaled by.
    ///
    /// **Throws** [InputException] where that is not the rank of the configuration.
    double scale(int found) {
        if (found != rank) {
            throw InputException.of(file, "r is " + rank + ", but there are tensors of rank " + found);
        }
        return alpha / (byRoot ? Math.sqrt(rank) : rank);
    }
}

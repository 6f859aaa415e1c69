package dev.herd.langchain4j;

import dev.herd.llama.chat.ToolSyntax;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.internal.JsonSchemaElementUtils;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// LangChain4j's descriptions of JSON as JSON schemas.
final class Schemas {
    private static final JsonMapper JSON = JsonMapper.shared();

    private Schemas() {}

    static JsonNode schema(JsonSchemaElement element) {
        return JSON.valueToTree(JsonSchemaElementUtils.toMap(element));
    }

    /// The schema of a tool's arguments; of an object without any where it names none.
    static JsonNode parameters(ToolSpecification tool) {
        return tool.parameters() == null ? ToolSyntax.noParameters() : schema(tool.parameters());
    }

    /// `{"type": "function", "function": {"name", "description", "parameters"}}`.
    static JsonNode definition(ToolSpecification tool) {
        ObjectNode function = JSON.createObjectNode().put("name", tool.name());
        if (tool.description() != null) {
            function.put("description", tool.description());
        }
        function.set("parameters", parameters(tool));
        ObjectNode definition = JSON.createObjectNode().put("type", "function");
        definition.set("function", function);
        return definition;
    }
}

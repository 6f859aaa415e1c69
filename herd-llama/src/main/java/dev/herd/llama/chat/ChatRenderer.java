package dev.herd.llama.chat;

import dev.herd.llama.chat.Conversation.ToolPlace;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Writes a conversation in the form a model was trained on, as the published templates of the models do.
public final class ChatRenderer {
    private static final String CALL_FORM = "Respond in the format {\"name\": function name, \"parameters\":"
            + " dictionary of argument name and its value}.Do not use variables.\n\n";
    private static final String TOOLS_FOR_SYSTEM = "You have access to the following functions. To call a function,"
            + " please respond with JSON for a function call." + CALL_FORM;
    private static final String TOOLS_FOR_USER = "Given the following functions, please respond with a JSON for a"
            + " function call with its proper arguments that best answers the given prompt.\n\n" + CALL_FORM;

    private static final int INDENT = 4;

    private final ChatFormat format;
    private final Conversation chat;
    private final Prompt prompt = new Prompt();

    private ChatRenderer(ChatFormat format, Conversation chat) {
        this.format = format;
        this.chat = chat;
    }

    /// The prompt after which the assistant speaks.
    ///
    /// **Throws** IllegalArgumentException for what the format cannot say.
    public static Prompt prompt(ChatFormat format, Conversation chat) {
        ChatRenderer renderer = new ChatRenderer(format, chat);
        renderer.write();
        return renderer.header(Role.ASSISTANT);
    }

    /// The conversation alone, ending where the last turn does.
    public static Prompt transcript(ChatFormat format, Conversation chat) {
        ChatRenderer renderer = new ChatRenderer(format, chat);
        renderer.write();
        return renderer.prompt;
    }

    private void write() {
        prompt.mark("<|begin_of_text|>");
        List<Message> messages = chat.messages();
        if (format != ChatFormat.LLAMA3) {
            String instructions = "";
            if (!messages.isEmpty()
                    && messages.getFirst() instanceof Message.Text(Role role, String text)
                    && role == Role.SYSTEM) {
                instructions = PythonText.stripped(text);
                messages = messages.subList(1, messages.size());
            }
            writeSystem(instructions);
            if (!chat.tools().isEmpty() && chat.toolPlace() == ToolPlace.FIRST_USER_MESSAGE) {
                messages = writeToolsAndFirst(messages);
            }
        } else if (!chat.tools().isEmpty() || !chat.builtInTools().isEmpty()) {
            throw new IllegalArgumentException("Llama 3 has no form for tools; Llama 3.1 and later have");
        }
        messages.forEach(this::writeMessage);
    }

    private void writeSystem(String instructions) {
        header(Role.SYSTEM);
        if (builtIns() || !chat.tools().isEmpty()) {
            prompt.text("Environment: ipython\n");
        }
        if (builtIns()) {
            List<String> named = chat.builtInTools().stream()
                    .filter(name -> !name.equals(ToolSyntax.CODE_INTERPRETER))
                    .toList();
            prompt.text("Tools: " + String.join(", ", named) + "\n\n");
        }
        prompt.text("Cutting Knowledge Date: December 2023\nToday Date: " + chat.date() + "\n\n");
        if (chat.toolPlace() == ToolPlace.SYSTEM_MESSAGE && !chat.tools().isEmpty()) {
            prompt.text(TOOLS_FOR_SYSTEM);
            writeTools();
        }
        prompt.text(instructions).mark("<|eot_id|>");
    }

    private List<Message> writeToolsAndFirst(List<Message> messages) {
        if (messages.isEmpty() || !(messages.getFirst() instanceof Message.Text first)) {
            throw new IllegalArgumentException("tools shall stand in the first user message, but there is none;"
                    + " add one, or place them in the system message");
        }
        header(Role.USER).text(TOOLS_FOR_USER);
        writeTools();
        prompt.text(PythonText.stripped(first.text())).mark("<|eot_id|>");
        return messages.subList(1, messages.size());
    }

    private void writeTools() {
        for (JsonNode tool : chat.tools()) {
            prompt.text(PythonJson.indented(tool, INDENT) + "\n\n");
        }
    }

    private void writeMessage(Message message) {
        header(message.role());
        switch (message) {
            case Message.Text said ->
                prompt.text(PythonText.stripped(said.text())).mark("<|eot_id|>");
            case Message.Calls calls -> writeCall(calls.calls());
            case Message.Result result ->
                prompt.text(PythonJson.compact(result.content())).mark("<|eot_id|>");
        }
    }

    private void writeCall(List<ToolCall> calls) {
        if (calls.size() != 1) {
            throw new IllegalArgumentException(
                    "a message has " + calls.size() + " tool calls; these models make one at a time");
        }
        ToolCall call = calls.getFirst();
        boolean builtIn = builtIns() && chat.builtInTools().contains(call.name());
        ToolSyntax syntax = !builtIn
                ? ToolSyntax.JSON
                : call.name().equals(ToolSyntax.CODE_INTERPRETER) ? ToolSyntax.CODE : ToolSyntax.BUILT_IN;
        if (builtIn) {
            prompt.mark("<|python_tag|>");
        }
        prompt.text(syntax.write(call));
        prompt.mark(builtIns() ? "<|eom_id|>" : "<|eot_id|>");
    }

    private boolean builtIns() {
        return format == ChatFormat.LLAMA31 && !chat.builtInTools().isEmpty();
    }

    private Prompt header(Role role) {
        return prompt.mark("<|start_header_id|>")
                .text(role.header())
                .mark("<|end_header_id|>")
                .text("\n\n");
    }
}

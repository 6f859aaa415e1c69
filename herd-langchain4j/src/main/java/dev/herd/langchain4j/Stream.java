package dev.herd.langchain4j;

import dev.herd.llama.Completion;
import dev.herd.llama.chat.AnswerReader;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import java.util.List;

/// An answer told piece by piece, calls when they are whole.
final class Stream implements StreamingHandle {
    private final StreamingChatResponseHandler handler;
    private final Exchange exchange;
    private final AnswerReader reader;
    private volatile boolean cancelled;

    Stream(StreamingChatResponseHandler handler, Exchange exchange) {
        this.handler = handler;
        this.exchange = exchange;
        reader = new AnswerReader(exchange.tools());
    }

    /// Tells what is certain and returns whether more is wanted.
    boolean tell(String piece) {
        say(reader.append(piece));
        return !cancelled;
    }

    private void say(String text) {
        if (!text.isEmpty()) {
            handler.onPartialResponse(new PartialResponse(text), new PartialResponseContext(this));
        }
    }

    void end(Completion completion) {
        if (cancelled) {
            return;
        }
        AnswerReader.Ending ending = reader.finish();
        say(ending.rest());
        ChatResponse response = exchange.response(completion, ending);
        List<ToolExecutionRequest> calls = response.aiMessage().toolExecutionRequests();
        for (int i = 0; i < calls.size(); i++) {
            handler.onCompleteToolCall(new CompleteToolCall(i, calls.get(i)));
        }
        handler.onCompleteResponse(response);
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }
}

package dev.herd.langchain4j;

import dev.herd.llama.ChatSession;
import dev.herd.llama.Completion;
import dev.herd.llama.Llama;
import dev.herd.llama.chat.AnswerReader;
import dev.herd.llama.chat.ChatTemplate;
import dev.herd.llama.chat.Conversation;
import dev.herd.llama.grammar.TokenList;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// A Llama model as LangChain4j's `ChatModel` and `StreamingChatModel`.
///
/// ```java
/// try (Llama llama = Llama.open(path);
///         HerdChatModel model = HerdChatModel.of(llama, "llama")) {
///     System.out.println(model.chat("Hello"));
/// }
/// ```
///
/// Parameters that a request leaves open are those of the model's distribution: temperature 1, no limits; up to
/// 1,024 tokens. Tools and response formats with a schema are enforced by the grammar where they must be met
/// (`ToolChoice.REQUIRED`, `ResponseFormat`), and a schema that cannot be is refused. What was computed for one request
/// is kept for the next one that begins the same.
///
/// For any number of threads, which take turns. While it is open nobody else may use the model.
///
/// **Owner**: who makes it closes it, before the model.
public final class HerdChatModel implements ChatModel, StreamingChatModel, AutoCloseable {
    private final Llama llama;
    private final String name;
    private final ChatTemplate template;
    private final ChatRequestParameters defaults;
    private final ChatSession session;
    private final TokenList tokens;

    private HerdChatModel(Llama llama, String name, ChatTemplate template, ChatRequestParameters defaults) {
        this.llama = llama;
        this.name = name;
        this.template = template;
        this.defaults = defaults;
        tokens = TokenList.of(llama.tokenizer());
        session = llama.session();
    }

    /// A model that writes conversations as its weights tell.
    ///
    /// @param name for responses
    public static HerdChatModel of(Llama llama, String name) {
        return of(
                llama, name, llama.chatFormat(), ChatRequestParameters.builder().build());
    }

    /// @param defaults for what requests leave open
    public static HerdChatModel of(Llama llama, String name, ChatTemplate template, ChatRequestParameters defaults) {
        return new HerdChatModel(llama, name, template, defaults);
    }

    @Override
    public ChatResponse doChat(ChatRequest request) {
        Exchange exchange = exchange(request);
        return exchange.response(answer(exchange, _ -> true), new AnswerReader(exchange.tools()));
    }

    /// Answers in a thread of its own.
    @Override
    public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
        Thread.ofPlatform().name("herd-chat").daemon().start(() -> stream(request, handler));
    }

    private void stream(ChatRequest request, StreamingChatResponseHandler handler) {
        try {
            Exchange exchange = exchange(request);
            Stream stream = new Stream(handler, exchange);
            Completion completion = answer(exchange, stream::tell);
            stream.end(completion);
        } catch (RuntimeException e) {
            handler.onError(e);
        }
    }

    private Exchange exchange(ChatRequest request) {
        return Exchange.of(request, name, Conversation.today(), tokens);
    }

    private synchronized Completion answer(Exchange exchange, Predicate<String> listener) {
        return session.answer(template, exchange.chat(), exchange.request(), listener);
    }

    @Override
    public ChatRequestParameters defaultRequestParameters() {
        return defaults;
    }

    @Override
    public List<ChatModelListener> listeners() {
        return List.of();
    }

    @Override
    public ModelProvider provider() {
        return ModelProvider.OTHER;
    }

    @Override
    public Set<Capability> supportedCapabilities() {
        return Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
    }

    @Override
    public synchronized void close() {
        session.close();
    }
}

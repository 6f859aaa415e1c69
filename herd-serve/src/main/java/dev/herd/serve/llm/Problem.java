package dev.herd.serve.llm;

import dev.herd.llama.batching.RefusedException;
import org.jspecify.annotations.Nullable;

/// A request that gets an error for an answer.
final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Kind kind;

    @Nullable
    private final String parameter;

    /// The errors there are: HTTP status, and type and code as clients know them.
    enum Kind {
        BAD_REQUEST(400, "invalid_request_error", null),
        CONTEXT_EXCEEDED(400, "invalid_request_error", "context_length_exceeded"),
        NOT_FOUND(404, "invalid_request_error", "not_found"),
        NO_SUCH_MODEL(404, "invalid_request_error", "model_not_found"),
        WRONG_METHOD(405, "invalid_request_error", "method_not_allowed"),
        TOO_LARGE(413, "invalid_request_error", "request_too_large"),
        NOT_JSON(415, "invalid_request_error", "unsupported_media_type"),
        QUEUE_FULL(429, "rate_limit_error", "queue_full"),
        FAILED(500, "server_error", "internal_error"),
        STOPPING(503, "server_error", "stopping");

        private final int status;
        private final String type;

        @Nullable
        private final String code;

        Kind(int status, String type, @Nullable String code) {
            this.status = status;
            this.type = type;
            this.code = code;
        }

        int status() {
            return status;
        }
    }

    Problem(Kind kind, String message) {
        this(kind, message, null);
    }

    private Problem(Kind kind, String message, @Nullable String parameter) {
        super(message);
        this.kind = kind;
        this.parameter = parameter;
    }

    /// A parameter that cannot be as it is.
    static Problem with(String parameter, String message) {
        return new Problem(Kind.BAD_REQUEST, parameter + " " + message, parameter);
    }

    static Problem of(RefusedException refusal) {
        Kind kind = switch (refusal.reason()) {
            case TOO_LONG -> Kind.CONTEXT_EXCEEDED;
            case QUEUE_FULL -> Kind.QUEUE_FULL;
            case STOPPING -> Kind.STOPPING;
        };
        return new Problem(kind, String.valueOf(refusal.getMessage()));
    }

    Kind kind() {
        return kind;
    }

    /// The answer's body.
    ErrorBody body() {
        return new ErrorBody(new ErrorBody.Fault(String.valueOf(getMessage()), kind.type, parameter, kind.code));
    }

    record ErrorBody(Fault error) {
        record Fault(
                String message,
                String type,
                @Nullable String param,
                @Nullable String code) {}
    }
}

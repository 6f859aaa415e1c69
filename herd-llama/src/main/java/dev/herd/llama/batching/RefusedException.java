package dev.herd.llama.batching;

/// A request that will not be answered, told at once.
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    RefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /// Why a request is refused.
    public enum Reason {
        /// It needs more positions than the model or the memory has: it would never fit.
        TOO_LONG,
        /// As many wait as may.
        QUEUE_FULL,
        /// No more requests are taken.
        STOPPING
    }
}

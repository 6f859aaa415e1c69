package dev.herd.serve.llm;

/// Where a server listens and what it takes.
///
/// @param host address that it listens on
/// @param port 0 for any that is free
/// @param mostBytes of the body of a request
public record ServerOptions(String host, int port, int mostBytes) {
    public ServerOptions {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("the port must be 0 to 65535, got " + port);
        }
        if (mostBytes < 1 || mostBytes == Integer.MAX_VALUE) {
            throw new IllegalArgumentException("mostBytes must be positive and below 2 GiB, got " + mostBytes);
        }
    }

    /// Port 8080 of this machine alone, bodies of up to 8 MiB.
    public static ServerOptions defaults() {
        return new ServerOptions("127.0.0.1", 8080, 8 << 20);
    }

    public ServerOptions withHost(String host) {
        return new ServerOptions(host, port, mostBytes);
    }

    public ServerOptions withPort(int port) {
        return new ServerOptions(host, port, mostBytes);
    }

    public ServerOptions withMostBytes(int mostBytes) {
        return new ServerOptions(host, port, mostBytes);
    }
}

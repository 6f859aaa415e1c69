package dev.herd.data.dataset;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.sql.DriverManager;
import java.sql.SQLException;

/// The few functions of DuckDB's C interface that fill a table a vector at a time, which its JDBC appender
/// cannot. They are looked up in the library that the JDBC driver has loaded.
final class DuckLibrary {
    static final int INTEGER = 4;
    static final int BIGINT = 5;
    static final int FLOAT = 10;

    private static final ValueLayout.OfInt I = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong L = ValueLayout.JAVA_LONG;
    private static final ValueLayout A = ValueLayout.ADDRESS;
    private static final long RESULT_BYTES = 64;

    private static final DuckLibrary INSTANCE = new DuckLibrary();

    private final SymbolLookup symbols;
    private final MethodHandle open;
    private final MethodHandle close;
    private final MethodHandle connect;
    private final MethodHandle disconnect;
    private final MethodHandle query;
    private final MethodHandle resultError;
    private final MethodHandle destroyResult;
    private final MethodHandle createType;
    private final MethodHandle createListType;
    private final MethodHandle destroyType;
    private final MethodHandle createChunk;
    private final MethodHandle destroyChunk;
    private final MethodHandle resetChunk;
    private final MethodHandle setChunkSize;
    private final MethodHandle chunkVector;
    private final MethodHandle vectorData;
    private final MethodHandle makeValidity;
    private final MethodHandle validity;
    private final MethodHandle listChild;
    private final MethodHandle listReserve;
    private final MethodHandle listSetSize;
    private final MethodHandle createAppender;
    private final MethodHandle appendChunk;
    private final MethodHandle appenderError;
    private final MethodHandle destroyAppender;

    private DuckLibrary() {
        try {
            DriverManager.getConnection("jdbc:duckdb:").close();
        } catch (SQLException e) {
            throw new IllegalStateException("DuckDB cannot be started: " + e.getMessage(), e);
        }
        symbols = SymbolLookup.loaderLookup();
        open = bind("duckdb_open", I, A, A);
        close = bind("duckdb_close", null, A);
        connect = bind("duckdb_connect", I, A, A);
        disconnect = bind("duckdb_disconnect", null, A);
        query = bind("duckdb_query", I, A, A, A);
        resultError = bind("duckdb_result_error", A, A);
        destroyResult = bind("duckdb_destroy_result", null, A);
        createType = bind("duckdb_create_logical_type", A, I);
        createListType = bind("duckdb_create_list_type", A, A);
        destroyType = bind("duckdb_destroy_logical_type", null, A);
        createChunk = bind("duckdb_create_data_chunk", A, A, L);
        destroyChunk = bind("duckdb_destroy_data_chunk", null, A);
        resetChunk = bind("duckdb_data_chunk_reset", null, A);
        setChunkSize = bind("duckdb_data_chunk_set_size", null, A, L);
        chunkVector = bind("duckdb_data_chunk_get_vector", A, A, L);
        vectorData = bind("duckdb_vector_get_data", A, A);
        makeValidity = bind("duckdb_vector_ensure_validity_writable", null, A);
        validity = bind("duckdb_vector_get_validity", A, A);
        listChild = bind("duckdb_list_vector_get_child", A, A);
        listReserve = bind("duckdb_list_vector_reserve", I, A, L);
        listSetSize = bind("duckdb_list_vector_set_size", I, A, L);
        createAppender = bind("duckdb_appender_create", I, A, A, A, A);
        appendChunk = bind("duckdb_append_data_chunk", I, A, A);
        appenderError = bind("duckdb_appender_error", A, A);
        destroyAppender = bind("duckdb_appender_destroy", I, A);
    }

    static DuckLibrary instance() {
        return INSTANCE;
    }

    private MethodHandle bind(
            String name, @org.jspecify.annotations.Nullable MemoryLayout result, MemoryLayout... arguments) {
        MemorySegment symbol = symbols.find(name)
                .orElseThrow(() -> new IllegalStateException("DuckDB's library lacks " + name
                        + ", or another class loader than Herd's has loaded it; put both on one class path"));
        FunctionDescriptor type =
                result == null ? FunctionDescriptor.ofVoid(arguments) : FunctionDescriptor.of(result, arguments);
        return Linker.nativeLinker().downcallHandle(symbol, type);
    }

    /// A handle that the library writes to memory when it is made, and takes by that memory when it is
    /// destroyed.
    record Handle(MemorySegment place) {
        MemorySegment value() {
            return place.get(ValueLayout.ADDRESS, 0);
        }
    }

    /// A new in-memory database.
    Handle open(Arena arena) {
        Handle database = new Handle(arena.allocate(ValueLayout.ADDRESS));
        require(callInt(open, arena.allocateFrom(":memory:"), database.place) == 0, "DuckDB cannot be opened");
        return database;
    }

    void close(Handle database) {
        callVoid(close, database.place);
    }

    Handle connect(Handle database, Arena arena) {
        Handle connection = new Handle(arena.allocate(ValueLayout.ADDRESS));
        require(callInt(connect, database.value(), connection.place) == 0, "DuckDB cannot be connected to");
        return connection;
    }

    void disconnect(Handle connection) {
        callVoid(disconnect, connection.place);
    }

    /// **Throws** `IllegalStateException` with the library's message.
    void query(Handle connection, String sql) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(RESULT_BYTES, 8);
            int state = callInt(query, connection.value(), arena.allocateFrom(sql), result);
            String error = state == 0 ? "" : text(callAddress(resultError, result));
            callVoid(destroyResult, result);
            require(state == 0, error);
        }
    }

    /// A chunk with a column per type; `lists[c]` makes column c a list of its type.
    Handle createChunk(int[] types, boolean[] lists, Arena arena) {
        MemorySegment array = arena.allocate(ValueLayout.ADDRESS, types.length);
        for (int c = 0; c < types.length; c++) {
            MemorySegment type = callAddress(createType, types[c]);
            if (lists[c]) {
                MemorySegment element = type;
                type = callAddress(createListType, element);
                destroyType(element);
            }
            array.setAtIndex(ValueLayout.ADDRESS, c, type);
        }
        Handle chunk = new Handle(arena.allocate(ValueLayout.ADDRESS));
        chunk.place.set(ValueLayout.ADDRESS, 0, callAddress(createChunk, array, (long) types.length));
        for (int c = 0; c < types.length; c++) {
            destroyType(array.getAtIndex(ValueLayout.ADDRESS, c));
        }
        return chunk;
    }

    private void destroyType(MemorySegment type) {
        try (Arena arena = Arena.ofConfined()) {
            callVoid(destroyType, arena.allocateFrom(ValueLayout.ADDRESS, type));
        }
    }

    void destroyChunk(Handle chunk) {
        callVoid(destroyChunk, chunk.place);
    }

    void reset(Handle chunk) {
        callVoid(resetChunk, chunk.value());
    }

    void setSize(Handle chunk, long rows) {
        callVoid(setChunkSize, chunk.value(), rows);
    }

    MemorySegment vector(Handle chunk, long column) {
        return callAddress(chunkVector, chunk.value(), column);
    }

    /// The values of a vector; for lists, pairs of offset and length into the child.
    MemorySegment data(MemorySegment vector, long bytes) {
        return callAddress(vectorData, vector).reinterpret(bytes);
    }

    /// The bits of a vector's rows, all set until they are cleared: a row without its bit is missing.
    MemorySegment validity(MemorySegment vector, long rows) {
        callVoid(makeValidity, vector);
        return callAddress(validity, vector).reinterpret((rows + 63) / 64 * Long.BYTES);
    }

    /// The child of a list vector, with room for so many values in all.
    MemorySegment child(MemorySegment vector, long capacity) {
        require(callInt(listReserve, vector, capacity) == 0, "DuckDB cannot hold a list of " + capacity);
        return callAddress(listChild, vector);
    }

    void setListSize(MemorySegment vector, long values) {
        require(callInt(listSetSize, vector, values) == 0, "DuckDB cannot hold a list of " + values);
    }

    Handle createAppender(Handle connection, String table, Arena arena) {
        Handle appender = new Handle(arena.allocate(ValueLayout.ADDRESS));
        int state = callInt(
                createAppender, connection.value(), MemorySegment.NULL, arena.allocateFrom(table), appender.place);
        require(state == 0, "DuckDB cannot append to " + table);
        return appender;
    }

    void append(Handle appender, Handle chunk) {
        if (callInt(appendChunk, appender.value(), chunk.value()) != 0) {
            throw new IllegalStateException(text(callAddress(appenderError, appender.value())));
        }
    }

    /// Writes what the appender still holds and destroys it.
    void destroyAppender(Handle appender) {
        require(callInt(destroyAppender, appender.place) == 0, "DuckDB cannot finish appending");
    }

    private static String text(MemorySegment string) {
        return string.equals(MemorySegment.NULL)
                ? "no message"
                : string.reinterpret(Integer.MAX_VALUE).getString(0);
    }

    private static void require(boolean done, String message) {
        if (!done) {
            throw new IllegalStateException(message);
        }
    }

    private static int callInt(MethodHandle function, Object... arguments) {
        return (Integer) call(function, arguments);
    }

    private static MemorySegment callAddress(MethodHandle function, Object... arguments) {
        return (MemorySegment) call(function, arguments);
    }

    private static void callVoid(MethodHandle function, Object... arguments) {
        call(function, arguments);
    }

    /// The function's result; the null address for functions without one.
    private static Object call(MethodHandle function, Object... arguments) {
        try {
            Object result = function.invokeWithArguments(arguments);
            return result == null ? MemorySegment.NULL : result;
        } catch (Throwable e) {
            throw new IllegalStateException("a call into DuckDB failed", e);
        }
    }
}

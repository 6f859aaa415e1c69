package dev.herd.data.transform;

/// A cell does not hold what its rule expects. Turned into a row's fault where the row is known; carries no trace.
final class CellFault extends Exception {
    private static final long serialVersionUID = 1L;

    CellFault(String what) {
        super(what, null, false, false);
    }
}

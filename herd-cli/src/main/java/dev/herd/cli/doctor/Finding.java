package dev.herd.cli.doctor;

/// What one check found.
///
/// @param remedy what to do about it; empty when all is well
public record Finding(String check, Status status, String found, String remedy) {
    /// How bad it is.
    public enum Status {
        OK,
        /// Herd works, but slower or with less room than it could.
        WARN,
        /// Herd, or a part of it, does not work.
        FAIL
    }

    static Finding ok(String check, String found) {
        return new Finding(check, Status.OK, found, "");
    }

    static Finding warn(String check, String found, String remedy) {
        return new Finding(check, Status.WARN, found, remedy);
    }

    static Finding fail(String check, String found, String remedy) {
        return new Finding(check, Status.FAIL, found, remedy);
    }
}

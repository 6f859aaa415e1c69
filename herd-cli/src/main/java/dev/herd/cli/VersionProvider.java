package dev.herd.cli;

import picocli.CommandLine.IVersionProvider;

/// The version in the manifest of Herd's jar, and the Java it runs on.
final class VersionProvider implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Main.class.getPackage().getImplementationVersion();
        return new String[] {"herd " + (version == null ? "(not packaged)" : version) + " on Java " + Runtime.version()
        };
    }
}

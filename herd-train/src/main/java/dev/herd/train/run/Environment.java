package dev.herd.train.run;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The machine and the versions a run had, for `environment.json`.
public final class Environment {
    private Environment() {}

    /// What there is now.
    public static ObjectNode json() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("started", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        json.put("herd", version(Environment.class));
        json.put("libtorch", version(org.bytedeco.pytorch.Tensor.class));
        json.put("jdk", Runtime.version().toString());
        json.put("jvm", ManagementFactory.getRuntimeMXBean().getVmName());
        json.put("os", system.getName() + " " + system.getVersion() + " " + system.getArch());
        json.put("cores", Runtime.getRuntime().availableProcessors());
        json.put("heap_bytes", Runtime.getRuntime().maxMemory());
        if (system instanceof com.sun.management.OperatingSystemMXBean machine) {
            json.put("memory_bytes", machine.getTotalMemorySize());
        }
        return json;
    }

    private static String version(Class<?> of) {
        String version = of.getPackage().getImplementationVersion();
        return version == null ? "unpacked classes" : version;
    }
}

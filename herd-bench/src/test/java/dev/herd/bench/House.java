package dev.herd.bench;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What the tests of the whole house look at: Herd's compiled classes and the place of the sources.
final class House {
    /// The modules in design order: each may depend only on those before it.
    static final List<String> MODULES = List.of(
            "numerics",
            "data",
            "embedding",
            "nn",
            "models",
            "train",
            "llama",
            "jinja",
            "langchain4j",
            "serve",
            "cli",
            "bench");

    static final String ROOT_PACKAGE = "dev.herd";

    private House() {}

    /// Every class of every module, tests left out.
    static JavaClasses classes() {
        return Loaded.CLASSES;
    }

    /// The same with the tests of this module.
    static JavaClasses classesAndTests() {
        return new ClassFileImporter().importPackages(ROOT_PACKAGE);
    }

    /// The module a class belongs to by its package: `data` for `dev.herd.data.config.Config`.
    static String module(JavaClass type) {
        String name = type.getPackageName();
        if (!name.startsWith(ROOT_PACKAGE + ".")) {
            throw new IllegalArgumentException(type.getName() + " lies outside " + ROOT_PACKAGE);
        }
        String inner = name.substring(ROOT_PACKAGE.length() + 1);
        int dot = inner.indexOf('.');
        return dot < 0 ? inner : inner.substring(0, dot);
    }

    /// The folder that holds `mvnw`, looked for upwards from where the tests run.
    static Path root() {
        Path start = Path.of("").toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("mvnw"))) {
                return folder;
            }
        }
        throw new IllegalStateException("no folder with mvnw above " + start);
    }

    private static final class Loaded {
        static final JavaClasses CLASSES = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(ROOT_PACKAGE);
    }
}

package dev.herd.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// ARCHITECTURE.md and docs/papers.md stay true: each type they name exists.
class ArchitectureDocumentTest {
    /// A document that names fewer types than this describes nothing, or is written so that the test reads past it.
    private static final int FEWEST_NAMES = 15;

    @ParameterizedTest
    @ValueSource(strings = {"ARCHITECTURE.md", "docs/papers.md"})
    void everyTypeADocumentNamesExists(String name) throws IOException {
        Path document = House.root().resolve(name);
        assertThat(document).exists();

        Set<String> named = TypeNames.of(Files.readString(document));

        assertThat(named).hasSizeGreaterThan(FEWEST_NAMES);
        assertThat(knownTypes())
                .as("types of Herd, or of the JDK where Herd's classes use them")
                .containsAll(named);
    }

    @Test
    void aTypeThatDoesNotExistIsNotKnown() {
        assertThat(knownTypes()).contains("KeyedJaggedTensor", "MemorySegment").doesNotContain("NoSuchTypeAnywhere");
    }

    @Test
    void namesAreReadFromCodeSpansAndFencedBlocks() {
        String markdown = """
                A Sentence with `Tape.backward(loss)`, `Batch(Features, float[B])` and `dev.herd.data.config.Config`;
                neither `B`, `KJT`, `herd-nn/README.md` nor `docs/Guide.md` are types.
                ```
                Reads the FeatureSchema -> Batch
                ```
                Then `Trainer`.
                """;
        assertThat(TypeNames.of(markdown))
                .containsExactlyInAnyOrder("Tape", "Batch", "Features", "Config", "FeatureSchema", "Trainer");
    }

    private static Set<String> knownTypes() {
        Stream<JavaClass> own = House.classesAndTests().stream();
        Stream<JavaClass> used = House.classes().stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                .filter(type -> type.getPackageName().startsWith("java."));
        return Stream.concat(own, used).map(JavaClass::getSimpleName).collect(Collectors.toSet());
    }
}

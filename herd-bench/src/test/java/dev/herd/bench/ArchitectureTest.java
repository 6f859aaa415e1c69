package dev.herd.bench;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Proves the module boundaries and the habits of the house from the compiled classes of all modules.
class ArchitectureTest {
    /// Classes that may do what the rules below forbid, each with its reason.
    private static final Map<String, String> MAY_TOUCH_THE_ENVIRONMENT = Map.of(
            "dev.herd.numerics.machine.Processor",
            "whether machine code may run is a fact of the process, like its modules; the property is a way out");

    private static final Map<String, String> MAY_HOLD_MEMORY_WITHOUT_OWNER =
            Map.of("dev.herd.numerics.int8.MachineInt8Product", "its code lives as long as its class");

    @Test
    void theTestsSeeTheClassesOfEveryModule() {
        Set<String> seen = House.classes().stream().map(House::module).collect(Collectors.toCollection(TreeSet::new));
        assertThat(seen).containsExactlyInAnyOrderElementsOf(House.MODULES);
        assertThat(House.classes())
                .as("tests are left out")
                .noneMatch(type -> type.getName().equals(ArchitectureTest.class.getName()));
    }

    @Test
    void everyPackageLiesInTheModuleItIsNamedAfter() {
        assertThat(House.classes())
                .allSatisfy(type -> assertThat(
                                type.getSource().orElseThrow().getUri().toString())
                        .as(type.getName())
                        .contains("/herd-" + House.module(type)));
    }

    @Test
    void modulesDependOnlyOnTheModulesBeforeThem() {
        List<String> upward = House.classes().stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(dependency -> isHerd(dependency.getTargetClass()))
                .filter(dependency -> order(dependency.getTargetClass()) > order(dependency.getOriginClass()))
                .map(Dependency::getDescription)
                .toList();
        assertThat(upward)
                .as("a module may depend only on those before it in " + House.MODULES)
                .isEmpty();
    }

    @Test
    void noPackagesFormACycle() {
        slices().matching(House.ROOT_PACKAGE + ".(**)")
                .namingSlices("package $1")
                .should()
                .beFreeOfCycles()
                .check(House.classes());
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<JavaPackage> packages =
                House.classes().stream().map(JavaClass::getPackage).collect(Collectors.toSet());
        assertThat(packages)
                .as("each package needs a package-info.java with @NullMarked")
                .allSatisfy(one -> assertThat(one.isAnnotatedWith(NullMarked.class))
                        .as(one.getName())
                        .isTrue());
    }

    @Test
    void onlyTheCommandLineReadsTheEnvironmentAndEndsTheProcess() {
        noClasses()
                .that(areNot(MAY_TOUCH_THE_ENVIRONMENT))
                .and()
                .resideOutsideOfPackage("dev.herd.cli..")
                .should()
                .callMethodWhere(calls(System.class, "getenv|getProperty|getProperties|setProperty|clearProperty|exit"))
                .orShould()
                .callMethodWhere(calls(Runtime.class, "exit|halt"))
                .orShould()
                .callMethodWhere(calls(Integer.class, "getInteger"))
                .orShould()
                .callMethodWhere(calls(Long.class, "getLong"))
                .orShould()
                .callMethodWhere(calls(Boolean.class, "getBoolean"))
                .because("libraries take parameters")
                .check(House.classes());
    }

    @Test
    void onlyTheCommandLineAndTheBenchmarksPrint() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.herd.cli..", "dev.herd.bench..")
                .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
                .because("libraries report through Progress, results and exceptions")
                .check(House.classes());
    }

    @Test
    void memoryHasAnOwner() {
        noClasses()
                .that(areNot(MAY_HOLD_MEMORY_WITHOUT_OWNER))
                .should()
                .callMethodWhere(calls(Arena.class, "global|ofAuto"))
                .because("who allocates takes the arena, and its documentation says who closes it")
                .check(House.classes());
    }

    @Test
    void noClassUsesUnsafe() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("sun.misc.Unsafe")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("jdk.internal..", "sun..")
                .check(House.classes());
    }

    /// The benchmarks run every library against its alternative, so they may use all of them.
    @ParameterizedTest
    @CsvSource({
        "org.bytedeco.., nn",
        "org.duckdb.., data",
        "dev.hardwood.., data",
        "tools.jackson.., data",
        "com.hubspot.., jinja",
        "dev.langchain4j.., langchain4j",
        "picocli.., cli"
    })
    void aForeignLibraryIsUsedOnlyFromItsModuleUpwards(String library, String home) {
        String[] below = House.MODULES.subList(0, House.MODULES.indexOf(home)).stream()
                .map(module -> House.ROOT_PACKAGE + "." + module + "..")
                .toArray(String[]::new);
        if (below.length > 0) {
            noClasses()
                    .that()
                    .resideInAnyPackage(below)
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(library)
                    .check(House.classes());
        }
    }

    @Test
    void exceptionsToTheRulesNameClassesThatExist() {
        Set<String> names = House.classes().stream().map(JavaClass::getName).collect(Collectors.toSet());
        assertThat(names).containsAll(MAY_TOUCH_THE_ENVIRONMENT.keySet());
        assertThat(names).containsAll(MAY_HOLD_MEMORY_WITHOUT_OWNER.keySet());
    }

    private static boolean isHerd(JavaClass type) {
        return type.getPackageName().startsWith(House.ROOT_PACKAGE + ".");
    }

    private static int order(JavaClass type) {
        int order = House.MODULES.indexOf(House.module(type));
        if (order < 0) {
            throw new AssertionError(type.getName() + " belongs to no known module; they are " + House.MODULES);
        }
        return order;
    }

    private static DescribedPredicate<JavaAccess<?>> calls(Class<?> owner, String methods) {
        return target(owner(assignableTo(owner)))
                .and(target(nameMatching(methods)))
                .as(owner.getSimpleName() + "." + methods)
                .forSubtype();
    }

    /// Matches every class but those named, and the classes nested in them.
    private static DescribedPredicate<JavaClass> areNot(Map<String, String> exceptions) {
        return DescribedPredicate.describe(
                "are not excepted",
                type -> exceptions.keySet().stream()
                        .noneMatch(name ->
                                type.getName().equals(name) || type.getName().startsWith(name + "$")));
    }
}

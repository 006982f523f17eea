package org.snowtrack.app;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.snowtrack.lookups.networks.NetworkTable;

/** The walls of the house, which Maven's dependencies cannot draw between the packages of one module. */
class WallsTest {

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.snowtrack");

    private static final String SCHEMAS = "org.snowtrack.schemas..";
    private static final String LOOKUPS = "org.snowtrack.lookups..";
    private static final String[] ADAPTERS = {
        "org.snowtrack.lookups.recorded..",
        "org.snowtrack.lookups.live..",
        "org.snowtrack.lookups.dns..",
        "org.snowtrack.lookups.cache.."
    };
    private static final String CONNECTORS = "org.snowtrack.connectors..";
    private static final String TOPOLOGIES = "org.snowtrack.topologies..";
    private static final String APP = "org.snowtrack.app..";
    private static final String KAFKA = "org.apache.kafka..";

    /** What stands between a pure model and Kafka: by name, so that a newcomer to the list is a decision. */
    private static final Pattern BETWEEN_MODEL_AND_KAFKA = Pattern.compile(
            "[A-Z]\\w*Stage|[A-Z]\\w*Stores|Stored[A-Z]\\w*|Pipeline|TopologyConfig|PendingLookups|RowKey"
                    + "|ActivityReader|Neighbourhood|AllowanceIntake|DeadLetter|Retries");

    /** Addresses as values. What resolves names or opens anything has other names in java.net. */
    private static final DescribedPredicate<JavaClass> NETWORKING = resideInAnyPackage(
                    "java.net..", "java.nio.channels..", "javax.net..", "org.xbill..", "io.netty..")
            .and(not(belongToAnyOf(
                    InetAddress.class, Inet4Address.class, Inet6Address.class, UnknownHostException.class)));

    @Test
    void shouldSeeEveryRoom() {
        assertThat(HOUSE.stream()
                        .map(JavaClass::getPackageName)
                        .map(name -> name.split("\\.", -1)[2])
                        .collect(Collectors.toSet()))
                .isEqualTo(Set.of("schemas", "lookups", "connectors", "topologies", "app"));
    }

    @Test
    void shouldKeepSchemasFromKnowingAnybody() {
        noClasses()
                .that(resideInAPackage(SCHEMAS))
                .should()
                .dependOnClassesThat(ours().and(not(resideInAPackage(SCHEMAS))))
                .check(HOUSE);
    }

    @Test
    void shouldLetLookupsKnowSchemasOnlyAndNeverKafka() {
        noClasses()
                .that(resideInAPackage(LOOKUPS))
                .should()
                .dependOnClassesThat(
                        ours().and(not(resideInAnyPackage(SCHEMAS, LOOKUPS))).or(resideInAPackage(KAFKA)))
                .check(HOUSE);
    }

    @Test
    void shouldLetConnectorsKnowSchemasOnly() {
        noClasses()
                .that(resideInAPackage(CONNECTORS))
                .should()
                .dependOnClassesThat(ours().and(not(resideInAnyPackage(SCHEMAS, CONNECTORS))))
                .check(HOUSE);
    }

    @Test
    void shouldLetTopologiesKnowSchemasAndTheInterfacesOfLookups() {
        noClasses()
                .that(resideInAPackage(TOPOLOGIES))
                .should()
                .dependOnClassesThat(ours().and(not(resideInAnyPackage(SCHEMAS, LOOKUPS, TOPOLOGIES)))
                        .or(resideInAnyPackage(ADAPTERS))
                        .or(belongToAnyOf(NetworkTable.class)))
                .check(HOUSE);
    }

    @Test
    void shouldKeepTopologiesFromTheNetwork() {
        noClasses()
                .that(resideInAnyPackage(SCHEMAS, TOPOLOGIES))
                .should()
                .dependOnClassesThat(NETWORKING)
                .orShould()
                .callMethodWhere(describe(
                        "resolves a name or probes a host",
                        call -> call.getTargetOwner().isAssignableTo(InetAddress.class)
                                && Set.of(
                                                "getByName",
                                                "getAllByName",
                                                "getLocalHost",
                                                "getHostName",
                                                "getCanonicalHostName",
                                                "isReachable")
                                        .contains(call.getName())))
                .check(HOUSE);
    }

    @Test
    void shouldKeepPureModelsFromKafka() {
        classes()
                .that(resideInAPackage(TOPOLOGIES))
                .and(not(describe("stand between a model and Kafka", type -> BETWEEN_MODEL_AND_KAFKA
                        .matcher(outermost(type).getSimpleName())
                        .matches())))
                .should()
                .onlyDependOnClassesThat(not(resideInAPackage(KAFKA)))
                .check(HOUSE);
    }

    @Test
    void shouldLetNobodyKnowTheApp() {
        noClasses()
                .that(not(resideInAPackage(APP)))
                .should()
                .dependOnClassesThat(resideInAPackage(APP))
                .check(HOUSE);
        noClasses()
                .that(resideInAPackage("org.snowtrack.app.*.."))
                .should()
                .dependOnClassesThat(resideInAPackage("org.snowtrack.app"))
                .check(HOUSE);
    }

    @Test
    void shouldNameNoPackageAfterNothing() {
        assertThat(HOUSE.getPackage("org.snowtrack").getSubpackagesInTree())
                .extracting(JavaPackage::getRelativeName)
                .isNotEmpty()
                .doesNotContain("util", "utils", "common", "commons", "impl", "misc", "helper", "helpers");
    }

    @Test
    void shouldHaveNoCycleBetweenPackages() {
        slices().matching("org.snowtrack.(*)..").should().beFreeOfCycles().check(HOUSE);
        slices().matching("org.snowtrack.schemas.(*)..")
                .should()
                .beFreeOfCycles()
                .check(HOUSE);
        slices().matching("org.snowtrack.topologies.(*)..")
                .should()
                .beFreeOfCycles()
                .check(HOUSE);
        slices().matching("org.snowtrack.app.(*)..").should().beFreeOfCycles().check(HOUSE);
    }

    private static DescribedPredicate<JavaClass> ours() {
        return resideInAPackage("org.snowtrack..");
    }

    private static JavaClass outermost(JavaClass type) {
        JavaClass outer = type;
        while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
        }
        return outer;
    }
}

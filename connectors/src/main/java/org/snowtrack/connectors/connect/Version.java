package org.snowtrack.connectors.connect;

/** Which Snowtrack this is, as its jar says. */
final class Version {

    private Version() {}

    static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }
}

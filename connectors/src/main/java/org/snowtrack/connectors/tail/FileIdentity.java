package org.snowtrack.connectors.tail;

/**
 * Which file it is, whatever it is called. The key alone will not do, because file systems give the number of a deleted
 * file to the next one; the fingerprint alone would take a copy for the file itself.
 *
 * @param key device and number (inode), as the platform writes them; empty where it has none
 * @param fingerprint 16 hexadecimal digits over the first line, its end included, or its first KiB if it is longer; a
 *     copy has its original's
 */
public record FileIdentity(String key, String fingerprint) {}

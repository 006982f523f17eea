#!/usr/bin/env bash
# How fast origin networks are read and found, and how much memory they take: our table beside a TreeMap and MaxMind's own
# reader, half a million prefixes, each load in a process of its own. Usage: networks.sh
set -euo pipefail
cd "$(dirname "$0")/../../../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mvn -q -o -B -ntp -pl streams/lookups -am test-compile dependency:build-classpath \
  -Dmdep.outputFile="$work/classpath" -Dmdep.includeScope=test
run() {
  java -cp "streams/lookups/target/test-classes:streams/lookups/target/classes:$(cat "$work/classpath")" \
    org.snowtrack.lookups.networks.NetworkTableBenchmark "$@"
}

run "$work"
echo "Cold load, and the heap that it leaves:"
run table "$work/networks.tsv"
run table "$work/networks.tsv.gz"
run table "$work/networks.mmdb"
run treemap "$work/networks.tsv"
run reader "$work/networks.mmdb"
echo "Lookups a second, one thread:"
run | grep -E '^(Benchmark  |NetworkTable)'

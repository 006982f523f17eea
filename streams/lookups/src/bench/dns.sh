#!/usr/bin/env bash
# How many questions a second our DNS client gets through, beside dnsperf, dnsjava's default client and one blocking lookup
# after the other: the same nsd on loopback, the same names, one after the other, on all cores, which nsd shares. dnsperf
# runs first and last, because machines are not equally fast all the time. Needs a build: mvn -DskipTests package. Usage:
# dns.sh [SECONDS]
set -euo pipefail
seconds=${1:-10}
module=$(cd "$(dirname "$0")/../.." && pwd)
PATH=$PATH:/usr/sbin
for program in nsd dnsperf; do
  command -v $program >/dev/null || { echo "dns.sh: no $program here; install the Debian packages nsd and dnsperf." >&2; exit 1; }
done
libraries=$module/../app/target/snowtrack/lib
[ -d "$libraries" ] && [ -d "$module/target/test-classes" ] || { echo "dns.sh: nothing is built; run mvn -DskipTests package." >&2; exit 1; }
work=$(mktemp -d)
stop() {
  # nsd writes into the directory as it ends.
  local pid
  pid=$(cat "$work/pid" 2>/dev/null) && kill "$pid" && while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
  rm -rf "$work"
}
trap stop EXIT

# A port that is free now.
port=$((20000 + RANDOM % 10000))
while ss -Huln "sport = :$port" | grep -q .; do port=$((port + 1)); done
soa='@ SOA ns.bench.example. host.bench.example. 1 7200 3600 1209600 600
@ NS ns.bench.example.'
{ printf '$ORIGIN 0.10.in-addr.arpa.\n$TTL 3600\n%s\n' "$soa"
  awk 'BEGIN { for (i = 0; i < 65536; i++) printf "%d.%d PTR h%d.bench.example.\n", i % 256, i / 256, i }'; } >"$work/reverse.zone"
{ printf '$ORIGIN bench.example.\n$TTL 3600\n%s\nns A 127.0.0.1\n' "$soa"
  awk 'BEGIN { for (i = 0; i < 65536; i++) printf "h%d A 10.0.%d.%d\n", i, i / 256, i % 256 }'; } >"$work/forward.zone"
awk 'BEGIN { for (i = 0; i < 65536; i++) printf "%d.%d.0.10.in-addr.arpa PTR\n", i % 256, i / 256 }' >"$work/questions"
cat >"$work/nsd.conf" <<CONF
server:
  ip-address: 127.0.0.1@$port
  username: ""
  database: ""
  pidfile: "$work/pid"
  zonelistfile: "$work/zone.list"
  xfrdfile: "$work/xfrd.state"
  xfrdir: "$work"
  zonesdir: "$work"
remote-control:
  control-enable: no
zone:
  name: 0.10.in-addr.arpa
  zonefile: reverse.zone
zone:
  name: bench.example
  zonefile: forward.zone
CONF
nsd -c "$work/nsd.conf" 2>"$work/nsd.log"
for _ in $(seq 100); do
  dnsperf -s 127.0.0.1 -p "$port" -d "$work/questions" -n 1 -l 1 -q 1 2>/dev/null | grep -q 'Queries completed: *[1-9]' && break
  sleep 0.1
done

measured_dnsperf() {
  dnsperf -s 127.0.0.1 -p "$port" -d "$work/questions" -l "$seconds" -c 10 -q 1000 2>&1 |
    awk '/Queries per second/ { rate = $4 } /Queries lost/ { lost = $3 } END { printf "%.0f %d\n", rate, lost }'
}
ours() {
  java -cp "$module/target/test-classes:$module/target/classes:$libraries/*" org.snowtrack.lookups.dns.DnsBenchmark "$1" "$port" "$seconds" 2>/dev/null
}
row() { printf '%-44s %10s %12s %8s\n' "$@"; }

first=$(measured_dnsperf)
names=$(ours names)
confirmed=$(ours confirmed)
dnsjava=$(ours dnsjava)
blocking=$(ours blocking)
last=$(measured_dnsperf)
baseline=$(awk -v a="${first% *}" -v b="${last% *}" 'BEGIN { print (a + b) / 2 }')
line() {
  row "$1" "${2% *}" "$(awk -v a="${2% *}" -v n="$3" 'BEGIN { printf "%.0f", a * n }')" \
    "$(awk -v a="${2% *}" -v n="$3" -v b="$baseline" 'BEGIN { printf "%.0f %%", 100 * a * n / b }')"
  [ "${2#* }" = 0 ] || echo "  ${2#* } failed or lost"
}
echo "$(nproc) cores, $(nsd -v 2>&1 | head -1), each for $seconds s after as long a warm-up (dnsperf has none)"
row "" lookups/s questions/s "of dnsperf"
line "dnsperf, before" "$first" 1
line "dnsperf, after" "$last" 1
line "Snowtrack, PTR" "$names" 1
line "Snowtrack, PTR and forward confirmation" "$confirmed" 2
line "dnsjava's default client, PTR" "$dnsjava" 1
line "one blocking lookup after the other, PTR" "$blocking" 1

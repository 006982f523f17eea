#!/usr/bin/env bash
# How well the verdict holds on simulated worlds of different seeds, pooled, beside simpler rules on the same events.
# A world takes one to three minutes. Usage: worlds.sh [SEED...]
set -euo pipefail
[ $# -gt 0 ] || set -- 401 402 403 404 405 406 407 408 409 410
home=$(cd "$(dirname "$0")/../../target/snowtrack" && pwd) || exit 1
command -v jq >/dev/null || { echo "worlds.sh: no jq here; install the Debian package." >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

line() {
  jq -rs --arg name "$1" '
    def share(part; whole): if whole == 0 then "-" else "\(part * 100000 / whole | round / 1000) %" end;
    map([.snowtrack] + .rivals) | transpose[] | . as $worlds
    | ([.[].campaigns.all.listed] | add) as $listed | ([.[].campaigns.all.addresses] | add) as $bad
    | ([.[].innocents.all.listed] | add) as $wrong | ([.[].innocents.all.addresses] | add) as $good
    | ([.[].campaigns.all.late_ahead] | add) as $ahead | ([.[].campaigns.all.late_addresses] | add) as $late
    | [$name, $worlds[0].rule, "\($listed) of \($bad)", share($listed; $bad),
       "\($wrong) of \($good)", share($wrong; $good), share($ahead; $late)] | @tsv' "${@:2}"
}

printf 'world\trule\tcampaign addresses listed\t\tinnocent ones\t\tof late halves before their first mail\n' >"$work/table"
for seed in "$@"; do
  "$home/bin/snowtrack" simulate "$work/world" --seed "$seed" >/dev/null
  "$home/bin/snowtrack" evaluate "$work/world" --json >"$work/$seed.json"
  line "$seed" "$work/$seed.json" | head -1 | tee -a "$work/table" >&2
  rm -rf "$work/world"
done
line all "$work"/*.json >>"$work/table"
echo
column -t -s "$(printf '\t')" "$work/table"

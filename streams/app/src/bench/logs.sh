#!/usr/bin/env bash
# How fast `snowtrack logs` reads a Postfix log, beside fail2ban-regex and pflogsumm: the same file, the same core, one
# after the other. The file is made anew: 40 % of its lines are rejections. Usage: logs.sh [LINES]
set -euo pipefail
lines=${1:-1000000}
home=$(cd "$(dirname "$0")/../../target/snowtrack" && pwd) || exit 1
for program in fail2ban-regex pflogsumm taskset; do
  command -v $program >/dev/null || { echo "logs.sh: no $program here; install the Debian packages fail2ban, pflogsumm and util-linux." >&2; exit 1; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
log=$work/mail.log

awk -v lines="$lines" 'BEGIN {
  srand(1)
  for (i = 0; i < lines; i++) {
    second = int(i / 4)
    time = sprintf("Nov %2d %02d:%02d:%02d", 1 + int(second / 86400) % 28, int(second / 3600) % 24, int(second / 60) % 60, second % 60)
    k = int(20000 * rand() * rand())
    ip = (1 + k % 223) "." k % 251 "." k % 13 "." 1 + k % 254
    host = "h" k % 997 ".example.net"
    smtpd = time " mx1 postfix/smtpd[" 1000 + i % 60000 "]: "
    id = sprintf("%012X", i)
    kind = i % 10
    if (kind < 3)
      print smtpd "NOQUEUE: reject: RCPT from " host "[" ip "]: 550 5.1.1 <user" i "@isp.example>: Recipient address rejected: User unknown in local recipient table; from=<news@" host "> to=<user" i "@isp.example> proto=ESMTP helo=<" host ">"
    else if (kind < 4)
      print smtpd "NOQUEUE: reject: RCPT from unknown[" ip "]: 554 5.7.1 Service unavailable; Client host [" ip "] blocked using zen.dnsbl.example; from=<a@" host "> to=<user" i "@isp.example> proto=ESMTP helo=<" host ">"
    else if (kind < 5) print smtpd "connect from " host "[" ip "]"
    else if (kind < 6) print smtpd "disconnect from " host "[" ip "] ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4"
    else if (kind < 7) print time " mx1 postfix/qmgr[77]: " id ": from=<news@" host ">, size=4711, nrcpt=1 (queue active)"
    else if (kind < 8) print time " mx1 postfix/cleanup[78]: " id ": message-id=<" i "@" host ">"
    else if (kind < 9) print time " mx1 postfix/smtp[79]: " id ": to=<bob@remote.example>, relay=mx.remote.example[192.0.2.9]:25, delay=1.2, delays=0.1/0/0.5/0.6, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as " id ")"
    else print time " mx1 postfix/qmgr[77]: " id ": removed"
  }
}' >"$log"

# What was just written is still on its way to the disk, which would cost the first one.
sync

measure() {
  local name=$1 start end
  shift
  start=$(date +%s.%N)
  taskset -c 0 "$@" >"$work/out" 2>"$work/err"
  end=$(date +%s.%N)
  awk -v name="$name" -v lines="$lines" -v seconds="$(echo "$end $start" | awk '{ print $1 - $2 }')" \
    'BEGIN { printf "%-16s %8.2f s %12d lines/s\n", name, seconds, lines / seconds }'
}

printf '%s lines, %s, one core\n' "$lines" "$(du -h "$log" | cut -f1)"
measure "snowtrack logs" "$home/bin/snowtrack" logs "$log"
grep -E '^(Lines|Refusals)' "$work/out" | sed 's/^/  /'
measure pflogsumm pflogsumm "$log"
measure fail2ban-regex fail2ban-regex --no-check-all "$log" 'postfix[mode=aggressive]'
grep -E 'Lines:' "$work/out" | sed 's/^/  /'

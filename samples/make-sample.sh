#!/usr/bin/env bash
# Makes the capture that `weir demo` shows: a small cluster and the world outside it as network namespaces, real
# programs in them, one capture on the cluster's router. README.md beside this file says who is who.
#
# Usage: samples/make-sample.sh [--out FILE] [--seconds N]
#
# Needs root, makes everything under a prefix of its own and takes it away again at the end. No packet leaves the
# namespaces: they have no link to the machine's interfaces.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$(dirname "$here")/app/src/main/resources/io/weir/app/sample.pcap
seconds=75
max_octets=2000000
# Enough for the server name of a TLS ClientHello, and little enough to keep the file small.
snaplen=256

while [ $# -gt 0 ]; do
  case $1 in
    --out) out=${2:?--out needs a file}; shift 2 ;;
    --seconds) seconds=${2:?--seconds needs a number}; shift 2 ;;
    --help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
    *) echo "make-sample: unknown option $1 (known: --out FILE, --seconds N)" >&2; exit 2 ;;
  esac
done
case $seconds in '' | *[!0-9]*) echo "make-sample: --seconds must be a number, not '$seconds'" >&2; exit 2 ;; esac
[ "$seconds" -ge 60 ] || { echo "make-sample: --seconds must be at least 60, the script of events is that long" >&2; exit 2; }

# ---- what must be there -----------------------------------------------------------------------------------------

[ "$(id -u)" = 0 ] || { echo "make-sample: making network namespaces needs root" >&2; exit 1; }
missing=
while read -r tool package; do
  command -v "$tool" >/dev/null || missing="$missing $tool($package)"
done <<'TOOLS'
ip iproute2
nsenter util-linux
ethtool ethtool
python3 python3
nginx nginx-light
curl curl
openssl openssl
dnsmasq dnsmasq-base
dig bind9-dnsutils
redis-server redis-server
redis-cli redis-tools
ping iputils-ping
nmap nmap
ncat ncat
tcpdump tcpdump
capinfos wireshark-common
TOOLS
if [ -n "$missing" ]; then
  echo "make-sample: missing, as tool(Debian package):$missing" >&2
  exit 1
fi

# ---- namespaces -------------------------------------------------------------------------------------------------

run=weirlab$$
work=$(mktemp -d)
pids=()

cleanup() {
  local ns pid
  [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null || true
  for ns in $(ip netns list | awk -v p="$run-" 'index($1, p) == 1 {print $1}'); do
    for pid in $(ip netns pids "$ns"); do kill -9 "$pid" 2>/dev/null || true; done
    ip netns delete "$ns"
  done
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# in_ns NAME COMMAND...: in the namespace, with the name, hosts file and resolver of that pod and nothing of this machine's.
in_ns() {
  local name=$1; shift
  nsenter --net="/run/netns/$run-$name" unshare --mount --uts bash -c '
    hostname "$1"
    mount --bind "$2/resolv.conf" /etc/resolv.conf
    mount --bind "$2/hosts" /etc/hosts
    shift 2
    exec "$@"' in_ns "$name" "$work/$name" "$@"
}

# daemon NAME COMMAND...: the same in the background, ended by cleanup.
daemon() {
  local name=$1
  in_ns "$@" >"$work/$name/daemon.log" 2>&1 </dev/null &
  pids+=($!)
}

make_ns() {
  local name=$1 resolver=$2
  ip netns add "$run-$name"
  mkdir "$work/$name"
  echo "127.0.0.1 localhost $name" >"$work/$name/hosts"
  { [ -z "$resolver" ] || echo "nameserver $resolver"; echo "search shop.example"; } >"$work/$name/resolv.conf"
  ip -n "$run-$name" link set lo up
  nsenter --net="/run/netns/$run-$name" sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.accept_ra=0
}

# Real frame sizes and checksums: what a network carries, not what offloading hands to the kernel.
wire_like() {
  nsenter --net="/run/netns/$run-$1" ethtool -K "$2" tx off tso off gso off gro off >/dev/null 2>&1
}

make_router() {
  local name=$1 sysctls=(net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1); shift
  make_ns "$name" ""
  nsenter --net="/run/netns/$run-$name" sysctl -qw "${sysctls[@]}"
  ip -n "$run-$name" link add lan type bridge
  ip -n "$run-$name" link set lan address "$1" up; shift
  local address
  for address in "$@"; do ip -n "$run-$name" addr add "$address" dev lan; done
}

# plug ROUTER NAME MAC RESOLVER GATEWAY4 GATEWAY6 ADDRESS...: a host on that router's bridge.
plug() {
  local router=$1 name=$2 mac=$3 resolver=$4 gateway4=$5 gateway6=$6; shift 6
  make_ns "$name" "$resolver"
  ip link add eth0 address "$mac" netns "$run-$name" type veth peer name "p-$name" netns "$run-$router"
  ip -n "$run-$router" link set "p-$name" master lan up
  wire_like "$router" "p-$name"
  wire_like "$name" eth0
  ip -n "$run-$name" link set eth0 up
  local address
  for address in "$@"; do ip -n "$run-$name" addr add "$address" dev eth0; done
  ip -n "$run-$name" route add default via "$gateway4"
  ip -n "$run-$name" -6 route add default via "$gateway6"
}

pod() { # NAME HEX_OF_MAC ADDRESS4 ADDRESS6
  plug gateway "$1" "02:42:0a:2a:$2" 10.42.0.53 10.42.0.1 fd42::1 "$3/16" "$4/64"
}

outsider() { # NAME HEX_OF_MAC GATEWAY4 ADDRESS4 ADDRESS6
  plug internet "$1" "02:00:5e:00:$2" 198.51.100.53 "$3" 2001:db8::1 "$4/24" "$5/64"
}

make_router gateway 02:42:0a:2a:00:01 10.42.0.1/16 fd42::1/64
make_router internet 02:00:5e:00:00:01 198.51.100.1/24 203.0.113.1/24 2001:db8::1/64
ip link add wan netns "$run-gateway" type veth peer name cluster netns "$run-internet"
ip -n "$run-gateway" link set wan up
ip -n "$run-internet" link set cluster up
wire_like gateway wan
wire_like internet cluster
ip -n "$run-gateway" addr add 192.0.2.1/30 dev wan
ip -n "$run-internet" addr add 192.0.2.2/30 dev cluster
ip -n "$run-gateway" addr add 2001:db8:0:1::1/64 dev wan
ip -n "$run-internet" addr add 2001:db8:0:1::2/64 dev cluster
ip -n "$run-gateway" route add default via 192.0.2.2
ip -n "$run-gateway" -6 route add default via 2001:db8:0:1::2
ip -n "$run-internet" route add 10.42.0.0/16 via 192.0.2.1
ip -n "$run-internet" -6 route add fd42::/64 via 2001:db8:0:1::1

pod dns      00:35 10.42.0.53  fd42::53
pod web-1    01:0a 10.42.1.10  fd42::1:10
pod web-2    01:0b 10.42.1.11  fd42::1:11
pod api      01:14 10.42.1.20  fd42::1:20
pod database 02:0a 10.42.2.10  fd42::2:10
pod metrics  02:14 10.42.2.20  fd42::2:20
pod client-1 03:0a 10.42.3.10  fd42::3:10
pod client-2 03:0b 10.42.3.11  fd42::3:11
outsider mirror   64:0a 198.51.100.1 198.51.100.10 2001:db8::10
outsider resolver 64:35 198.51.100.1 198.51.100.53 2001:db8::53
outsider visitor  71:07 203.0.113.1  203.0.113.7   2001:db8::7
outsider scanner  71:42 203.0.113.1  203.0.113.66  2001:db8::66

# ---- servers ----------------------------------------------------------------------------------------------------

web_server() { # NAME SERVER_NAME API
  local dir=$work/$1 size
  mkdir "$dir/www"
  for size in 1 8 40 300; do head -c $((size * 1000)) /dev/zero | tr '\0' 'x' >"$dir/www/$size.kb"; done
  echo '<h1>shop</h1>' >"$dir/www/index.html"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=$2" \
    -keyout "$dir/tls.key" -out "$dir/tls.crt" 2>/dev/null
  sed -e "s|@DIR@|$dir|g" -e "s|@API@|$3|g" "$here/lab/nginx.conf.in" >"$dir/nginx.conf"
  daemon "$1" nginx -e "$dir/error.log" -c "$dir/nginx.conf"
}

{
  echo 10.42.1.10 web.shop.example; echo fd42::1:10 web.shop.example
  echo 10.42.1.11 web.shop.example; echo fd42::1:11 web.shop.example
  echo 10.42.1.20 api.shop.example; echo fd42::1:20 api.shop.example
  echo 10.42.2.10 database.shop.example; echo fd42::2:10 database.shop.example
  echo 10.42.2.20 metrics.shop.example
} >"$work/dns/records"
echo "198.51.100.10 mirror.example.net
2001:db8::10 mirror.example.net" >"$work/resolver/records"

start_dnsmasq() { # NAME OPTION...
  local name=$1; shift
  daemon "$name" dnsmasq --keep-in-foreground --user=root --pid-file="$work/$name/dnsmasq.pid" --conf-file=/dev/null \
    --no-resolv --no-hosts --addn-hosts="$work/$name/records" "$@"
}

start_dnsmasq resolver --local=/#/
start_dnsmasq dns --server=198.51.100.53 --local=/shop.example/ --cache-size=0
daemon metrics python3 -B "$here/lab/statsd.py"
daemon database redis-server --bind 10.42.2.10 fd42::2:10 --protected-mode no --save '' --appendonly no --dir "$work/database"
web_server mirror mirror.example.net 127.0.0.1:9
web_server web-1 web.shop.example 10.42.1.20:8080
web_server web-2 web.shop.example '[fd42::1:20]:8080'

# await NAME COMMAND...: until it succeeds there, at most 10 s.
await() {
  local tries=0
  until in_ns "$@" >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 50 ] || { echo "make-sample: no answer in 10 s: $*" >&2; tail -n 5 "$work"/*/daemon.log >&2; exit 1; }
    sleep 0.2
  done
}
await database redis-cli -h 10.42.2.10 ping

# ---- capture ----------------------------------------------------------------------------------------------------

# The bridge in promiscuous mode sees each frame once: pod to pod, and what goes through the router.
nsenter --net="/run/netns/$run-gateway" tcpdump -q -i lan -U -s $snaplen -w "$work/sample.pcap" 2>"$work/tcpdump.log" &
tcpdump_pid=$!
pids+=($tcpdump_pid)
until grep -q 'listening on' "$work/tcpdump.log"; do
  kill -0 $tcpdump_pid 2>/dev/null || { cat "$work/tcpdump.log" >&2; exit 1; }
  sleep 0.1
done
began=$SECONDS

daemon api python3 -B "$here/lab/shop_api.py" 8080 10.42.2.10 10.42.2.20
await api curl -sf -o /dev/null http://10.42.1.20:8080/api/ready

# ---- traffic ----------------------------------------------------------------------------------------------------

get() { # NAME CURL_ARGUMENT...
  local name=$1; shift
  in_ns "$name" curl -s -k -o /dev/null --max-time 60 "$@" || true
}

# every PERIOD COMMAND...: until the time is over.
every() {
  local period=$1; shift
  while [ $((SECONDS - began)) -lt $((seconds - 3)) ]; do "$@" >/dev/null 2>&1 || true; sleep "$period"; done
}

# at SECOND COMMAND...: once.
at() {
  local second=$1; shift
  while [ $((SECONDS - began)) -lt "$second" ]; do sleep 0.2; done
  "$@" >/dev/null 2>&1 || true
}

shopping()      { get client-1 http://web.shop.example/ http://web.shop.example/8.kb http://web.shop.example/api/stock; }
shopping_ipv6() { get client-2 -6 http://web.shop.example/1.kb http://web.shop.example/api/cart; }
reporting()     { in_ns client-2 redis-cli -h fd42::2:10 lpush report "$RANDOM" ltrim report 0 9; }
# One connection with a command every few seconds: a flow that lives through every window.
queueing()      { in_ns client-1 redis-cli -h 10.42.2.10 -r $((seconds / 4)) -i 3.6 incr jobs; }
lookups()       { in_ns client-1 dig +short mirror.example.net AAAA; in_ns client-2 dig +short nowhere.shop.example; }
updating()      { get client-1 https://mirror.example.net/40.kb; get client-2 -6 http://mirror.example.net/8.kb; }
pinging()       { in_ns client-1 ping -c 2 -i 0.3 10.42.2.10; in_ns client-2 ping -6 -c 2 -i 0.3 fd42::1:10; }
visiting()      { get visitor http://10.42.1.10/ http://10.42.1.10/8.kb; get visitor https://10.42.1.11/1.kb; }
visiting_ipv6() { get visitor -6 'http://[fd42::1:10]/8.kb' 'http://[fd42::1:10]/api/stock'; }

every 1.5 shopping &
every 2.5 shopping_ipv6 &
every 4 reporting &
every 3 lookups &
every 9 updating &
every 8 pinging &
every 5 visiting &
every 11 visiting_ipv6 &
queueing >/dev/null 2>&1 &
{
  at 4 get visitor http://10.42.1.11/300.kb                   # half a minute: nginx limits its rate
} &
{
  at 8 in_ns client-1 ping -c 2 -s 3000 10.42.1.10            # IPv4 fragments
  at 10 in_ns client-2 ping -6 -c 2 -s 3000 fd42::1:11        # IPv6 fragments
  at 12 in_ns visitor ncat -w 2 10.42.1.10 22 </dev/null      # refused
  at 15 in_ns visitor ping -c 2 10.42.1.10
  at 18 in_ns client-1 ping -c 1 -t 1 198.51.100.10           # time exceeded at the router
  at 20 in_ns client-1 ping -6 -c 2 2001:db8::10
  at 24 in_ns scanner nmap -n -Pn -sS -T4 --max-retries 1 --top-ports 100 10.42.1.10 10.42.1.20 10.42.2.10
  at 30 in_ns scanner nmap -n -Pn -sU -T4 --max-retries 1 -p 53,69,123,161,8125 10.42.0.53 10.42.2.20
  at 36 in_ns scanner redis-cli -h 10.42.2.10 dbsize
  at 40 in_ns visitor ncat -w 2 fd42::1:20 22 </dev/null      # refused, IPv6
  at 44 in_ns scanner nmap -6 -n -Pn -sS -T4 --max-retries 1 -p 22,80,443,5432,6379,8080 fd42::1:10 fd42::2:10
  at 50 in_ns visitor ncat -w 2 10.42.1.10 22 </dev/null
} &

while [ $((SECONDS - began)) -lt "$seconds" ]; do sleep 0.5; done
kill -INT $tcpdump_pid
wait $tcpdump_pid || true
grep -q '^0 packets dropped by kernel' "$work/tcpdump.log" || { echo "make-sample: the capture has a gap:" >&2; cat "$work/tcpdump.log" >&2; exit 1; }

# ---- result -----------------------------------------------------------------------------------------------------

size=$(stat -c %s "$work/sample.pcap")
[ "$size" -le $max_octets ] || { echo "make-sample: $size octets, more than the $max_octets that may go into the jar" >&2; exit 1; }
for word in "$(uname -n)" "$work" "$here"; do
  # A shorter name turns up in random octets of TLS by chance.
  if [ ${#word} -ge 5 ] && grep -aqF -- "$word" "$work/sample.pcap"; then
    echo "make-sample: the capture names the machine it was made on ('$word')" >&2
    exit 1
  fi
done
mkdir -p "$(dirname "$out")"
install -m 644 "$work/sample.pcap" "$out"
echo "$out"
capinfos -c -s -u -K "$out"

# Sourced by the judges: a gateway to talk to, a certificate to look at, and counting. Not a program.
#
# A judge that runs alone starts a gateway of its own on free loopback ports with a throw-away data directory. Under
# `interop/run` one gateway is started for all, and these say where it is:
#   GATEWAY         the chancery binary        GATEWAY_HOME   configuration, data and what the judges leave there
#   GATEWAY_URL     http://127.0.0.1:PORT      GATEWAY_HOME/issued   each certificate that a client received, PEM
set -uo pipefail
HERE=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
GATEWAY=${GATEWAY:-$HERE/../target/release/chancery}
OK=0
BAD=0
WORK=$(mktemp -d)
OWNED=

ok() { OK=$((OK + 1)); echo "  ok   $*"; }
bad() { BAD=$((BAD + 1)); echo "  BAD  $*"; }

# expect NAME COMMAND…: right if the command succeeds. refuse PATTERN NAME COMMAND…: see below.
expect() {
    local name=$1
    shift
    if "$@" >"$WORK/said" 2>&1; then ok "$name"; else bad "$name"; tail -n 12 "$WORK/said" | sed 's/^/       | /'; fi
}
# Right if the command fails and says PATTERN: refused for the reason that was meant, and not by the client.
refuse() {
    local pattern=$1 name=$2
    shift 2
    if "$@" >"$WORK/said" 2>&1; then
        bad "$name: accepted"
    elif grep -qE -- "$pattern" "$WORK/said"; then
        ok "$name"
        return
    else
        bad "$name: refused, but not as '$pattern'"
    fi
    tail -n 12 "$WORK/said" | sed 's/^/       | /'
}

need() {
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null || { echo "$tool is missing; ./test installs it"; echo "0 passed, 1 failed"; exit 1; }
    done
}

finish() {
    [ -z "$OWNED" ] || stop_gateway
    rm -rf "$WORK"
    echo "$OK passed, $BAD failed"
    [ "$BAD" = 0 ] && [ "$OK" != 0 ]
    exit
}

free_ports() {
    python3 - "$1" <<'P'
import socket, sys
held = [socket.socket() for _ in range(int(sys.argv[1]))]
for s in held: s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in held))
P
}

configuration() {
    local scep=$1 admin=$2
    cat <<C
data_dir = "$GATEWAY_HOME/data"
public_url = "http://127.0.0.1:$scep"
[listen]
scep = "127.0.0.1:$scep"
admin = "127.0.0.1:$admin"
[[endpoint]]
name = "modern"
validator = "one_time"
[[endpoint]]
name = "legacy"
validator = "one_time"
legacy_3des = true
legacy_sha1 = true
[[endpoint]]
name = "waiting"
validator = "one_time"
pending = true
[[policy]]
name = "waits"
ask = "Is this device known?"
[policy.when]
endpoint = ["waiting"]
C
}

# gateway: joins the one that runs, or starts one.
gateway() {
    [ -z "${GATEWAY_URL:-}" ] || return 0
    need python3 curl
    [ -x "$GATEWAY" ] || { echo "no chancery at $GATEWAY; cargo build --release"; echo "0 passed, 1 failed"; exit 1; }
    local scep admin
    read -r scep admin < <(free_ports 2)
    export GATEWAY_HOME=$WORK/gateway GATEWAY_URL=http://127.0.0.1:$scep GATEWAY
    mkdir -p "$GATEWAY_HOME/issued" "$GATEWAY_HOME/data"
    configuration "$scep" "$admin" >"$GATEWAY_HOME/chancery.toml"
    "$GATEWAY" --config "$GATEWAY_HOME/chancery.toml" --local serve >"$GATEWAY_HOME/out" 2>"$GATEWAY_HOME/log" &
    OWNED=$!
    for _ in $(seq 100); do
        curl -fsS -o "$WORK/health" "http://127.0.0.1:$admin/readyz" 2>/dev/null && return 0
        kill -0 "$OWNED" 2>/dev/null || break
        sleep 0.1
    done
    echo "the gateway did not become ready:"
    tail -n 30 "$GATEWAY_HOME/out" "$GATEWAY_HOME/log"
    echo "0 passed, 1 failed"
    exit 1
}

stop_gateway() {
    kill "$OWNED" 2>/dev/null
    wait "$OWNED" 2>/dev/null
    OWNED=
}

chancery() { "$GATEWAY" --config "$GATEWAY_HOME/chancery.toml" --local "$@"; }

# challenge ENDPOINT: a new one-time challenge.
challenge() {
    chancery --json challenge new --endpoint "$1" | python3 -c 'import json, sys; print(json.load(sys.stdin)["challenge"])'
}

# received FILE NAME: keeps a certificate that a client got, for the verifiers.
received() { openssl x509 -in "$1" -out "$GATEWAY_HOME/issued/$2.pem"; }

# authorities: the CA's certificates as PEM, root apart from the rest, and its CRL.
authorities() {
    local to=$1
    curl -fsS "$GATEWAY_URL/scep/modern?operation=GetCACert" |
        openssl pkcs7 -inform DER -print_certs -out "$to/bag.pem" || return 1
    python3 - "$to" <<'P'
import pathlib, re, subprocess, sys
to = pathlib.Path(sys.argv[1])
pems = re.findall(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", (to / "bag.pem").read_text(), re.S)
def says(pem, what):
    return subprocess.run(["openssl", "x509", "-noout", *what], input=pem, text=True, capture_output=True).stdout
kinds = {"root": [], "issuing": [], "ra": []}
for pem in pems:
    lines = says(pem, ["-subject", "-issuer"]).splitlines()
    subject, issuer = (line.split("=", 1)[1].strip() for line in lines)
    is_ca = "CA:TRUE" in says(pem, ["-ext", "basicConstraints"])
    kinds["root" if subject == issuer else "issuing" if is_ca else "ra"].append(pem)
for kind, found in kinds.items():
    (to / f"{kind}.pem").write_text("".join(found))
P
}

# crl_of CERTIFICATE FILE: the list that its distribution point names, as PEM.
crl_of() {
    local uri
    uri=$(openssl x509 -in "$1" -noout -ext crlDistributionPoints | sed -n 's/.*URI://p' | head -n 1)
    [ -n "$uri" ] && curl -fsS "$uri" | openssl crl -inform DER -out "$2"
}

#!/usr/bin/env bash
# A gateway that lives in $DATA, for the rigs: makes its settings and a static challenge there at its first start, and
# serves. `serve.sh devices` enrols at it for ever; `serve.sh both` does both in one process group.
set -uo pipefail
TARGET=$(readlink -f "$(dirname "$(readlink -f "$0")")/../../target")
GATEWAY=${GATEWAY:-$TARGET/release/chancery}
DEVICES=$TARGET/debug/examples/acknowledge

settings() {
    cat <<C
data_dir = "$DATA"
public_url = "http://127.0.0.1:$1"
[listen]
scep = "127.0.0.1:$1"
admin = "127.0.0.1:$2"
[log]
level = "warn"
[[endpoint]]
name = "modern"
C
}

first_start() {
    local ports made
    read -r -a ports < <(python3 -c '
import socket
held = [socket.socket() for _ in range(2)]
for s in held: s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in held))')
    { settings "${ports[@]}"; echo 'validator = "one_time"'; } >"$DATA/making.toml"
    made=$("$GATEWAY" --config "$DATA/making.toml" --local --json challenge new --static) || exit 1
    python3 -c 'import json, sys; print(json.load(sys.stdin)["challenge"])' <<<"$made" >"$DATA/challenge"
    {
        settings "${ports[@]}"
        echo 'validator = "static"'
        echo '[endpoint.static]'
        python3 -c 'import json, sys; print("challenge_hash = \"%s\"" % json.load(sys.stdin)["challenge_hash"])' <<<"$made"
    } >"$DATA/chancery.toml.new"
    mv "$DATA/chancery.toml.new" "$DATA/chancery.toml"
}

devices() {
    until [ -e "$DATA/chancery.toml" ]; do sleep 0.05; done
    exec "$DEVICES" "$(sed -n 's/^public_url = "\(.*\)"/\1/p' "$DATA/chancery.toml")/scep/modern" "$DATA/challenge"
}

serve() {
    [ -e "$DATA/chancery.toml" ] || first_start
    exec "$GATEWAY" --config "$DATA/chancery.toml" --local serve
}

case "${1:-serve}" in
serve) serve ;;
devices) devices ;;
both)
    (serve) &
    devices
    ;;
check)
    # Nothing runs on $DATA now: each certificate that a device received is there, and the invariants hold.
    chancery() { "$GATEWAY" --config "$DATA/chancery.toml" --local --data-dir "$DATA" "$@"; }
    chancery verify >"$DATA/verified" 2>&1 || { cat "$DATA/verified"; exit 1; }
    chancery cert list --limit 1000000 | awk '$2 == "issued" { print $1 }' | sort >"$DATA/have"
    lost=$(sort -u "$ACKNOWLEDGED" | comm -23 - "$DATA/have" | wc -l)
    [ "$lost" = 0 ] || { echo "$lost certificates were received and are not in the store"; exit 1; }
    ;;
esac

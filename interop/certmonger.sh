#!/usr/bin/env bash
# certmonger (Debian 12: 0.79.17) enrols, resubmits and re-keys, unprivileged, without systemd: the session daemon on a
# session bus of its own, with its state under a temporary HOME.
#
# What this version does: GET only, even where POST is offered (Q6); GetCACert with message=0,1,… until the answer repeats
# (Q11); signs with an X.509 v1 certificate of 32 serial octets (Q13); one transaction ID per key (Q14); wants a
# senderNonce (Q17); compares content types letter for letter (Q10); renews by PKCSReq under the old certificate, with the
# old challenge still in the CSR unless its configuration says that challenges are used once. The bus would start a daemon of its own for the
# first getcert that calls, so ours must own the name before that.
if [ -z "${INSIDE_BUS:-}" ]; then
    command -v dbus-run-session >/dev/null || { echo "dbus-run-session is missing; ./test installs it"; echo "0 passed, 1 failed"; exit 1; }
    INSIDE_BUS=1 exec dbus-run-session -- "$(readlink -f "$0")" "$@"
fi
source "$(dirname "$(readlink -f "$0")")/gateway.sh"
need getcert openssl curl dbus-send
gateway
cd "$WORK" || exit 1
export HOME=$WORK/home
export CERTMONGER_REQUESTS_DIR=$HOME/requests CERTMONGER_CAS_DIR=$HOME/cas CERTMONGER_TMPDIR=$HOME/tmp
export CERTMONGER_LOCAL_CA_DIR=$HOME/local CERTMONGER_CONFIG_DIR=$HOME/config
mkdir -p "$HOME"/{requests,cas,tmp,local,config}
printf '[scep]\nchallenge_password_otp = yes\n' >"$CERTMONGER_CONFIG_DIR/certmonger.conf"

owned() {
    dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner \
        string:org.fedorahosted.certmonger 2>/dev/null | grep -q 'boolean true'
}
/usr/lib/certmonger/certmonger-session -s -n -B -d 1 >daemon.log 2>&1 &
DAEMON=$!
trap 'kill "$DAEMON" 2>/dev/null' EXIT
for _ in $(seq 100); do owned && break; sleep 0.1; done

status() { getcert list -s -i "$1" | sed -n 's/^\tstatus: //p'; }

# settled ID WANTED: waits until the request is where it was going.
settled() {
    local now=
    for _ in $(seq 150); do
        now=$(status "$1")
        case $now in
        "$2") return 0 ;;
        CA_REJECTED | CA_UNCONFIGURED | NEED_* | NEWLY_ADDED_NEED_*) break ;;
        esac
        sleep 0.2
    done
    echo "status $now, not $2"
    getcert list -s -i "$1"
    tail -n 25 "$WORK/daemon.log"
    return 1
}

serial() { openssl x509 -in "$1" -noout -serial; }
key_of() { openssl x509 -in "$1" -noout -pubkey | sha256sum; }

request() {
    local id=$1 bits=$2 password
    password=$(challenge modern) || return 1
    getcert request -s -c chancery -I "$id" -k "$WORK/$id.key" -f "$WORK/$id.pem" -g "$bits" -N "CN=$id,O=Example" \
        -D "$id.example.test" -L "$password" || return 1
    settled "$id" MONITORING && received "$id.pem" "certmonger-$id"
}

wrong_challenge() {
    getcert request -s -c chancery -I wrong -k "$WORK/wrong.key" -f "$WORK/wrong.pem" -g 2048 -N CN=wrong -L not-the-challenge
    settled wrong CA_REJECTED && [ ! -e "$WORK/wrong.pem" ]
}

# Another certificate for the same key: the old certificate's word is enough.
resubmit() {
    local before
    before=$(serial "$1.pem")
    getcert resubmit -s -i "$1" -w --wait-timeout 30 || return 1
    settled "$1" MONITORING && received "$1.pem" "certmonger-$1-resubmitted" || return 1
    [ "$(serial "$1.pem")" != "$before" ] || { getcert list -s -i "$1"; return 1; }
}

rekey() {
    local before
    before=$(key_of "$1.pem")
    getcert rekey -s -i "$1" -g 2048 -w --wait-timeout 60 || return 1
    settled "$1" MONITORING && received "$1.pem" "certmonger-$1-rekeyed" || return 1
    [ "$(key_of "$1.pem")" != "$before" ] || { getcert list -s -i "$1"; return 1; }
}

known() {
    getcert add-scep-ca -s -c chancery -u "$GATEWAY_URL/scep/modern" || return 1
    for _ in $(seq 50); do
        getcert list-cas -s -c chancery -v | grep -q 'BEGIN CERTIFICATE\|SCEP' && return 0
        sleep 0.1
    done
    true
}

expect "the daemon is on its bus" owned
expect "getcert add-scep-ca" known
expect "RSA-2048 by GET" request cm-2048 2048
expect "RSA-4096 by GET" request cm-4096 4096
expect "a challenge that is none is rejected, not retried (Q16)" wrong_challenge
expect "resubmit: a new certificate for the same key" resubmit cm-2048
# Key, CSR and transaction ID are those of the first resubmission; the certificate that signs is not.
expect "and again: not the answer of the first" resubmit cm-2048
expect "rekey: a new key" rekey cm-4096
kill "$DAEMON" 2>/dev/null
wait "$DAEMON" 2>/dev/null
finish

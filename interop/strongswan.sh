#!/usr/bin/env bash
# strongSwan's `pki --scepca` and `pki --scep` (Debian 12: 5.9.8) enrol, renew and are refused.
#
# What this version does: GetCACaps, GetCACert and PKIOperation, by POST only where the capability is listed, without a
# Host header by GET; takes AES only where the list has SHA-384 (Q19); wants rsaEncryption as signature algorithm (Q20);
# reads DER only on --in, writes DER. HTTP needs the curl plugin (libstrongswan-extra-plugins), a P-256 CA the openssl
# plugin (libstrongswan-standard-plugins).
source "$(dirname "$(readlink -f "$0")")/gateway.sh"
need pki openssl curl
gateway
cd "$WORK" || exit 1

# enrol ENDPOINT BITS CIPHER DIGEST NAME: leaves NAME.key and NAME.der.
enrol() {
    local endpoint=$1 bits=$2 cipher=$3 digest=$4 name=$5 password
    password=$(challenge "$endpoint") || return 1
    pki --gen --type rsa --size "$bits" --outform der >"$name.key" 2>>noise || return 1
    scep "$endpoint" "$cipher" "$digest" --in "$name.key" --dn "C=SE, O=Example, CN=$name" --san "$name.example.test" \
        --password "$password" >"$name.der"
    [ -s "$name.der" ] && received "$name.der" "strongswan-$name"
}

scep() {
    local endpoint=$1 cipher=$2 digest=$3
    shift 3
    timeout 30 pki --scep --url "$GATEWAY_URL/scep/$endpoint" --cipher "$cipher" --digest "$digest" --interval 1 --maxpolltime 5 \
        --cacert-enc "$endpoint-ra.der" --cacert-sig "$endpoint-ra.der" "${TRUST[@]}" "$@"
}

# renew ENDPOINT NAME NEWKEY: with the certificate and key at hand instead of a challenge.
renew() {
    local endpoint=$1 name=$2 key=$3
    scep "$endpoint" aes sha256 --in "$key" --cert "$name.der" --key "$name.key" --dn "C=SE, O=Example, CN=$name" \
        --san "$name.example.test" >"$name-renewed.der"
    [ -s "$name-renewed.der" ] && received "$name-renewed.der" "strongswan-$name-renewed"
}

# decided VERB: decides about the first request that waits, as soon as there is one.
decided() {
    local try id
    for try in $(seq 40); do
        id=$(chancery --json approval list | python3 -c 'import json, sys; [print(one["id"]) for one in json.load(sys.stdin)["approvals"][:1]]')
        [ -n "$id" ] && { chancery approval "$1" "$id"; return; }
        sleep 0.1
    done
    return 1
}

# waits VERB NAME: a rule holds the request, which is decided while the client polls.
waits() {
    enrol waiting 2048 aes sha256 "$2" &
    local client=$!
    decided "$1" || return 1
    wait "$client"
}

wrong_challenge() {
    pki --gen --type rsa --size 2048 --outform der >wrong.key 2>>noise
    scep modern aes sha256 --in wrong.key --dn "CN=wrong" --password not-the-challenge >wrong.der
    [ -s wrong.der ]
}

trust() {
    local endpoint=$1 file
    pki --scepca --url "$GATEWAY_URL/scep/$endpoint" --caout "$endpoint-ca.der" --raout "$endpoint-ra.der" --force || return 1
    TRUST=()
    for file in "$endpoint"-ca*.der; do TRUST+=(--cacert "$file"); done
    [ -s "$endpoint-ra.der" ]
}

# The caller's shell keeps what `trust` found, so it is not run inside `expect`.
if trust legacy >trust.log 2>&1; then ok "--scepca gets RA and CA certificates"; else bad "--scepca"; cat trust.log; fi
expect "RSA-2048, 3DES, SHA-1 where both are switched on" enrol legacy 2048 des3 sha1 old-2048
expect "RSA-2048, 3DES, SHA-256 where 3DES is switched on" enrol legacy 2048 des3 sha256 old-256
if trust modern >trust.log 2>&1; then ok "--scepca again, other endpoint"; else bad "--scepca"; cat trust.log; fi
expect "RSA-2048, AES, SHA-256" enrol modern 2048 aes sha256 new-2048
expect "RSA-4096, AES, SHA-256" enrol modern 4096 aes sha256 new-4096
expect "RSA-3072, AES, SHA-512" enrol modern 3072 aes sha512 new-3072
refuse "failInfo: +badAlg" "3DES where it is not switched on" enrol modern 2048 des3 sha256 refused-des3
refuse "failInfo: +badAlg" "SHA-1 where it is not switched on" enrol modern 2048 aes sha1 refused-sha1
refuse "failInfo: +badRequest" "a challenge that is none" wrong_challenge
expect "renewal with the same key" renew modern new-2048 new-2048.key
pki --gen --type rsa --size 2048 --outform der >rekeyed.key 2>>noise
expect "re-key: a new key, signed by the old one" renew modern new-4096 rekeyed.key
if trust waiting >trust.log 2>&1; then ok "--scepca again, the endpoint that waits"; else bad "--scepca"; cat trust.log; fi
expect "PENDING, polled (CertPoll) until somebody approves it" waits approve approved
refuse "failInfo: +badRequest" "PENDING, polled until somebody denies it" waits deny denied
finish

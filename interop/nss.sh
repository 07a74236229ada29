#!/usr/bin/env bash
# NSS, a third stack: builds the chain, asks our responder by the certificate's own URL, and refuses what is revoked.
source "$(dirname "$(readlink -f "$0")")/gateway.sh"
need certutil vfychain openssl curl
gateway
source "$HERE/enrol-one.sh"
authorities "$WORK" || bad "GetCACert gives certificates"
cd "$WORK" || exit 1

mkdir db && certutil -N -d db --empty-password
certutil -A -d db -n root -t CT,C,C -i root.pem
certutil -A -d db -n issuing -t ,, -i issuing.pem
# Usage 0 is an SSL client; freshness has to be asked for, or a missing answer would pass.
verify() {
    vfychain -d db -pp -u 0 -g leaf -m ocsp -s requireInfo -h requireFreshInfo -a "$ONE" >verdict 2>&1
    cat verdict
    grep -q 'Chain is good' verdict
}
rejected() { ! verify; }
soon() { for _ in $(seq 20); do "$@" >/dev/null 2>&1 && return 0; sleep 0.5; done; "$@"; }

serial=$(openssl x509 -in "$ONE" -noout -serial | cut -d= -f2)
expect "NSS verifies the chain and asks OCSP" verify
expect "revoked" chancery cert revoke "$serial" --reason superseded
expect "NSS rejects what is revoked" soon rejected
verify >told 2>&1
expect "because it is revoked" bash -c "grep -i revoked told || { cat told; false; }"
rm -f "$ONE"
finish

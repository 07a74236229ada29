#!/usr/bin/env bash
# GnuTLS, a second X.509 stack, verifies the chain of every certificate that a client received, the CRL, and OCSP answers.
source "$(dirname "$(readlink -f "$0")")/gateway.sh"
need certtool ocsptool openssl curl
gateway
source "$HERE/enrol-one.sh"
authorities "$WORK" || bad "GetCACert gives certificates"
cd "$WORK" || exit 1

# certtool --verify takes leaf first, then its issuers, and the roots apart.
verify() {
    cat "$1" issuing.pem >chain.pem
    certtool --verify --verify-profile=medium --load-ca-certificate root.pem "${@:2}" --infile chain.pem | tee verdict
    grep -q 'Chain verification output: Verified' verdict
}
crl_is_signed() {
    crl_of "$ONE" list.pem && cat issuing.pem root.pem >authorities.pem &&
        certtool --verify-crl --load-ca-certificate authorities.pem --infile list.pem | tee verdict && grep -q 'Verified' verdict
}

for certificate in "$GATEWAY_HOME"/issued/*.pem; do
    expect "chain of $(basename "$certificate" .pem)" verify "$certificate"
done
expect "chain of the RA certificate" verify ra.pem
expect "the CRL's signature" crl_is_signed

# The answers are kept for whoever looks at them next.
asks() {
    ocsptool --ask="$GATEWAY_URL/ocsp" --load-cert="$1" --load-issuer="$2" --load-trust=all.pem "${@:4}" --outder --outfile="$3" | tee verdict
    grep -q 'Verifying OCSP Response: Success' verdict
}
cat issuing.pem root.pem >all.pem
answers=$GATEWAY_HOME/issued
expect "OCSP about a device" asks "$ONE" issuing.pem "$answers/device.ors"
expect "OCSP about a device, with a nonce" asks "$ONE" issuing.pem "$answers/nonce.ors" --nonce
expect "OCSP about the issuing CA" asks issuing.pem root.pem "$answers/issuing.ors"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout other.key -subj /CN=Other -out other.pem 2>>noise
under_another_root() {
    cat "$ONE" issuing.pem >chain.pem
    certtool --verify --load-ca-certificate other.pem --infile chain.pem | tee verdict
    grep -q 'Chain verification output: Verified' verdict
}
refuse "issuer is unknown" "control: under another root" under_another_root
rm -f "$ONE"
finish

#!/usr/bin/env bash
# OpenSSL builds and checks the chain of every certificate that a client received, with the CRL; and, as a control,
# refuses one that was revoked and one under another root.
source "$(dirname "$(readlink -f "$0")")/gateway.sh"
need openssl curl
gateway
source "$HERE/enrol-one.sh"
authorities "$WORK" || bad "GetCACert gives certificates that OpenSSL reads"
cd "$WORK" || exit 1

verify() { openssl verify -x509_strict -purpose sslclient -CAfile root.pem -untrusted issuing.pem "$@"; }
with_crl() { crl_of "$1" list.pem && verify -crl_check -CRLfile list.pem "$1"; }

for certificate in "$GATEWAY_HOME"/issued/*.pem; do
    expect "chain of $(basename "$certificate" .pem)" verify "$certificate"
done
expect "chain of the RA certificate" openssl verify -x509_strict -CAfile root.pem -untrusted issuing.pem ra.pem
for ca in root issuing; do
    expect "no extended key usage on the $ca CA" bash -c "! openssl x509 -in $ca.pem -noout -ext extendedKeyUsage 2>/dev/null | grep -q TLS"
done
expect "chain and CRL" with_crl "$ONE"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout other.key -subj /CN=Other -out other.pem 2>>noise
refuse "unable to get local issuer" "control: under another root" openssl verify -CAfile other.pem -untrusted issuing.pem "$ONE"
serial=$(openssl x509 -in "$ONE" -noout -serial | cut -d= -f2)
expect "chancery cert revoke --publish" chancery cert revoke "$serial" --reason superseded --publish
for _ in $(seq 5); do with_crl "$ONE" >said 2>&1 || break; sleep 1; done
refuse "certificate revoked" "a revoked certificate, by the CRL, within seconds" with_crl "$ONE"
rm -f "$ONE"
finish

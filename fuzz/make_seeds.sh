#!/usr/bin/env bash
# Makes the seeds that are kept in fuzz/seeds: one small well-formed input of each kind, by OpenSSL and not by us.
# Run it again only to add a kind; the keys are thrown away.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/seeds"
W=$(mktemp -d)
trap 'rm -rf "$W"' EXIT
put() { mkdir -p "$1" && cat >"$1/$2"; }

cat >"$W/openssl.cnf" <<'C'
[req]
distinguished_name = dn
attributes = attributes
prompt = no
[dn]
C = SE
O = Näsby\, "Örebro"
CN = device-1
[attributes]
challengePassword = seed-challenge-0123456789
[san]
subjectAltName = @names
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = clientAuth
[names]
DNS = device.example.test
email = a@example.test
IP = 192.0.2.1
URI = "tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-4"
otherName = 1.3.6.1.4.1.311.20.2.3;UTF8:a@example.test
[ca]
basicConstraints = critical,CA:true,pathlen:0
keyUsage = critical,keyCertSign,cRLSign,digitalSignature
[crl]
default_ca = authority
[authority]
database = index
crlnumber = crlnumber
default_md = sha256
default_crl_days = 7
crl_extensions = crl_extensions
[crl_extensions]
authorityKeyIdentifier = keyid
[part]
issuingDistributionPoint = critical,@point
[point]
fullname = URI:http://a.example/1.crl
onlyuser = TRUE
onlysomereasons = keyCompromise
[located]
authorityInfoAccess = OCSP;URI:http://a.example/ocsp,caIssuers;URI:http://a.example/ca.crt
crlDistributionPoints = one,URI:http://a.example/2.crl
noCheck = ignored
[one]
fullname = URI:http://a.example/1.crl
reasons = keyCompromise
C
cd "$W"
S=$OLDPWD
o() { openssl "$@" 2>>"$W/err" || { cat "$W/err" >&2; return 1; }; }
o ecparam -name prime256v1 -genkey -noout -out ca.key
o req -config openssl.cnf -utf8 -x509 -new -key ca.key -days 30 -extensions ca -out ca.pem
o req -config openssl.cnf -utf8 -x509 -new -key ca.key -days 30 -extensions located -out located.pem
o genrsa -out ra.key 2048
o req -config openssl.cnf -utf8 -x509 -new -key ra.key -days 30 -extensions san -out ra.pem
o req -config openssl.cnf -utf8 -new -key ra.key -reqexts san -out rsa.csr
o req -config openssl.cnf -utf8 -new -key ca.key -reqexts san -out ec.csr
printf 'R\t301231235959Z\t251231235959Z,keyCompromise\t0A0B\tunknown\t/CN=x\n' >index
echo 01 >crlnumber
o ca -config openssl.cnf -name authority -gencrl -keyfile ca.key -cert ca.pem -out crl.pem
o ca -config openssl.cnf -name authority -gencrl -crlexts part -keyfile ca.key -cert ca.pem -out part.pem
cd "$S"
o x509 -in "$W/ca.pem" -outform DER | put certificate ca.der
o x509 -in "$W/ra.pem" -outform DER | put certificate rsa.der
o x509 -in "$W/located.pem" -outform DER | put certificate located.der
o req -in "$W/rsa.csr" -outform DER | put csr rsa.der
o req -in "$W/ec.csr" -outform DER | put csr ec.der
o crl -in "$W/crl.pem" -outform DER | put crl one.der
o crl -in "$W/part.pem" -outform DER | put crl part.der
put pem ca.pem <"$W/ca.pem"
o cms -sign -binary -nodetach -in "$W/ec.csr" -signer "$W/ra.pem" -inkey "$W/ra.key" -outform DER | put signed rsa.der
o cms -sign -binary -nodetach -stream -indef -in "$W/ec.csr" -signer "$W/ra.pem" -inkey "$W/ra.key" -outform DER | put signed indefinite.der
o crl2pkcs7 -certfile "$W/ca.pem" -in "$W/crl.pem" -outform DER | put signed certs-only.der
o cms -encrypt -binary -aes256 -in "$W/ec.csr" -outform DER "$W/ra.pem" | put enveloped aes256.der
o cms -encrypt -binary -des3 -stream -indef -in "$W/ec.csr" -outform DER "$W/ra.pem" | put enveloped indefinite-3des.der
o cms -encrypt -binary -aes128 -recip "$W/ra.pem" -keyopt rsa_padding_mode:oaep -in "$W/ec.csr" -outform DER | put enveloped oaep.der
o cms -encrypt -binary -aes128 -pwri_password seed -in "$W/ec.csr" -outform DER | put enveloped password.der
printf '0,1\x0b0\x09\x06\x03U\x04\x06\x13\x02SE1\x0a0\x08\x06\x03U\x04\x0a\x0c\x01O1\x110\x0f\x06\x03U\x04\x03\x0c\x08device-1' | put name three.der
printf '0\x1e\x82\x04a.se\x81\x06a@b.se\x87\x04\xc0\x00\x02\x01\x86\x08tag:x,1:' | put general_name four.der
for kind in signed enveloped; do for seed in "$kind"/*; do put ber "$kind-$(basename "$seed")" <"$seed"; done; done
for kind in certificate csr crl; do for seed in "$kind"/*; do put der "$kind-$(basename "$seed")" <"$seed"; done; done
printf 'CN="Doe, ""J"" + x"; OU=a+L=b\n2.5.4.97=# 0A 0b' | put subject all.txt
printf 'operation=PKIOperation&message=MIIB%%2BgYJKoZIhvcNAQcC' | put operation get
printf 'operation=GetCACert&message=0' | put operation cacert
printf 'AES\nRenewal\r\nSHA-256\nPOSTPKIOperation\nSCEPStandard\n' | put operation caps
printf '{"token_type":"Bearer","expires_in":3599,"access_token":"e30.e30.e30"}' | put intune token.json
printf '{"error":"invalid_client","error_description":"AADSTS7000215: no","error_codes":[7000215]}' | put intune refusal.json
printf '{"value":[{"serviceName":"ScepRequestValidationFEService","uri":"https://a.manage.microsoft.com/x","providerName":"ScepRequestValidationFEService"}]}' | put intune endpoints.json
printf '{"@odata.context":"x","code":"ChallengeExpired","errorDescription":"late"}' | put intune answer.json
printf '%s' '{"value":[{"id":"1","deviceId":"2","accountEnabled":true,"isCompliant":null,"isManaged":true,"complianceExpirationDateTime":"2026-12-01T00:00:00Z"},{"id":"1","@removed":{"reason":"changed"}}],"@odata.deltaLink":"https://graph.microsoft.com/v1.0/devices/delta?$deltatoken=x"}' | put intune devices.json
printf '%s' '{"value":[{"id":"1","azureADDeviceId":"2","userId":"","userPrincipalName":"a@b","managementState":"retirePending","complianceState":254,"enrolledDateTime":"0001-01-01T00:00:00Z"}],"@odata.nextLink":"https://graph.microsoft.com/beta/x?$skiptoken=y"}' | put intune managed.json
printf '%s' '{"value":[{"requestContext":"c","serialNumber":"0x5A:4d 10","issuerName":null,"caConfiguration":"CA"},{"requestContext":"d","serialNumber":"255"}]}' | put intune revocation.json
# Behind the signatures: a first octet chooses the message type or status, then contents; or attributes by index.
for kind in rsa ec; do { printf '\0'; cat csr/$kind.der; } | put opened csr-$kind; done
printf '\x020\x140\x100\x0e\x06\x03U\x04\x03\x13\x07CA\x02\x01\x05aa' | put opened poll
{ printf '\xc8'; cat signed/certs-only.der; } | put reply success
{ printf '\0'; cat enveloped/aes256.der; } | put reply envelope
printf '\x00\x04\x13\x0219\x03\x12\x04\x10aaaaaaaaaaaaaaaa\x05\x03\x13\x011' | put attributes request
printf '\x00\x03\x13\x013\x01\x03\x13\x012\x02\x03\x13\x012\x04\x12\x04\x10ZZZZZZZZZZZZZZZZ\x05\x03\x13\x011\x06\x05\x0c\x03why' |
    put attributes failure
put received signed <signed/rsa.der
# OCSP: questions with and without nonce, of one and two certificates, signed; answers by a name and by a key.
o ocsp -issuer "$W/ca.pem" -serial 1 -no_nonce -reqout "$W/plain.req"
o ocsp -issuer "$W/ca.pem" -sha256 -serial 1 -sha512 -serial 0x1234 -nonce -reqout "$W/two.req"
o ocsp -issuer "$W/ca.pem" -serial 1 -signer "$W/ca.pem" -signkey "$W/ca.key" -reqout "$W/signed.req"
put ocsp_request signed.der <"$W/signed.req"
put ocsp_request plain.der <"$W/plain.req"
put ocsp_request two.der <"$W/two.req"
openssl base64 -A -in "$W/plain.req" | put ocsp_request path.txt
o ocsp -index "$W/index" -CA "$W/ca.pem" -rsigner "$W/ca.pem" -rkey "$W/ca.key" -reqin "$W/two.req" -respout "$W/two.resp"
put ocsp_response two.der <"$W/two.resp"
o ocsp -issuer "$W/ca.pem" -serial 0x0a0b -no_nonce -reqout "$W/revoked.req"
o ocsp -index "$W/index" -CA "$W/ca.pem" -rsigner "$W/ca.pem" -rkey "$W/ca.key" -reqin "$W/revoked.req" -respout "$W/revoked.resp" \
    -resp_key_id -resp_no_certs -ndays 7
put ocsp_response revoked.der <"$W/revoked.resp"
find . -type f -size +4k -print -quit | grep . && { echo "a seed is over 4 KB" >&2; exit 1; }
echo "$(find . -type f | wc -l) seeds"

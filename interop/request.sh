#!/usr/bin/env bash
# Keys and certification requests that the portal's script makes in a browser: the same script under Node's WebCrypto, read by
# OpenSSL. Names of every kind are among them, and what no name can hold is refused.
source "$(dirname "$(readlink -f "$0")")/gateway.sh"
need node openssl
cd "$WORK" || exit 1
cp "$HERE/../crates/server/assets/request.js" request.mjs
cat >make.mjs <<'J'
import { writeFileSync } from "node:fs";
import { make } from "./request.mjs";
const [, , out, wanted] = process.argv;
const { key, request } = await make(JSON.parse(wanted));
writeFileSync(`${out}.key`, key);
writeFileSync(`${out}.csr`, request);
J

# made OUT WANTED: what the form would send.
made() { node make.mjs "$1" "$2"; }
verified() { openssl req -in "$1.csr" -noout -verify && openssl pkey -in "$1.key" -noout -check; }
same_key() { [ "$(openssl req -in "$1.csr" -noout -pubkey)" = "$(openssl pkey -in "$1.key" -pubout)" ]; }
says() { openssl req -in "$1.csr" -noout -text -nameopt RFC2253,utf8,-esc_msb | grep -qF -- "$2"; }

names='[["dns","web.contoso.com"],["ip","192.0.2.7"],["ip","2001:db8::7"],["ip","::ffff:1.2.3.4"],["email","a@b.example"],["uri","urn:x:y"],["upn","ü@b.example"]]'
for algorithm in p256 rsa2048 rsa3072; do
    expect "$algorithm is made" made "$algorithm" "{\"algorithm\":\"$algorithm\",\"common\":\"wéb, O=Evil\",\"organization\":\"Contoso\",\"names\":$names}"
    expect "$algorithm verifies" verified "$algorithm"
    expect "$algorithm has its key" same_key "$algorithm"
done
# An ECDSA number begins with a zero octet now and then, or lacks one: these are different each time.
for turn in $(seq 24); do
    made "turn$turn" '{"algorithm":"p256","common":"a","names":[]}' && verified "turn$turn" || break
done >noise 2>&1
expect "24 signatures in a row" verified turn24
expect "a comma stays in its name" says p256 'CN=wéb\, O=Evil'
for name in "DNS:web.contoso.com" "IP Address:192.0.2.7" "IP Address:2001:DB8:0:0:0:0:0:7" "IP Address:0:0:0:0:0:FFFF:102:304" \
    "email:a@b.example" "URI:urn:x:y" "UPN::ü@b.example"; do
    expect "$name" says rsa2048 "$name"
done
expect "names alone" made bare "{\"algorithm\":\"p256\",\"common\":\"\",\"names\":$names}"
expect "names alone are critical" says bare "X509v3 Subject Alternative Name: critical"
for bad in '["ip","1.2.3"]' '["ip","1::2::3"]' '["ip","::1.2.3.400"]' '["ip","1:2:3:4:5:6:7:8:9"]' '["dns","ü.example"]' '["dns","a b"]'; do
    refuse Error "control: $bad" made no "{\"algorithm\":\"p256\",\"common\":\"a\",\"names\":[$bad]}"
done
sed '3s/[A-Za-z]/+/3' p256.csr >broken.csr
cp p256.key broken.key
refuse "" "control: a request with a changed letter" verified broken
finish

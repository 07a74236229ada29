#!/usr/bin/env bash
# Profiles that chancery-mdm writes, read by others: libplist's plistutil and Python's plistlib (.mobileconfig), libxml2's
# xmllint (SyncML, WLAN), and jsonschema by a schema of Graph's types (graph-profiles.schema.json), which takes each and
# refuses it with any one member spoilt. Hostile texts are among them, and what was broken on purpose must be refused.
source "$(dirname "$(readlink -f "$0")")/gateway.sh"
need plistutil xmllint python3 openssl cargo
PYTHON=$HERE/.venv/bin/python
[ -x "$PYTHON" ] || PYTHON=python3
cd "$WORK" || exit 1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key -subj "/CN=Contoso root" \
    -outform DER -out root.der 2>noise
mkdir out
expect "export" cargo run -q --locked --manifest-path "$HERE/../Cargo.toml" -p chancery-mdm --example export -- out root.der

# xpath FILE QUESTION ANSWER
xpath() { [ "$(xmllint --nonet --xpath "$2" "$1" | tee said.xpath)" = "$3" ]; }
value() { printf 'string(//*[local-name()="Item"][contains(., "/Install/%s")]/*[local-name()="Data"])' "$1"; }
last='local-name((//*[local-name()="Atomic"]/*)[last()])'

# plistutil succeeds whatever happens; what it made tells.
converts() { plistutil -i "$1" -o "$1.binary" && [ -s "$1.binary" ]; }

for file in out/*.mobileconfig; do
    expect "plistutil $(basename "$file")" converts "$file"
done
for file in out/*.syncml.xml; do
    expect "xmllint $(basename "$file")" xmllint --nonet --noout "$file"
    expect "Exec is last in $(basename "$file")" xpath "$file" "$last" Exec
    expect "challenge in $(basename "$file")" xpath "$file" "$(value Challenge)" "challenge]]>&"
done
for file in out/*.wlan.xml; do
    expect "xmllint $(basename "$file")" xmllint --nonet --noout "$file"
    expect "EAP-TLS in $(basename "$file")" xpath "$file" 'string(//*[local-name()="EapMethod"]/*[local-name()="Type"])' 13
done
hostile=$(tr -d ';' <out/hostile.txt)
names="2+$hostile;11+$hostile;3+$hostile;7+$hostile"
expect "hostile names in SyncML" xpath out/hostile-wifi-device-windows.syncml.xml "$(value SubjectAlternativeNames)" "$names"
expect "hostile SSID in WLAN" xpath out/hostile-wifi-device-windows.wlan.xml \
    'string(/*/*[local-name()="name"])' "]]></name>&'\"é"

sed 's/&amp;/\&/' out/hostile-wifi-device-windows.syncml.xml >broken.xml
refuse "parser error" "control: an ampersand that is not escaped" xmllint --noout broken.xml
sed 's/<integer>2048/<integer><dict>/' out/wifi-device-ios.mobileconfig >broken.mobileconfig
refuse "Failed to convert" "control: an integer that is none" converts broken.mobileconfig

"$PYTHON" "$HERE/profiles.py" out root.der | tee python.said
read -r more worse < <(sed -nE 's/^= ([0-9]+) and ([0-9]+)$/\1 \2/p' python.said)
OK=$((OK + ${more:-0}))
BAD=$((BAD + ${worse:-1}))
finish

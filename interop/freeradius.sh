#!/usr/bin/env bash
# FreeRADIUS admits devices to Wi-Fi by EAP-TLS (eapol_test plays the device), once asking our responder and once by our
# CRL: an enrolled certificate is accepted, and rejected after the device was retired in (simulated) Intune.
source "$(dirname "$(readlink -f "$0")")/gateway.sh"
PATH=$PATH:/usr/sbin
need freeradius eapol_test openssl curl python3 pki
# A gateway of its own, which asks a tenant and follows its directory.
unset GATEWAY_URL
"$GATEWAY" --json simulate intune --plain --listen 127.0.0.1:0 >"$WORK/tenant.json" 2>"$WORK/tenant.log" &
TENANT=$!
for _ in $(seq 50); do [ -s "$WORK/tenant.json" ] && break; sleep 0.1; done
member() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
of_tenant() { member "$1" <"$WORK/tenant.json"; }
control() { curl -fsS "$(of_tenant control)$1" "${@:2}"; }
configuration() {
    cat <<C
data_dir = "$GATEWAY_HOME/data"
public_url = "http://127.0.0.1:$1"
[listen]
scep = "127.0.0.1:$1"
admin = "127.0.0.1:$2"
[[endpoint]]
name = "modern"
validator = "intune"
[endpoint.intune]
tenant = "$(of_tenant tenant)"
app_id = "$(of_tenant app_id)"
client_secret_file = "$(of_tenant client_secret_file)"
authority = "$(of_tenant authority)"
graph = "$(of_tenant graph)"
C
}
# A device in Intune gets its challenge, and strongSwan asks with it.
enrol() {
    local home=$WORK/enrol profile delivered trust=() file
    mkdir -p "$home"
    DEVICE=$(control devices -d '{"platform":"macos"}' | member id) || return 1
    profile=$(control profiles -d '{"subject":"CN={{DeviceId}}","key_usage":0}' | member id) || return 1
    delivered=$(control challenges -d "{\"device\":\"$DEVICE\",\"profile\":\"$profile\"}" | member challenge) || return 1
    pki --scepca --url "$GATEWAY_URL/scep/modern" --caout "$home/ca.der" --raout "$home/ra.der" --force || return 1
    pki --gen --type rsa --size 2048 --outform der >"$home/key.der" || return 1
    for file in "$home"/ca*.der; do trust+=(--cacert "$file"); done
    timeout 30 pki --scep --url "$GATEWAY_URL/scep/modern" --in "$home/key.der" --dn "CN=$DEVICE" --password "$delivered" \
        --cacert-enc "$home/ra.der" --cacert-sig "$home/ra.der" "${trust[@]}" >"$home/one.der" || return 1
    openssl x509 -inform DER -in "$home/one.der" -out "$ONE"
}
gateway
ONE=$GATEWAY_HOME/issued/freeradius-one.pem
enrol >"$WORK/enrol.log" 2>&1 || {
    cat "$WORK/enrol.log"
    tail -n 3 "$GATEWAY_HOME/log"
    bad "a certificate to look at"
    kill "$TENANT"
    finish
}
authorities "$WORK" || bad "GetCACert gives certificates"
cd "$WORK" || exit 1

openssl req -x509 -newkey rsa:2048 -nodes -keyout server.key -out server.pem -subj /CN=radius \
    -addext extendedKeyUsage=serverAuth 2>>noise
openssl pkey -inform DER -in enrol/key.der -out device.key
cat >device.conf <<C
network={
 ssid="x"
 key_mgmt=WPA-EAP
 eap=TLS
 identity="device"
 ca_cert="$WORK/server.pem"
 client_cert="$ONE"
 private_key="$WORK/device.key"
}
C

# configure ocsp|crl: Debian's own configuration, moved here, with EAP-TLS alone and one way to ask for the status.
configure() {
    rm -rf raddb && mkdir -p log run
    # Debian lets root and the daemon alone read it.
    cp -a /etc/freeradius/3.0 raddb 2>>noise ||
        { sudo -n cp -a /etc/freeradius/3.0 raddb && sudo -n chown -R "$(id -u)" raddb; } || return 1
    cat root.pem issuing.pem >clients.pem
    [ "$1" = ocsp ] || cat list.pem >>clients.pem
    python3 - "$WORK" "$1" "$GATEWAY_URL/ocsp" "$2" <<'P'
import re, sys
work, way, url, port = sys.argv[1:]
def change(name, *rules):
    path = f"{work}/raddb/{name}"
    text = open(path).read()
    for old, new in rules:
        text, count = re.subn(old, new, text)
        assert count, f"{path} has no {old}"
    open(path, "w").write(text)
status = [(r"#\s*check_crl = yes", "check_crl = yes")] if way == "crl" else [
    (r"(?s)(ocsp \{.*?)enable = no", r"\1enable = yes"), (r'url = "http://127.0.0.1/ocsp/"', f'url = "{url}"')]
change("mods-available/eap", (r"default_eap_type = md5", "default_eap_type = tls"), (r"private_key_password = \S+", ""),
       (r"private_key_file = \S+", f"private_key_file = {work}/server.key"),
       (r"certificate_file = \S+", f"certificate_file = {work}/server.pem"),
       (r"\n(\s*)ca_file = \S+", rf"\n\1ca_file = {work}/clients.pem"), (r"\n\s*ca_path = \S+", "\n"), *status)
change("radiusd.conf", (r"raddbdir = /etc/freeradius/3.0", f"raddbdir = {work}/raddb"), (r"\n\s*user = freerad", "\n"),
       (r"\n\s*group = freerad", "\n"), (r"logdir = /var/log/freeradius", f"logdir = {work}/log"),
       (r"run_dir = \$\{localstatedir\}/run/\$\{name\}", f"run_dir = {work}/run"))
ports = iter(range(int(port), int(port) + 20))
change("sites-available/default", (r"\n(\s*)port = \d+", lambda m: f"\n{m[1]}port = {next(ports)}"),
       (r"ipaddr = \*", "ipaddr = 127.0.0.1"), (r"ipv6addr = ::", "ipv6addr = ::1"))
change("sites-available/inner-tunnel", (r"port = 18120", f"port = {int(port) + 19}"))
P
}

# outcome ocsp|crl: SUCCESS or FAILURE, by a server of its own.
outcome() {
    local port radius
    port=$((20000 + RANDOM % 20000))
    configure "$1" "$port" || return 1
    freeradius -X -d "$WORK/raddb" >"radius-$1.log" 2>&1 &
    radius=$!
    for _ in $(seq 50); do grep -q 'Ready to process' "radius-$1.log" && break; sleep 0.2; done
    eapol_test -c device.conf -a 127.0.0.1 -p "$port" -s testing123 -t 10 >eapol.log 2>&1
    tail -n 1 eapol.log
    kill "$radius"
    wait "$radius" 2>/dev/null
}
is() { [ "$(outcome "$1")" = "$2" ] || { tail -n 3 eapol.log; grep -iE 'error|ocsp|revoked' "radius-$1.log" | tail -n 8; return 1; }; }

expect "the CRL" crl_of "$ONE" list.pem
expect "asking OCSP, the device is accepted" is ocsp SUCCESS
expect "FreeRADIUS read the answer" grep -q 'ocsp: Cert status: good' radius-ocsp.log
expect "by the CRL, the device is accepted" is crl SUCCESS
serial=$(openssl x509 -in "$ONE" -noout -serial | cut -d= -f2)
expect "retired in Intune" control "devices/$DEVICE/retire" -X POST
left() { chancery cert why "$serial" | grep -q device_retired; }
for _ in $(seq 60); do left && break; sleep 1; done
expect "the directory says so" left
sleep 2
expect "asking OCSP, the device is rejected" is ocsp FAILURE
expect "because it is revoked" grep -q 'ocsp: Cert status: revoked' radius-ocsp.log
on_list() { crl_of "$ONE" list.pem && openssl crl -in list.pem -noout -text | grep -qi "Serial Number: $serial"; }
for _ in $(seq 90); do on_list && break; sleep 1; done
expect "the CRL has it" on_list
expect "by the CRL, the device is rejected" is crl FAILURE
expect "because it is revoked" grep -qi 'certificate revoked' radius-crl.log
kill "$TENANT"
wait "$TENANT" 2>/dev/null
finish

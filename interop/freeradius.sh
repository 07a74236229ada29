#!/usr/bin/env bash
# FreeRADIUS admits devices to Wi-Fi by EAP-TLS (eapol_test plays the device), once asking our responder and once by our
# CRL: an enrolled certificate is accepted, and rejected after it was revoked.
source "$(dirname "$(readlink -f "$0")")/gateway.sh"
PATH=$PATH:/usr/sbin
need freeradius eapol_test openssl curl python3
gateway
source "$HERE/enrol-one.sh"
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
expect "revoked" chancery cert revoke "$serial" --reason cessationOfOperation
sleep 2
expect "asking OCSP, the device is rejected" is ocsp FAILURE
expect "because it is revoked" grep -q 'ocsp: Cert status: revoked' radius-ocsp.log
on_list() { crl_of "$ONE" list.pem && openssl crl -in list.pem -noout -text | grep -qi "Serial Number: $serial"; }
for _ in $(seq 90); do on_list && break; sleep 1; done
expect "the CRL has it" on_list
expect "by the CRL, the device is rejected" is crl FAILURE
expect "because it is revoked" grep -qi 'certificate revoked' radius-crl.log
rm -f "$ONE"
finish

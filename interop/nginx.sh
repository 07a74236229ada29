#!/usr/bin/env bash
# nginx admits clients by certificate and asks our responder about every certificate of their chain (ssl_ocsp on): good,
# on hold, released, revoked.
source "$(dirname "$(readlink -f "$0")")/gateway.sh"
PATH=$PATH:/usr/sbin
need nginx openssl curl
gateway
source "$HERE/enrol-one.sh"
authorities "$WORK" || bad "GetCACert gives certificates"
cd "$WORK" || exit 1
chmod 755 "$WORK"

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key -out server.pem -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost 2>>noise
openssl pkey -inform DER -in enrol/key.der -out device.key
cat issuing.pem root.pem >clients.pem
read -r port < <(free_ports 1)
cat >nginx.conf <<C
daemon off;
pid $WORK/nginx.pid;
error_log $WORK/nginx.log info;
events {}
http {
    access_log off;
    client_body_temp_path $WORK/t1; proxy_temp_path $WORK/t2; fastcgi_temp_path $WORK/t3;
    uwsgi_temp_path $WORK/t4; scgi_temp_path $WORK/t5;
    server {
        listen 127.0.0.1:$port ssl;
        ssl_certificate $WORK/server.pem;
        ssl_certificate_key $WORK/server.key;
        ssl_client_certificate $WORK/clients.pem;
        ssl_verify_client on;
        ssl_verify_depth 2;
        ssl_ocsp on;
        ssl_ocsp_responder $GATEWAY_URL/ocsp;
        location / { return 200 "welcome\n"; }
    }
}
C
nginx -p "$WORK" -c "$WORK/nginx.conf" >nginx.out 2>&1 &
NGINX=$!
trap 'kill $NGINX 2>/dev/null; wait $NGINX 2>/dev/null' EXIT

ask() {
    curl -sS --cacert server.pem --resolve "localhost:$port:127.0.0.1" --cert "$ONE" --key device.key \
        "https://localhost:$port/" -w '%{http_code}\n'
}
admitted() { ask | grep -q welcome; }
turned_away() { ask | grep -q 'SSL certificate error'; }
# A session that is resumed is not asked about again: each of these is a new connection of a new process.
soon() { for _ in $(seq 20); do "$@" >said 2>&1 && return 0; sleep 0.5; done; ask; tail -n 5 nginx.log; return 1; }

serial=$(openssl x509 -in "$ONE" -noout -serial | cut -d= -f2)
expect "a good certificate is admitted" soon admitted
expect "on hold" chancery cert revoke "$serial" --reason certificateHold
expect "held, it is turned away" soon turned_away
expect "nginx says why" bash -c "grep -i revoked nginx.log || { tail -5 nginx.log; false; }"
expect "released" chancery cert revoke "$serial" --reason removeFromCRL
expect "it is admitted again" soon admitted
expect "revoked" chancery cert revoke "$serial" --reason keyCompromise
expect "revoked, it is turned away" soon turned_away
# The control: without OCSP the same certificate still opens the door.
sed -i 's/ssl_ocsp on;//; s/ssl_ocsp_responder .*;//' nginx.conf
nginx -p "$WORK" -c "$WORK/nginx.conf" -s reload >>nginx.out 2>&1
expect "control: without OCSP it would be admitted" soon admitted
rm -f "$ONE"
finish

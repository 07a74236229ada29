# Sourced by verifiers: $ONE, a certificate of their own, by strongSwan.
ONE=$GATEWAY_HOME/issued/$(basename "$0" .sh)-one.pem
enrol_one() {
    local home=$WORK/enrol password
    mkdir -p "$home"
    pki --scepca --url "$GATEWAY_URL/scep/modern" --caout "$home/ca.der" --raout "$home/ra.der" --force || return 1
    pki --gen --type rsa --size 2048 --outform der >"$home/key.der" || return 1
    password=$(challenge modern) || return 1
    local trust=() file
    for file in "$home"/ca*.der; do trust+=(--cacert "$file"); done
    timeout 30 pki --scep --url "$GATEWAY_URL/scep/modern" --in "$home/key.der" --dn "CN=$(basename "$0" .sh)" --password "$password" \
        --cacert-enc "$home/ra.der" --cacert-sig "$home/ra.der" "${trust[@]}" >"$home/one.der" || return 1
    openssl x509 -inform DER -in "$home/one.der" -out "$ONE"
}
need pki
enrol_one >"$WORK/enrol.log" 2>&1 || { cat "$WORK/enrol.log"; bad "a certificate to look at"; finish; }

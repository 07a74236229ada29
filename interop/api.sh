#!/usr/bin/env bash
# schemathesis asks the administrative API everything that its OpenAPI document allows, and much that it does not, with a token
# of all scopes. Right is: no 5xx, every status, type and body as described, 405 for verbs that are not, 401 without the token.
#
# Alone, on a gateway of its own: what it revokes and replaces goes away with that. Runs under interop/.venv, which ./test makes.
unset GATEWAY_URL GATEWAY_HOME
source "$(dirname "$(readlink -f "$0")")/gateway.sh"
ST=$HERE/.venv/bin/st
need curl python3 "$ST"
gateway
ADMIN=http://$(sed -n 's/^admin = "\(.*\)"$/\1/p' "$GATEWAY_HOME/chancery.toml")
DOCUMENT=$WORK/openapi.json
expect "the document comes without a token" curl -fsS -o "$DOCUMENT" "$ADMIN/api/openapi.json"

mapfile -t SCOPES < <(python3 - "$DOCUMENT" <<'P'
import json, sys
operations = [o for item in json.load(open(sys.argv[1]))["paths"].values() for o in item.values()]
print(*sorted({o["x-scope"] for o in operations}), sep="\n")
P
)
token() { chancery --json token new --name "$1" --scope "${@:2}" | python3 -c 'import json, sys; print(json.load(sys.stdin)["token"])'; }
TOKEN=$(token judge "${SCOPES[@]}") || { bad "a token of all scopes"; finish; }

# What is never so, whoever asks. What a list or body may be beyond its schema (a reason of RFC 5280, a subject) the schema
# does not say, so that its refusal as 400 is right.
CHECKS=not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance
CHECKS+=,response_schema_conformance,unsupported_method,ignored_auth
judge() {
    timeout 240 "$ST" run "$DOCUMENT" --url "$ADMIN" -H "Authorization: Bearer $TOKEN" --checks "$CHECKS" --no-color \
        --seed 1 --generation-database none --suppress-health-check all --request-timeout 30 --warnings off "$@"
}
expect "every route, asked at random" judge --phases coverage,fuzzing --max-examples "${EXAMPLES:-25}" --max-time 45

# What is there, so that answers are judged and not only refusals.
source "$HERE/enrol-one.sh"
SERIAL=$(openssl x509 -in "$ONE" -noout -serial | cut -d= -f2)
cat >"$WORK/schemathesis.toml" <<C
[[operations]]
include-path-regex = "/certificates/\\\\{serial\\\\}"
parameters = { "path.serial" = "$SERIAL" }
[[operations]]
include-path-regex = "/ca/profiles/"
parameters = { "path.name" = "device" }
[[operations]]
include-path-regex = "/connections/"
parameters = { "path.name" = "modern" }
C
known() { (cd "$WORK" && judge --phases fuzzing --mode positive --max-examples 10 --max-time 15 --include-path-regex "serial|profiles|connections"); }
expect "what is known, asked for by name" known
# Proof that the certificate itself was asked for: what asks at random revokes it.
was_revoked() { chancery --json cert why "$SERIAL" | python3 -c 'import json, sys; sys.exit(json.load(sys.stdin)["status"] not in ("revoked", "held"))'; }
expect "a certificate that is known was revoked by it" was_revoked

# Control: a document that says something else than the server is found out.
sed 's/"certificates",/"certificates_",/g; s/"cas"/"ca5"/g' "$DOCUMENT" >"$WORK/wrong.json"
DOCUMENT=$WORK/wrong.json
refuse "response_schema_conformance|violates schema|is a required property" "control: a document that is wrong" \
    judge --phases fuzzing --mode positive --max-examples 2 --include-path /api/v1/cas
finish

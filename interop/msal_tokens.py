#!/usr/bin/env python3
"""MSAL for Python, Microsoft's own client library, gets tokens from the simulated Entra: by secret, and by certificate.

    msal_tokens.py        starts `chancery --json simulate intune` ($GATEWAY, or target/release/chancery)
    msal_tokens.py FILE   takes a tenant that runs; FILE holds the line of JSON that it printed at its start

Runs under interop/.venv, which ./test makes. Ends with `N passed, N failed`.
"""

import base64
import hashlib
import json
import os
import pathlib
import ssl
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
VENV = HERE / ".venv/bin/python"
if VENV.exists() and pathlib.Path(sys.prefix) != HERE / ".venv":
    os.execv(VENV, [str(VENV), __file__, *sys.argv[1:]])

import msal  # noqa: E402

# Intune's resource ends in a slash, so its scope has two.
SCOPES = {"Graph": "https://graph.microsoft.com/.default", "Intune": "https://api.manage.microsoft.com//.default"}
COUNT = {True: 0, False: 0}
# requests lets these overrule the root that MSAL was given.
for overruling in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
    os.environ.pop(overruling, None)


def record(right, what, why=""):
    COUNT[right] += 1
    print(f"  {'ok  ' if right else 'BAD '} {what}{'' if right else ': ' + why}")


def application(tenant, credential):
    # A fresh application for each question: MSAL keeps tokens, and a kept one proves nothing.
    return msal.ConfidentialClientApplication(
        tenant["app_id"],
        client_credential=credential,
        authority=f"{tenant['authority'].rstrip('/')}/{tenant['tenant']}",
        instance_discovery=False,
        verify=tenant["ca_file"],
    )


def claims(token):
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def granted(tenant, credential, called):
    for service, scope in SCOPES.items():
        answer = application(tenant, credential).acquire_token_for_client(scopes=[scope])
        token = answer.get("access_token", "")
        record(bool(token), f"a token for {service} by {called}", str(answer.get("error_description"))[:200])
        if token:
            audience = claims(token).get("aud", "")
            right = audience.rstrip("/") == scope.removesuffix(".default").rstrip("/")
            record(right, f"its audience is {service}", audience)
            record(0 < answer["expires_in"] <= 86400, "and it expires", str(answer["expires_in"]))


def refused(tenant, credential, error, called):
    answer = application(tenant, credential).acquire_token_for_client(scopes=[SCOPES["Graph"]])
    record("access_token" not in answer and error in str(answer.get("error_description")), called, str(answer)[:300])


def stranger():
    """A key and certificate that the application has not registered."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=stranger", "-days", "9",
             "-keyout", f"{folder}/key", "-out", f"{folder}/pem"],
            check=True, capture_output=True,
        )  # fmt: skip
        return pathlib.Path(folder, "key").read_text(), pathlib.Path(folder, "pem").read_text()


def by_certificate(key, pem, digest):
    """SHA-1 thumbprints make MSAL sign by RS256 with x5t; without one it signs by PS256 with x5t#S256."""
    credential = {"private_key": key, "public_certificate": pem}
    if digest == "sha1":
        credential["thumbprint"] = hashlib.sha1(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
    return credential


def ask(tenant):
    def said(name):
        return pathlib.Path(tenant[name]).read_text()

    secret = said("client_secret_file").strip()
    key, pem = said("client_key_file"), said("client_certificate_file")
    granted(tenant, secret, "secret")
    granted(tenant, by_certificate(key, pem, "sha1"), "certificate, RS256 and x5t")
    granted(tenant, by_certificate(key, pem, "sha256"), "certificate, PS256 and x5t#S256")
    refused(tenant, secret[:-1] + "~~", "AADSTS7000215", "control: a wrong secret is refused")
    refused(tenant, by_certificate(*stranger(), "sha256"), "AADSTS700027", "control: a stranger's certificate is refused")


def main():
    if len(sys.argv) > 1:
        ask(json.loads(pathlib.Path(sys.argv[1]).read_text()))
    else:
        gateway = os.environ.get("GATEWAY", str(HERE / "../target/release/chancery"))
        command = [gateway, "--json", "simulate", "intune", "--listen", "127.0.0.1:0"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        try:
            line = process.stdout.readline()
            if not line:
                sys.exit("the simulator did not start\n0 passed, 1 failed")
            ask(json.loads(line))
        finally:
            # It removes what it wrote when it is asked to end.
            process.terminate()
            process.wait()
    print(f"{COUNT[True]} passed, {COUNT[False]} failed")
    sys.exit(1 if COUNT[False] or not COUNT[True] else 0)


if __name__ == "__main__":
    main()

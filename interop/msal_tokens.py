#!/usr/bin/env python3
"""MSAL for Python, Microsoft's own client library, gets tokens from the simulated Entra: by secret, and by certificate.

    msal_tokens.py              starts `chancery simulate intune` ($GATEWAY, or target/release/chancery)
    msal_tokens.py DIRECTORY    takes a tenant that runs: tenant.json (authority, tenant, client_id), client_secret,
                                client.pem, client.key and root.pem, as `simulate intune --credentials DIRECTORY` writes them

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
import time

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


def application(tenant, folder, credential):
    # A fresh application for each question: MSAL keeps tokens, and a kept one proves nothing.
    return msal.ConfidentialClientApplication(
        tenant["client_id"],
        client_credential=credential,
        authority=f"{tenant['authority'].rstrip('/')}/{tenant['tenant']}",
        instance_discovery=False,
        verify=str(folder / "root.pem"),
    )


def claims(token):
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def granted(tenant, folder, credential, called):
    for service, scope in SCOPES.items():
        answer = application(tenant, folder, credential).acquire_token_for_client(scopes=[scope])
        token = answer.get("access_token", "")
        record(bool(token), f"a token for {service} by {called}", str(answer.get("error_description"))[:200])
        if token:
            audience = claims(token).get("aud", "")
            right = audience.rstrip("/") == scope.removesuffix(".default").rstrip("/")
            record(right, f"its audience is {service}", audience)
            record(0 < answer["expires_in"] <= 86400, "and it expires", str(answer["expires_in"]))


def refused(tenant, folder, credential, error, called):
    answer = application(tenant, folder, credential).acquire_token_for_client(scopes=[SCOPES["Graph"]])
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


def ask(folder):
    tenant = json.loads((folder / "tenant.json").read_text())
    secret = (folder / "client_secret").read_text().strip()
    key, pem = (folder / "client.key").read_text(), (folder / "client.pem").read_text()
    granted(tenant, folder, secret, "secret")
    granted(tenant, folder, by_certificate(key, pem, "sha1"), "certificate, RS256 and x5t")
    granted(tenant, folder, by_certificate(key, pem, "sha256"), "certificate, PS256 and x5t#S256")
    refused(tenant, folder, secret[:-1] + "~~", "AADSTS7000215", "control: a wrong secret is refused")
    refused(tenant, folder, by_certificate(*stranger(), "sha256"), "AADSTS700027", "control: a stranger's certificate is refused")


def started(folder):
    gateway = os.environ.get("GATEWAY", str(HERE / "../target/release/chancery"))
    command = [gateway, "simulate", "intune", "--listen", "127.0.0.1:0", "--credentials", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    for _ in range(200):
        if (folder / "tenant.json").exists():
            return process
        if process.poll() is not None:
            break
        time.sleep(0.05)
    process.kill()
    sys.exit(f"the simulator did not start: {process.stderr.read().decode(errors='replace')[-800:]}\n0 passed, 1 failed")


def main():
    if len(sys.argv) > 1:
        ask(pathlib.Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as name:
            process = started(pathlib.Path(name))
            try:
                ask(pathlib.Path(name))
            finally:
                process.kill()
                process.wait()
    print(f"{COUNT[True]} passed, {COUNT[False]} failed")
    sys.exit(1 if COUNT[False] or not COUNT[True] else 0)


if __name__ == "__main__":
    main()

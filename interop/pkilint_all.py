#!/usr/bin/env python3
"""pkilint looks at every certificate, CRL and OCSP answer that a gateway made: those of its store, and those that clients
received.

    pkilint_all.py [DIRECTORY…]     every *.pem, *.der, *.crl, *.ors and *.db below; without one, $GATEWAY_HOME

One finding is allowed: `pkix.invalid_uri_syntax`, for Microsoft's SID URI (tag:microsoft.com,2022-09-14:sid:…) and no
other; pkilint 0.13.3 takes the comma for an error. As a control, a certificate that is wrong must be found.
Runs under interop/.venv, which ./test makes. Ends with `N passed, N failed`.
"""

import base64
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
VENV = HERE / ".venv/bin/python"
if VENV.exists() and pathlib.Path(sys.prefix) != HERE / ".venv":
    os.execv(VENV, [str(VENV), __file__, *sys.argv[1:]])

from pkilint import loader, pkix  # noqa: E402
from pkilint.pkix import certificate, crl, extension, name, ocsp  # noqa: E402

ALLOWED = "pkix.invalid_uri_syntax"
SID = b"tag:microsoft.com,2022-09-14:sid:S-1-5-"
PEM = re.compile(rb"-----BEGIN (CERTIFICATE|X509 CRL)-----(.*?)-----END", re.S)


def certificate_validator():
    return certificate.create_pkix_certificate_validator_container(
        certificate.create_decoding_validators(name.ATTRIBUTE_TYPE_MAPPINGS, extension.EXTENSION_MAPPINGS),
        [
            certificate.create_issuer_validator_container([]),
            certificate.create_validity_validator_container(),
            certificate.create_subject_validator_container([]),
            certificate.create_extensions_validator_container([]),
            certificate.create_spki_validator_container([]),
        ],
    )


def crl_validator():
    return crl.create_pkix_crl_validator_container(
        [pkix.create_attribute_decoder(name.ATTRIBUTE_TYPE_MAPPINGS), pkix.create_extension_decoder(extension.EXTENSION_MAPPINGS)],
        [
            crl.create_issuer_validator_container([]),
            crl.create_validity_validator_container([]),
            crl.create_extensions_validator_container([]),
        ],
    )


def ocsp_validator():
    return ocsp.create_pkix_ocsp_response_validator_container(
        [
            ocsp.create_response_decoder(),
            pkix.create_attribute_decoder(name.ATTRIBUTE_TYPE_MAPPINGS),
            pkix.create_extension_decoder(extension.EXTENSION_MAPPINGS),
        ],
        [],
    )


LINTERS = {
    "certificate": (loader.RFC5280CertificateDocumentLoader(), certificate_validator()),
    "crl": (loader.RFC5280CertificateListDocumentLoader(), crl_validator()),
    "ocsp": (loader.RFC6960OCSPResponseDocumentLoader(), ocsp_validator()),
}


def findings(kind, der, called):
    """What pkilint holds against one object, without the one finding that is known to be wrong."""
    try:
        reader, validator = LINTERS[kind]
        document = reader.load_der_document(der, called)
    except ValueError as error:
        return [f"does not decode: {error}"]
    bad = []
    for result in validator.validate(document.root):
        for described in result.finding_descriptions:
            finding = described.finding
            if finding.severity.name not in ("ERROR", "FATAL"):
                continue
            if finding.code == ALLOWED and SID in der:
                continue
            bad.append(f"{finding.severity.name} {finding.code} {described.message or ''}")
    return bad


def wrap(tbs, tail):
    """A certificate as the store keeps it: the signed bytes, and what follows them."""
    body = tbs + tail
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return b"\x30" + (bytes([len(body)]) if len(body) < 128 else bytes([0x80 | len(size)]) + size) + body


def of_store(path):
    store = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    tables = {row[0] for row in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"certificates", "signatures", "crls", "authorities"} <= tables:
        return
    for label, der in store.execute("SELECT name, certificate FROM authorities"):
        yield "certificate", der, f"authority {label}"
    for number, tbs, tail in store.execute(
        "SELECT c.id, c.tbs, s.tail FROM certificates c JOIN signatures s ON s.certificate = c.id"
    ):
        yield "certificate", wrap(tbs, tail), f"certificate row {number}"
    # Of a list that was replaced the row stays, and the bytes go.
    for issuer, number, der in store.execute("SELECT issuer, number, der FROM crls WHERE length(der) > 0"):
        yield "crl", der, f"CRL {number} of authority {issuer}"


def of_file(path):
    data = path.read_bytes()
    if data.startswith(b"SQLite format 3"):
        yield from of_store(path)
    elif b"-----BEGIN " in data:
        for position, (label, body) in enumerate(PEM.findall(data)):
            kind = "certificate" if label == b"CERTIFICATE" else "crl"
            yield kind, base64.b64decode(body), f"{path.name} [{position}]"
    elif path.suffix in (".der", ".cer"):
        yield "certificate", data, path.name
    elif path.suffix == ".crl":
        yield "crl", data, path.name
    elif path.suffix == ".ors":
        yield "ocsp", data, path.name


def objects(folders):
    for folder in folders:
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if path.is_file() and path.suffix in (".pem", ".der", ".cer", ".crl", ".ors", ".db", ".sqlite", ".sqlite3"):
                for kind, der, called in of_file(path):
                    yield kind, bytes(der), called


def made(folder, *more):
    """A certificate that OpenSSL makes, with nothing to hold against it but what is asked for."""
    out = pathlib.Path(folder) / "control.der"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
         f"{folder}/key", "-subj", "/CN=control", "-days", "9", "-outform", "DER", "-out", str(out),
         "-addext", "keyUsage=critical,keyCertSign", *more],
        check=True, capture_output=True,
    )  # fmt: skip
    return out.read_bytes()


def control():
    """The rig sees a serial number of 0 and a URI that is none, and is silent on a sound certificate and on a SID."""
    with tempfile.TemporaryDirectory() as folder:
        config = pathlib.Path(folder) / "sid.cnf"
        sid = '"tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-4"'
        config.write_text(f"[req]\ndistinguished_name=dn\nx509_extensions=x\n[dn]\n[x]\nbasicConstraints=critical,CA:true\n"
                          f"subjectKeyIdentifier=hash\nsubjectAltName=@s\n[s]\nURI={sid}\n")  # fmt: skip
        wrong = [made(folder, "-set_serial", "0"), made(folder, "-addext", "subjectAltName=URI:tag:x y")]
        sound = [made(folder), made(folder, "-config", str(config))]
    found = [bool(findings("certificate", der, "control")) for der in wrong]
    return all(found) and not any(findings("certificate", der, "control") for der in sound)


def main():
    folders = sys.argv[1:] or [os.environ[key] for key in ["GATEWAY_HOME"] if key in os.environ]
    if not folders:
        sys.exit("which directory?\n0 passed, 1 failed")
    passed = failed = 0
    kinds = dict.fromkeys(LINTERS, 0)
    for kind, der, called in objects(folders):
        kinds[kind] += 1
        bad = findings(kind, der, called)
        if bad:
            failed += 1
            print(f"  BAD  {called}: {'; '.join(bad)}")
        else:
            passed += 1
    print(f"  {kinds['certificate']} certificates, {kinds['crl']} CRLs, {kinds['ocsp']} OCSP answers")
    for right, what in [(control(), "control: what is wrong is found"), (kinds["certificate"] > 0, "there was something to look at")]:
        passed, failed = (passed + 1, failed) if right else (passed, failed + 1)
        print(f"  {'ok  ' if right else 'BAD '} {what}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

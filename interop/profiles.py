"""The part of profiles.sh that is Python's: plistlib and jsonschema look at exported profiles. Ends with `= N and N`.

    profiles.py DIRECTORY ROOT.der
"""

import copy
import json
import pathlib
import plistlib
import sys
import tomllib

import jsonschema

HERE = pathlib.Path(__file__).resolve().parent
OUT, ROOT = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).read_bytes()
HOSTILE = (OUT / "hostile.txt").read_text()
COUNT = {True: 0, False: 0}

# Apple's keys of a SCEP payload and their types; bool is not int here.
KEYS = {
    "URL": str, "Name": str, "Subject": list, "Challenge": str, "Keysize": int, "Key Type": str, "Key Usage": int,
    "CAFingerprint": bytes, "SubjectAltName": dict, "KeyIsExtractable": bool, "AllowAllAppsAccess": bool,
}
WIFI = {
    "SSID_STR": str, "HIDDEN_NETWORK": bool, "AutoJoin": bool, "EncryptionType": str, "EAPClientConfiguration": dict,
    "PayloadCertificateUUID": str, "SetupModes": list,
}
EVERY = {
    "PayloadType": str, "PayloadVersion": int, "PayloadIdentifier": str, "PayloadUUID": str, "PayloadDisplayName": str,
}
ROOTS = {"PayloadCertificateFileName": str, "PayloadContent": bytes}


def judge(name, right):
    COUNT[bool(right)] += 1
    if not right:
        print(f"  BAD  {name}")


def typed(name, found, known, required):
    wrong = [key for key, value in found.items() if type(value) is not known.get(key)]
    judge(f"{name}: types of {wrong}", not wrong)
    judge(f"{name}: has what is required", required <= found.keys())


def scep(name, content, profile):
    typed(name, content, KEYS, {"URL", "Subject", "Keysize", "Key Type", "Key Usage", "CAFingerprint"})
    pairs = [pair for rdn in content["Subject"] for pair in rdn]
    judge(f"{name}: Subject", all(len(pair) == 2 and all(type(text) is str for text in pair) for pair in pairs))
    bits = {"digital_signature": 1, "key_encipherment": 4}
    judge(f"{name}: Key Usage", content["Key Usage"] == sum(bits[use] for use in profile["key_usage"]))
    judge(f"{name}: Keysize", content["Keysize"] == profile["key_size"])
    judge(f"{name}: URL", content["URL"] == profile["urls"][0])
    judge(f"{name}: Challenge", content["Challenge"] == "challenge]]>&")
    if name.startswith("hostile"):
        names = content["SubjectAltName"]
        judge(f"{name}: CN", pairs == [["CN", HOSTILE]])
        judge(f"{name}: names", set(names.values()) == {HOSTILE.replace(";", "")} and len(names) == 4)


def mobileconfig(path):
    name = path.name
    whole = plistlib.loads(path.read_bytes())
    judge(f"{name}: plistutil read the same", plistlib.loads(pathlib.Path(f"{path}.binary").read_bytes()) == whole)
    profile = tomllib.loads(path.with_suffix(".toml").read_text())
    of_type = {payload["PayloadType"]: payload for payload in whole["PayloadContent"]}
    root, wifi = of_type["com.apple.security.root"], of_type["com.apple.wifi.managed"]
    typed(name, root, EVERY | ROOTS, EVERY.keys() | ROOTS.keys())
    typed(name, wifi, EVERY | WIFI, EVERY.keys() | (WIFI.keys() - {"SetupModes"}))
    typed(name, of_type["com.apple.security.scep"], EVERY | {"PayloadContent": dict}, EVERY.keys())
    scep(name, of_type["com.apple.security.scep"]["PayloadContent"], profile)
    judge(f"{name}: certificate", root["PayloadContent"] == ROOT)
    judge(f"{name}: Wi-Fi refers to SCEP", wifi["PayloadCertificateUUID"] == of_type["com.apple.security.scep"]["PayloadUUID"])
    anchors = wifi["EAPClientConfiguration"]["PayloadCertificateAnchorUUID"]
    judge(f"{name}: Wi-Fi refers to the root", anchors == [root["PayloadUUID"]])
    uuids = [whole["PayloadUUID"], *(payload["PayloadUUID"] for payload in whole["PayloadContent"])]
    judge(f"{name}: each UUID once", len(set(uuids)) == len(uuids))


# Members whose text is one of a list of words, or has a form.
WORDS = {
    "@odata.type", "keySize", "keyUsage", "hashAlgorithm", "keyStorageProvider", "certificateStore", "subjectNameFormat",
    "subjectAlternativeNameType", "certificateValidityPeriodScale", "certificateAccessType", "deploymentChannel",
    "destinationStore", "rootCertificate@odata.bind",
}


def spoilt(name, body, validator):
    """Each member misspelt, of another type, or with another word: refused, one by one."""
    for member, value in body.items():
        rest = {other: kept for other, kept in body.items() if other != member}
        judge(f"{name}: {member} misspelt", not validator.is_valid(rest | {f"{member}X": value}))
        judge(f"{name}: {member} as a fraction", not validator.is_valid(rest | {member: 7.5}))
        if member in WORDS:
            judge(f"{name}: {member} with another word", not validator.is_valid(rest | {member: f"{value}X"}))


def script(path):
    """Each here-string of the script, by PowerShell's rule, is JSON."""
    lines = iter(path.read_text(encoding="ascii").split("\n"))
    bodies = []
    for line in lines:
        if line.endswith("@'"):
            held = []
            while not (line := next(lines)).startswith("'@"):
                held.append(line)
            bodies.append(json.loads("\n".join(held)))
    return bodies


def main():
    schema = json.loads((HERE / "graph-profiles.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for path in sorted(OUT.glob("*.graph.json")):
        body = json.loads(path.read_text())
        judge(f"{path.name}: {[error.message[:200] for error in validator.iter_errors(body)]}", validator.is_valid(body))
        spoilt(path.name, body, validator)
    for path in sorted((HERE.parent / "samples/profiles/exported").glob("*.graph.json")):
        judge(f"sample {path.name}", validator.is_valid(json.loads(path.read_text())))
    body = json.loads((OUT / "wifi-device-windows.graph.json").read_text())
    for member, value in [
        ("keySize", "size3072"), ("renewalThresholdPercentage", "20"), ("deploymentChannel", "deviceChannel"),
        ("keyUsage", "digitalSignature keyEncipherment"), ("@odata.type", "#microsoft.graph.other"),
    ]:
        judge(f"control: {member} is refused", not validator.is_valid(copy.deepcopy(body) | {member: value}))
    for path in sorted(OUT.glob("*.mobileconfig")):
        mobileconfig(path)
    for path in sorted(OUT.glob("*.ps1")):
        graph = json.loads((OUT / f"{path.stem}.graph.json").read_text())
        judge(f"{path.name}: holds the profile", script(path)[-1] == graph | {"rootCertificate@odata.bind": ""})
    print(f"= {COUNT[True]} and {COUNT[False]}")


main()

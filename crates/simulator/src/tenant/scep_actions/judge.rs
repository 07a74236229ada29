//! Is this CSR the one that Intune's challenge was made for? The order is that of contract section 10.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pki::csr::CertificateRequest;
use pki::extension::KeyUsage;
use pki::general_name::GeneralName;
use pki::key::KeyKind;

use crate::clock::intune_stamp;
use crate::dice::hex;
use crate::tenant::World;
use crate::tenant::challenge::Payload;
use crate::tenant::code::{Code, Verdict};
use crate::tenant::directory::{San, SanKind};
use crate::tenant::subject;

type Checked<T = ()> = Result<T, Verdict>;

fn refuse<T>(code: Code, description: impl Into<String>) -> Checked<T> {
    Err(Verdict::new(code, description))
}

/// Prefix of a URI that carries an account's SID.
pub(super) const SID_URI: &str = "tag:microsoft.com,2022-09-14:sid:";

/// What the challenge says, if the request is the one it was made for.
pub(super) fn judge(world: &World, certificate_request: &str) -> Checked<Payload> {
    let csr = decode(certificate_request)?;
    let blob = challenge_of(&csr)?;
    let payload = world.seals.open(&blob)?;
    check_times(world, &payload)?;
    check_ids(world, &payload)?;
    check_subject(world, &csr, &payload)?;
    check_sans(world, &csr, &payload)?;
    check_key_length(&csr, &payload)?;
    check_key_usage(&csr, &payload)?;
    check_extended_key_usage(&csr, &payload)?;
    check_registered_key(&csr, &payload)?;
    Ok(payload)
}

fn decode(certificate_request: &str) -> Checked<CertificateRequest> {
    const CODE: Code = Code::CertificateRequestDecodingFailed;
    let Ok(der) = STANDARD.decode(certificate_request) else {
        return refuse(CODE, "Certificate request is not base64.");
    };
    CertificateRequest::parse(&der)
        .map_err(|error| Verdict::new(CODE, format!("Certificate request is not PKCS#10: {error}.")))
}

fn challenge_of(csr: &CertificateRequest) -> Checked<String> {
    match csr.challenge_password() {
        Ok(Some(text)) if !text.is_empty() => Ok(text),
        _ => refuse(
            Code::ChallengePasswordMissing,
            "Challenge password is missing in the certificate request.",
        ),
    }
}

fn check_times(world: &World, payload: &Payload) -> Checked {
    const SKEW: i64 = 300;
    let now = world.clock.now();
    let (created, expires) = (payload.created, payload.expires);
    if created > now + SKEW || expires <= created {
        return refuse(Code::ChallengeInvalidTimestamp, "SCEP challenge has an invalid timestamp.");
    }
    if expires > now {
        return Ok(());
    }
    let minutes = (expires - created) / 60;
    let text = format!(
        "SCEP challenge has expired.SCEP Challenge has expired. challengeExpInterval={minutes}, \
         challengeExpiration={}, challengeCreation={}",
        intune_stamp(expires),
        intune_stamp(created)
    );
    refuse(Code::ChallengeExpired, text)
}

fn check_ids(world: &World, payload: &Payload) -> Checked {
    let directory = world.directory();
    if payload.tenant_id != world.tenant_id()
        || !directory.request_ids.contains(&payload.certificate_request_id)
    {
        return refuse(Code::BadCertificateRequestIdInChallenge, "Certificate request id is unknown.");
    }
    let Some(device) = directory.devices.get(&payload.device_id) else {
        return refuse(Code::BadDeviceIdInChallenge, "Device id is unknown.");
    };
    let known_user = payload.user_id.as_ref().is_none_or(|id| directory.users.contains_key(id));
    if !known_user || payload.user_id != device.user {
        return refuse(Code::BadUserIdInChallenge, "User id is unknown or not the device's.");
    }
    match directory.profiles.get(&payload.profile_id) {
        Some(profile) if profile.assigned => Ok(()),
        _ => refuse(
            Code::ScepProfileNoLongerTargetedToTheClient,
            "SCEP profile is no longer targeted to the client.",
        ),
    }
}

fn check_subject(world: &World, csr: &CertificateRequest, payload: &Payload) -> Checked {
    if csr.subject().is_empty() && !payload.subject.is_empty() {
        return refuse(Code::SubjectNameMissing, "Subject Name is missing in CSR.");
    }
    subject::compare(csr.subject(), &payload.subject, world.rules.subject)
        .map_err(|description| Verdict::new(Code::SubjectNameMismatch, description))
}

/// The expected names, each as often as expected; what is more is a mismatch too, but for a SID's URI, which Intune
/// seems not to check (contract section 10).
fn check_sans(world: &World, csr: &CertificateRequest, payload: &Payload) -> Checked {
    let names = csr.san().map_err(|_| Verdict::new(Code::SubjectAltNameMismatch, "SAN is unreadable."))?;
    let unchecked =
        |san: &San| !world.rules.sid_uri_compared && san.kind == SanKind::Uri && is_sid_uri(&san.value);
    let mut actual: Vec<San> = names.0.iter().map(san_of).filter(|san| !unchecked(san)).collect();
    let expected: Vec<&San> = payload.sans.iter().filter(|san| !unchecked(san)).collect();
    if actual.is_empty() && !expected.is_empty() {
        return refuse(Code::SubjectAltNameMissing, "Subject Alternative Name is missing in CSR.");
    }
    let differ = |whose: &str, san: &San| {
        let text = format!("{whose} has {:?} '{}'.", san.kind, san.value);
        let text = format!("Subject Alternative Name in CSR and challenge do not match: {text}");
        refuse(Code::SubjectAltNameMismatch, text)
    };
    for wanted in expected {
        match actual.iter().position(|san| same_san(san, wanted)) {
            Some(at) => drop(actual.remove(at)),
            None => return differ("challenge", wanted),
        }
    }
    actual.first().map_or(Ok(()), |more| differ("only CSR", more))
}

fn is_sid_uri(uri: &str) -> bool {
    uri.get(..SID_URI.len()).is_some_and(|start| start.eq_ignore_ascii_case(SID_URI))
}

fn same_san(a: &San, b: &San) -> bool {
    // URIs are compared exactly, the rest without regard to letter case.
    let equal =
        if a.kind == SanKind::Uri { a.value == b.value } else { a.value.eq_ignore_ascii_case(&b.value) };
    a.kind == b.kind && equal
}

fn san_of(name: &GeneralName) -> San {
    match name {
        GeneralName::Upn(value) => San::new(SanKind::Upn, value),
        GeneralName::Email(value) => San::new(SanKind::Email, value),
        GeneralName::Dns(value) => San::new(SanKind::Dns, value),
        GeneralName::Uri(value) => San::new(SanKind::Uri, value),
        // No profile asks for these, so they match nothing.
        other => San::new(SanKind::Uri, format!("(other) {other}")),
    }
}

fn check_key_length(csr: &CertificateRequest, payload: &Payload) -> Checked {
    let bits = match csr.key().kind() {
        KeyKind::Rsa { .. } => csr.key().size(),
        _ => 0,
    };
    if u32::try_from(bits) == Ok(payload.key_length) {
        return Ok(());
    }
    refuse(
        Code::KeyLengthMismatch,
        format!("Key length in CSR {bits} and challenge {} do not match.", payload.key_length),
    )
}

fn check_key_usage(csr: &CertificateRequest, payload: &Payload) -> Checked {
    let usage = csr.key_usage().ok().flatten();
    if payload.key_usage == 0 || usage == Some(profile_usage(payload.key_usage)) {
        return Ok(());
    }
    refuse(Code::KeyUsageMismatch, "Key usage in CSR and challenge do not match.")
}

/// The Windows CSP's numbers: 128 digitalSignature, 32 keyEncipherment.
pub(crate) fn profile_usage(bits: u16) -> KeyUsage {
    let none = KeyUsage::default();
    let sign = if bits & 128 == 0 { none } else { KeyUsage::DIGITAL_SIGNATURE };
    let encipher = if bits & 32 == 0 { none } else { KeyUsage::KEY_ENCIPHERMENT };
    sign.with(encipher)
}

fn check_extended_key_usage(csr: &CertificateRequest, payload: &Payload) -> Checked {
    let expected = &payload.extended_key_usages;
    let Ok(actual) = csr.extended_key_usage() else {
        return refuse(Code::EnhancedKeyUsageMismatch, "Enhanced key usage is unreadable.");
    };
    let Some(actual) = actual else {
        let needed = payload.extended_key_usage_required && !expected.is_empty();
        let text = "Enhanced key usage is missing in CSR.";
        return if needed { refuse(Code::EnhancedKeyUsageMissing, text) } else { Ok(()) };
    };
    let has = |oid: &String| actual.0.iter().any(|purpose| purpose.to_string() == *oid);
    let lacks = expected.iter().find(|oid| !has(oid));
    match lacks {
        Some(oid) if payload.extended_key_usage_required || actual.0.is_empty() => {
            refuse(Code::EnhancedKeyUsageMismatch, format!("Enhanced key usage {oid} is not in CSR."))
        }
        _ => Ok(()),
    }
}

/// Windows Hello for Business: the key must be one that is registered in Entra.
fn check_registered_key(csr: &CertificateRequest, payload: &Payload) -> Checked {
    match &payload.registered_keys {
        None => Ok(()),
        Some(keys) if keys.is_empty() => {
            refuse(Code::AadKeyIdentifierListMissing, "AAD key identifier list is missing in challenge.")
        }
        Some(keys) if keys.contains(&hex(&csr.key().fingerprint())) => Ok(()),
        Some(_) => refuse(Code::RegisteredKeyMismatch, "Key in CSR is not a registered key."),
    }
}

//! Client assertions: JWTs signed with an application's certificate (contract section 3.1).

use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaParameters, RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use pki::algorithm::{sha1, sha256};
use pki::certificate::Certificate;
use pki::key::KeyKind;
use serde_json::Value;

use super::Application;

/// Checks an assertion; the error is the sentence after `AADSTS700027:`.
pub(super) fn check(
    assertion: &str,
    app: &Application,
    endpoints: &[String],
    now: i64,
) -> Result<(), String> {
    let (text, signature) = assertion.rsplit_once('.').ok_or("the assertion has no signature")?;
    let (header, claims) = text.split_once('.').ok_or("the assertion has no claims")?;
    let (header, claims) = (json_segment(header)?, json_segment(claims)?);
    let certificate = certificate_named(&header, app)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| "the signature is no base64url")?;
    verify(&header, &certificate, text.as_bytes(), &signature)?;
    check_claims(&claims, app, endpoints, now)
}

fn json_segment(segment: &str) -> Result<Value, String> {
    let bytes = URL_SAFE_NO_PAD.decode(segment).map_err(|_| "a segment is no base64url")?;
    serde_json::from_slice(&bytes).map_err(|_| "a segment is no JSON".into())
}

/// The registered certificate that `x5t`, `x5t#S256` or `x5c` names.
fn certificate_named(header: &Value, app: &Application) -> Result<Certificate, String> {
    let text = |name: &str| header.get(name).and_then(Value::as_str);
    let chain = header.get("x5c").and_then(|list| list.get(0)).and_then(Value::as_str);
    let named = |der: &[u8]| {
        text("x5t").is_some_and(|print| any_base64(print) == sha1(der))
            || text("x5t#S256").is_some_and(|print| any_base64(print) == sha256(der))
            || chain.is_some_and(|first| STANDARD.decode(first).is_ok_and(|bytes| bytes == der))
    };
    let der = app.certificates.iter().find(|der| named(der));
    let der = der.ok_or("the certificate with this identifier is not registered on the application")?;
    Certificate::parse(der).map_err(|_| "the registered certificate is unreadable".into())
}

/// MSAL Python pads `x5t`, MSAL4J uses the standard alphabet; all forms are taken.
fn any_base64(text: &str) -> Vec<u8> {
    let standard = text.trim_end_matches('=').replace('-', "+").replace('_', "/");
    STANDARD_NO_PAD.decode(standard).unwrap_or_default()
}

fn verify(header: &Value, certificate: &Certificate, text: &[u8], signature: &[u8]) -> Result<(), String> {
    let parameters: &RsaParameters = match header.get("alg").and_then(Value::as_str) {
        Some("RS256") => &RSA_PKCS1_2048_8192_SHA256,
        Some("PS256") => &RSA_PSS_2048_8192_SHA256,
        _ => return Err("alg is neither RS256 nor PS256".into()),
    };
    let KeyKind::Rsa { modulus, exponent } = certificate.key().kind() else {
        return Err("the certificate's key is not RSA".into());
    };
    let key = RsaPublicKeyComponents { n: modulus, e: exponent };
    key.verify(parameters, text, signature).map_err(|_| "the signature does not verify".into())
}

fn check_claims(claims: &Value, app: &Application, endpoints: &[String], now: i64) -> Result<(), String> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
    // MSAL Python writes times with a fraction.
    let seconds = |name: &str| claims.get(name).and_then(Value::as_f64);
    let now = now as f64;
    if text("iss") != app.client_id || text("sub") != app.client_id {
        return Err("iss and sub are not the client id".into());
    }
    if !endpoints.iter().any(|endpoint| endpoint == text("aud")) {
        return Err(format!("aud '{}' is not the token endpoint", text("aud")));
    }
    if text("jti").is_empty() {
        return Err("jti is absent".into());
    }
    let expiry = seconds("exp").ok_or("exp is absent")?;
    if expiry <= now || seconds("nbf").is_some_and(|start| start > now + 300.0) {
        return Err("the assertion is not within its valid time range".into());
    }
    Ok(())
}

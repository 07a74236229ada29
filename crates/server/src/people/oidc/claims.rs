//! What an ID token must say (OpenID Connect Core 1.0 §3.1.3.7), and the role that follows from it.

use serde_json::Value;
use subtle::ConstantTimeEq as _;

use crate::config::OidcRole;
use crate::people::Role;

/// Seconds by which clocks may differ.
const LEEWAY: i64 = 60;
/// A token is used at once: one that was made longer ago was made for something else.
const FRESH: i64 = 600;

/// What it must be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    pub(super) now: i64,
}

/// The subject of claims that are all as they must be; else what is not.
pub(super) fn check<'a>(claims: &'a Value, expected: &Expected<'_>) -> Result<&'a str, &'static str> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let time = |name: &str| claims.get(name).and_then(Value::as_i64);
    if text("iss") != Some(expected.issuer) {
        return Err("iss is not the issuer");
    }
    // Whoever else is named could have got the token and passed it on, so nobody else may be.
    let audience = match claims.get("aud") {
        Some(Value::String(one)) => one == expected.client_id,
        Some(Value::Array(all)) => {
            matches!(all.as_slice(), [Value::String(one)] if one == expected.client_id)
        }
        _ => false,
    };
    if !audience {
        return Err("aud is not this client alone");
    }
    if claims.get("azp").is_some() && text("azp") != Some(expected.client_id) {
        return Err("azp is not this client");
    }
    let now = expected.now;
    if time("exp").is_none_or(|exp| now >= exp.saturating_add(LEEWAY)) {
        return Err("exp is over");
    }
    if time("iat").is_none_or(|iat| iat > now.saturating_add(LEEWAY) || iat < now.saturating_sub(FRESH)) {
        return Err("iat is not now");
    }
    if claims.get("nbf").is_some() && time("nbf").is_none_or(|nbf| nbf > now.saturating_add(LEEWAY)) {
        return Err("nbf is to come");
    }
    let nonce = text("nonce").unwrap_or_default();
    if !bool::from(nonce.as_bytes().ct_eq(expected.nonce.as_bytes())) {
        return Err("nonce is not the one of this sign-in");
    }
    let subject = text("sub").filter(|sub| (1..=255).contains(&sub.len()));
    subject.ok_or("sub is missing")
}

/// The strongest role that the claims give. A claim that the provider left out because it was too long (Entra's overage: `_claim_names`,
/// `hasgroups`) is not known, and whoever has it is not let in.
pub(super) fn role(claims: &Value, roles: &[OidcRole]) -> Result<Role, &'static str> {
    let left_out = claims.get("_claim_names");
    for one in roles {
        let elsewhere = left_out.is_some_and(|names| names.get(&one.claim).is_some() || !names.is_object());
        let overage = one.claim == "groups" && claims.get("hasgroups").is_some();
        if elsewhere || overage {
            return Err("a claim was left out because it was too long");
        }
    }
    let has = |one: &&OidcRole| match claims.get(&one.claim) {
        Some(Value::String(value)) => *value == one.value,
        Some(Value::Array(values)) => values.iter().any(|value| value.as_str() == Some(&one.value)),
        _ => false,
    };
    // The strongest role comes first in its order.
    roles.iter().filter(has).map(|one| one.role).min().ok_or("no claim gives a role")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: i64 = 1_800_000_000;

    fn good() -> Value {
        json!({ "iss": "https://id.example", "sub": "s", "aud": "chancery", "exp": NOW + 300, "iat": NOW, "nonce": "n" })
    }

    fn checked(claims: &Value) -> Result<&str, &'static str> {
        check(claims, &Expected { issuer: "https://id.example", client_id: "chancery", nonce: "n", now: NOW })
    }

    fn with(member: &str, value: Value) -> Value {
        let mut claims = good();
        claims[member] = value;
        claims
    }

    #[test]
    fn t88_claims_that_are_not_all_as_they_must_be() {
        assert_eq!(checked(&good()), Ok("s"));
        for fine in [
            with("aud", json!(["chancery"])),
            with("azp", json!("chancery")),
            with("nbf", json!(NOW + 60)),
            with("exp", json!(NOW - 59)),
            with("iat", json!(NOW + 60)),
            with("iat", json!(NOW - 600)),
        ] {
            assert_eq!(checked(&fine), Ok("s"), "{fine}");
        }
        let mut bad = vec![
            with("iss", json!("https://id.example/")),
            with("iss", json!("https://evil.test")),
            with("iss", json!(["https://id.example"])),
            with("aud", json!("other")),
            with("aud", json!(["chancery", "other"])),
            with("aud", json!([])),
            with("aud", json!(["chancery", "chancery"])),
            with("aud", json!({ "chancery": 1 })),
            with("azp", json!("other")),
            with("azp", Value::Null),
            with("exp", json!(NOW - 60)),
            with("exp", json!("1900000000")),
            with("exp", json!(1.9e9)),
            with("iat", json!(NOW + 61)),
            with("iat", json!(NOW - 601)),
            with("nbf", json!(NOW + 61)),
            with("nbf", json!("0")),
            with("nonce", json!("other")),
            with("nonce", json!("")),
            with("sub", json!("")),
            with("sub", json!(7)),
            with("sub", json!("s".repeat(256))),
            json!([]),
            json!("iss"),
            Value::Null,
        ];
        for member in ["iss", "sub", "aud", "exp", "iat", "nonce"] {
            let mut without = good();
            without.as_object_mut().unwrap().remove(member);
            bad.push(without);
        }
        for claims in bad {
            assert!(checked(&claims).is_err(), "{claims}");
        }
    }

    #[test]
    fn t88_a_role_comes_of_a_claim_that_is_there_and_of_no_other() {
        let one = |claim: &str, value: &str, role| OidcRole {
            claim: claim.to_owned(),
            value: value.to_owned(),
            role,
        };
        let roles = [
            one("groups", "g1", Role::Auditor),
            one("groups", "g2", Role::Owner),
            one("dept", "it", Role::Helpdesk),
        ];
        let given = |claims: Value| role(&claims, &roles).ok();
        assert_eq!(given(json!({ "groups": ["g1", "x"] })), Some(Role::Auditor));
        assert_eq!(given(json!({ "groups": ["g1", "g2"] })), Some(Role::Owner), "the strongest");
        assert_eq!(given(json!({ "dept": "it", "groups": [] })), Some(Role::Helpdesk));
        for none in [
            json!({}),
            json!({ "groups": "g11" }),
            json!({ "groups": { "g1": true } }),
            json!({ "groups": [["g1"]] }),
            json!({ "groups": ["G1"] }),
            json!({ "dept": "it", "_claim_names": { "groups": "src1" }, "_claim_sources": {} }),
            json!({ "dept": "it", "_claim_names": "groups" }),
            json!({ "dept": "it", "hasgroups": true }),
        ] {
            assert_eq!(given(none.clone()), None, "{none}");
        }
        assert_eq!(given(json!({ "dept": "it", "_claim_names": { "photo": "src1" } })), Some(Role::Helpdesk));
    }
}

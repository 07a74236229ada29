//! What a certificate would say, by a profile, before anything is issued (M153).

use crate::authority::{Authority, ISSUING};
use ca::decide::{self, Facts, Issuer, Order, Request, SidVouching, Verdict, Vouching};
use ca::key_policy::KnownKeys;
use ca::profile::CertificateProfile;
use ca::profile::names::{EXTENDED_USAGES, KEY_USAGES, word_of};
use ca::rejection::Rejection;
use pki::Time;
use pki::csr::CertificateRequest;
use serde::Serialize;
use utoipa::ToSchema;

/// What would be issued now if the endpoint's validator vouched for the request. No key is used, and nothing is recorded.
///
/// # Errors
/// What the request would be refused for.
pub(crate) fn made(
    asked: &CertificateRequest,
    profile: &CertificateProfile,
    authority: &Authority,
    now: Time,
) -> Result<Order, Rejection> {
    let sid = SidVouching::AsRequested;
    let verdict = Verdict { profile: profile.name.clone(), subject: None, san: None, sid };
    let own = authority.own_keys();
    let facts = Facts {
        now,
        issuer: Issuer { name: ISSUING, certificate: &authority.issuing.certificate },
        vouching: Vouching::Validator(&verdict),
        known_keys: KnownKeys { own: &own, blocked: &[], holders: &[] },
        sid: None,
    };
    // As it is written: an edit that was not published yet has no number of its own.
    let profile = profile.clone().numbered(profile.version.max(1));
    ca::decide(&Request { csr: asked, validity: decide::requested::validity(asked) }, &profile, &facts)
}

/// For people.
pub(crate) fn told(made: &Result<Order, Rejection>) -> String {
    match made {
        Err(refused) => format!("certificate: none, {}: {}", refused.code(), refused.operator()),
        Ok(order) => format!(
            "certificate: {}\n  subject    {}\n  names      {}\n  key usage  {}\n  purposes   {}\n  from       {}\n  until      {}",
            order.profile(),
            order.subject(),
            names(order).join(", "),
            usages(order).join(", "),
            purposes(order).join(", "),
            order.not_before(),
            order.not_after(),
        ),
    }
}

/// A certificate that would be issued, or the refusal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CertificatePreview)]
pub struct Preview {
    /// The code of the refusal; the rest but `why` is absent then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// The operator's sentence of the refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The certificate profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The subject, as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Alternative names, each with its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<Vec<String>>,
    /// Key usages, RFC 5280's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_usage: Option<Vec<String>>,
    /// Extended key usages, a word or the OID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purposes: Option<Vec<String>>,
    /// First instant of its validity, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<String>,
    /// Last instant of its validity, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_after: Option<String>,
}

/// For programs.
pub(crate) fn shown(made: &Result<Order, Rejection>) -> Preview {
    match made {
        Err(refused) => Preview {
            refused: Some(refused.code().to_string()),
            why: Some(refused.operator().to_string()),
            ..Preview::default()
        },
        Ok(order) => Preview {
            profile: Some(order.profile().as_str().to_owned()),
            subject: Some(order.subject().to_string()),
            names: Some(names(order)),
            key_usage: Some(usages(order).into_iter().map(ToOwned::to_owned).collect()),
            purposes: Some(purposes(order)),
            not_before: Some(order.not_before().to_string()),
            not_after: Some(order.not_after().to_string()),
            ..Preview::default()
        },
    }
}

fn names(order: &Order) -> Vec<String> {
    order.san().0.iter().map(ToString::to_string).collect()
}

fn usages(order: &Order) -> Vec<&'static str> {
    let asserted = |usage| !order.key_usage().and(usage).is_empty();
    KEY_USAGES.iter().filter(|(_, usage)| asserted(*usage)).map(|(word, _)| *word).collect()
}

fn purposes(order: &Order) -> Vec<String> {
    order.extended().iter().map(|oid| word_of(EXTENDED_USAGES, oid)).collect()
}

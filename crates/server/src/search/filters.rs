//! What may be asked, as the queries of the routes write it.

use pki::Time;
use serde::Deserialize;
use utoipa::IntoParams;

use super::moment;
use crate::explanation::rest;
use crate::http::ApiProblem;
use crate::store::{Outcome, Sought, StatusSought};

/// Characters of one search.
const LONGEST: usize = 300;
/// Words of one search.
const WORDS: usize = 12;
/// Digits that a number is sought by, at least.
const DIGITS: usize = 4;

/// `GET /api/v1/certificates`. All that is given must be so.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
pub struct CertificateFilter {
    /// Words that stand anywhere: in the subject, an alternative name, the device or user and what a directory calls them; or the
    /// beginning of a serial number or thumbprint, from ten digits on. A word of one or two letters must begin a word.
    pub q: Option<String>,
    /// The beginning of the serial number, hexadecimal, four digits at least.
    pub serial: Option<String>,
    /// The beginning of the SHA-1 or SHA-256 thumbprint, hexadecimal, four digits at least.
    pub thumbprint: Option<String>,
    /// Part of the subject.
    pub subject: Option<String>,
    /// Part of the alternative names.
    pub san: Option<String>,
    /// The device.
    pub device: Option<String>,
    /// The user.
    pub user: Option<String>,
    /// Who vouched for the request: the validator's word, or `renewal`.
    pub requester: Option<String>,
    /// The certificate profile.
    pub profile: Option<String>,
    /// The enrolment endpoint.
    pub endpoint: Option<String>,
    /// `good`, `held`, `revoked` or `expired`.
    #[param(inline)]
    pub status: Option<StatusSought>,
    /// Over before this date or time; sorted by the end, the soonest first.
    pub expires_before: Option<String>,
    /// Over not before this date or time; sorted by the end, the soonest first.
    pub expires_after: Option<String>,
    /// Over within so many days from now; sorted by the end, the soonest first.
    pub expires_within_days: Option<u16>,
    /// Issued before this date or time.
    pub issued_before: Option<String>,
    /// Issued at or after this date or time.
    pub issued_after: Option<String>,
}

/// `GET /api/v1/enrolments`.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
pub struct EnrolmentFilter {
    /// Whole words of the particulars or of the certificate's names.
    pub q: Option<String>,
    /// `issued`, `refused` or `held`.
    #[param(inline)]
    pub outcome: Option<Outcome>,
    /// The code of a refusal, such as `CHY-2104`.
    pub code: Option<String>,
    /// The enrolment endpoint.
    pub endpoint: Option<String>,
}

/// `GET /api/v1/devices`, `GET /api/v1/users`.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
pub struct HolderFilter {
    /// As in a search for certificates, within the newest certificate of each.
    pub q: Option<String>,
}

/// `GET /api/v1/audit`.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
pub struct AuditFilter {
    /// Whole words of the particulars or of the certificate's names.
    pub q: Option<String>,
    /// The kind of event, such as `certificate.revoked`.
    pub event: Option<String>,
    /// The serial number of the certificate concerned.
    pub certificate: Option<String>,
}

impl CertificateFilter {
    pub(super) fn sought(self, now: Time) -> Result<Sought, ApiProblem> {
        let within = self.expires_within_days.map(|days| now.plus_days(days.into()));
        let ends_before = match (moment_of(self.expires_before)?, within) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        let mut ends_from = moment_of(self.expires_after)?;
        if within.is_some() {
            ends_from = Some(ends_from.map_or(now, |from| from.max(now)));
        }
        Ok(Sought {
            words: words(self.q)?,
            serial: number("serial", self.serial)?,
            thumbprint: number("thumbprint", self.thumbprint)?,
            subject: short(self.subject)?,
            san: short(self.san)?,
            device: short(self.device)?,
            user: short(self.user)?,
            requester: short(self.requester)?,
            profile: short(self.profile)?,
            endpoint: short(self.endpoint)?,
            status: self.status,
            ends_from,
            ends_before,
            issued_from: moment_of(self.issued_after)?,
            issued_before: moment_of(self.issued_before)?,
            newest_of: None,
        })
    }
}

/// The words of a search; an empty one is none.
pub(super) fn words(text: Option<String>) -> Result<Vec<String>, ApiProblem> {
    let text = short(text)?.unwrap_or_default();
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    if words.len() > WORDS { Err(wrong(&format!("a search has {WORDS} words at most"))) } else { Ok(words) }
}

/// A text of bounded length; an empty one, as a form sends it, is none.
pub(super) fn short(text: Option<String>) -> Result<Option<String>, ApiProblem> {
    let text = text.filter(|text| !text.trim().is_empty());
    if text.as_ref().is_some_and(|text| text.chars().count() > LONGEST) {
        return Err(wrong(&format!("a text has {LONGEST} characters at most")));
    }
    Ok(text)
}

fn number(what: &str, text: Option<String>) -> Result<Option<String>, ApiProblem> {
    let Some(text) = short(text)? else { return Ok(None) };
    let digits: String = text.chars().filter(|letter| !matches!(letter, ':' | ' ' | '-')).collect();
    let plain = digits.len() >= DIGITS && digits.chars().all(|digit| digit.is_ascii_hexdigit());
    if plain {
        Ok(Some(digits))
    } else {
        Err(wrong(&format!("{what} is {DIGITS} hexadecimal digits or more")))
    }
}

fn moment_of(text: Option<String>) -> Result<Option<Time>, ApiProblem> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let parsed = moment::parse(&text);
    parsed.map(Some).ok_or_else(|| wrong("a time is written 2026-11-29 or 2026-11-29T16:00:00Z"))
}

pub(super) fn wrong(why: &str) -> ApiProblem {
    let sentence = format!("The query is not what the route takes: {why}.");
    ApiProblem { sentence, ..ApiProblem::new(400, rest::QUERY) }
}

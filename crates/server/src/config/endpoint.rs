//! `[[endpoint]]`: SCEP endpoints. One that would issue to anyone does not start.

use std::time::Duration;

use ca::profile::{RenewalRules, Slots};
use serde::{Deserialize, Serialize};

use super::directory::{DirectorySettings, Follow};
use super::intune::IntuneSettings;
use super::name::EndpointName;
use super::secret::Secret;
use super::value::Word;
use crate::validators::KeyedHash;
use crate::validators::request::Requests;

mod draft;
mod request;
mod slots;

pub(super) use draft::believe_all;

/// The profile of an endpoint that names none.
const USUAL_PROFILE: &str = "device";

/// One `[[endpoint]]`.
#[derive(Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each key is explained once, in the example that a test holds to these types"
)]
pub struct EndpointSettings {
    pub name: String,
    pub profile: String,
    pub validator: String,
    pub ndes: bool,
    pub ndes_page: bool,
    pub renewal: bool,
    pub renewal_window_days: u32,
    pub legacy_3des: bool,
    pub legacy_sha1: bool,
    pub get_ca_cert: String,
    pub include_chain: bool,
    pub caps_sha384: bool,
    pub fail_info_text: bool,
    pub pending: bool,
    pub pending_for: String,
    pub on_notify_failure: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_per_subject_per_day: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intune: Option<IntuneSettings>,
    #[serde(rename = "static", skip_serializing_if = "Option::is_none")]
    pub fixed: Option<StaticSettings>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one_time: Option<OneTimeSettings>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bound: Option<BoundSettings>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestSettings>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slots: Option<SlotsSettings>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directory: Option<DirectorySettings>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub superseded_after: Option<String>,
}

impl Default for EndpointSettings {
    fn default() -> Self {
        Self {
            name: String::new(),
            profile: USUAL_PROFILE.into(),
            validator: String::new(),
            ndes: false,
            ndes_page: false,
            renewal: true,
            renewal_window_days: 0,
            legacy_3des: false,
            legacy_sha1: false,
            get_ca_cert: "chain".into(),
            include_chain: false,
            caps_sha384: true,
            fail_info_text: true,
            pending: false,
            pending_for: "7d".into(),
            on_notify_failure: "withhold".into(),
            max_per_subject_per_day: None,
            intune: None,
            fixed: None,
            one_time: None,
            bound: None,
            request: None,
            slots: None,
            directory: None,
            superseded_after: None,
        }
    }
}

impl EndpointSettings {
    /// The endpoint of a server without settings.
    pub(super) fn first() -> Self {
        Self { name: "default".into(), validator: "one_time".into(), ndes: true, ..Self::default() }
    }
}

/// `[endpoint.static]`.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each key is explained once, in the example that a test holds to these types"
)]
pub struct StaticSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub challenge_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub challenge_file: Option<String>,
}

/// `[endpoint.one_time]`.
#[derive(Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each key is explained once, in the example that a test holds to these types"
)]
pub struct OneTimeSettings {
    pub ttl: String,
}

impl Default for OneTimeSettings {
    fn default() -> Self {
        Self { ttl: "60m".into() }
    }
}

/// `[endpoint.bound]`.
#[derive(Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each key is explained once, in the example that a test holds to these types"
)]
pub struct BoundSettings {
    pub ttl: String,
    pub strict_string: bool,
}

impl Default for BoundSettings {
    fn default() -> Self {
        Self { ttl: "60m".into(), strict_string: false }
    }
}

/// `[endpoint.request]`.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each key is explained once, in the example that a test holds to these types"
)]
pub struct RequestSettings {
    pub by: Vec<String>,
    pub names: Vec<String>,
    pub server_key: bool,
}

/// `[endpoint.slots]`.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each key is explained once, in the example that a test holds to these types"
)]
pub struct SlotsSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub general: Option<String>,
}

/// A believed endpoint.
pub struct Endpoint {
    /// The segment after `/scep/`.
    pub name: EndpointName,
    /// The certificate profiles that it issues by, each for its purpose; every name is one of [`super::Config::profiles`].
    pub slots: Slots,
    /// Which certificates renew themselves here.
    pub renewal: RenewalRules,
    /// Whom it believes.
    pub validator: Validator,
    /// Whether it answers at `/certsrv/mscep/mscep.dll` and `/cgi-bin/pkiclient.exe` too.
    pub ndes: bool,
    /// Whether a bare GET shows NDES' information page (row M43) instead of 403.
    pub ndes_page: bool,
    /// Whether 3DES is read and answered.
    pub legacy_3des: bool,
    /// Whether SHA-1 digests are read.
    pub legacy_sha1: bool,
    /// What `GetCACert` answers.
    pub ca_certificates: CaCertificates,
    /// Whether the CA's certificates travel behind the device's (Q34).
    pub include_chain: bool,
    /// Whether `GetCACaps` lists SHA-384, without which strongSwan 5.9 cannot use AES (Q19).
    pub caps_sha384: bool,
    /// Whether a refusal says why, as failInfoText (Q46).
    pub fail_info_text: bool,
    /// How long it waits for approvals; `None` refuses what needs one.
    pub waits: Option<Duration>,
    /// What to do with a certificate whose success the MDM did not acknowledge.
    pub on_notify_failure: OnNotifyFailure,
    /// How many certificates one subject gets within 24 hours; `None` is no limit.
    pub max_per_subject_per_day: Option<u32>,
    /// The directory that its certificates follow.
    pub follow: Option<Follow>,
    /// How long after its successor was issued a certificate is revoked; `None` leaves it to run out.
    pub superseded_after: Option<Duration>,
}

/// Whom an endpoint believes. There is no variant that believes everybody.
pub enum Validator {
    /// Intune's challenge validation.
    Intune(Box<crate::validators::intune::IntuneSettings>),
    /// One challenge for all devices.
    Static(Static),
    /// A challenge for each device, spent once.
    OneTime(OneTime),
    /// A challenge that names the one request which it is good for, spent once.
    Bound(Bound),
    /// Callers of the administrative API, each in their own name.
    Request(Request),
}

/// A challenge that all devices share, or two while it is being changed; at least one.
pub struct Static {
    /// One that is known by its keyed hash alone.
    pub hash: Option<KeyedHash>,
    /// One that is known in the clear, so that devices with elliptic keys can encrypt with it (RFC 8894 §3.1).
    pub challenge: Option<Secret>,
}

/// Challenges that are spent once.
#[derive(Clone, Copy, Debug)]
pub struct OneTime {
    /// How long a challenge may wait.
    pub ttl: Duration,
}

/// Challenges that name one request each.
#[derive(Clone, Copy, Debug)]
pub struct Bound {
    /// How long a challenge may wait.
    pub ttl: Duration,
    /// Whether subjects are compared as texts, too, as Intune does it (M64).
    pub strict_string: bool,
}

/// Requests in callers' own names.
#[derive(Clone, Debug)]
pub struct Request {
    /// Who may ask, and for what.
    pub rules: Requests,
    /// Whether the server makes keys for those who have none.
    pub server_key: bool,
}

impl Endpoint {
    /// Whether devices come here.
    #[must_use]
    pub fn speaks_scep(&self) -> bool {
        !matches!(self.validator, Validator::Request(_))
    }
}

/// What to do with a certificate whose success the MDM did not acknowledge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnNotifyFailure {
    /// Revoke it; the device asks again.
    Withhold,
    /// Hand it out; the outbox goes on telling.
    Deliver,
}

impl Word for OnNotifyFailure {
    const WORDS: &'static [(&'static str, Self)] =
        &[("withhold", Self::Withhold), ("deliver", Self::Deliver)];
}

/// What `GetCACert` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaCertificates {
    /// RA, issuing CA and root.
    Chain,
    /// RA and issuing CA.
    RaAndCa,
    /// The issuing CA alone: it must have an RSA key, for clients encrypt to it.
    Ca,
}

impl Word for CaCertificates {
    const WORDS: &'static [(&'static str, Self)] =
        &[("chain", Self::Chain), ("ra_ca", Self::RaAndCa), ("ca", Self::Ca)];
}

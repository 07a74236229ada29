//! `[[endpoint]]`: SCEP endpoints. One that would issue to anyone does not start.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::intune::{self, IntuneSettings};
use super::name::{EndpointName, ProfileName};
use super::problem::{Code, Problem, Problems};
use super::profile::{self, Profile};
use super::source::{Files, Loaded};
use super::text::Period;
use super::value::Word;
use crate::validators::KeyedHash;

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
    pub legacy_3des: bool,
    pub legacy_sha1: bool,
    pub get_ca_cert: String,
    pub caps_sha384: bool,
    pub on_notify_failure: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intune: Option<IntuneSettings>,
    #[serde(rename = "static", skip_serializing_if = "Option::is_none")]
    pub fixed: Option<StaticSettings>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one_time: Option<OneTimeSettings>,
}

impl Default for EndpointSettings {
    fn default() -> Self {
        Self {
            name: String::new(),
            profile: "device".into(),
            validator: String::new(),
            ndes: false,
            ndes_page: false,
            renewal: true,
            legacy_3des: false,
            legacy_sha1: false,
            get_ca_cert: "chain".into(),
            caps_sha384: true,
            on_notify_failure: "withhold".into(),
            intune: None,
            fixed: None,
            one_time: None,
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
    pub challenge_hash: String,
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

/// A believed endpoint.
pub struct Endpoint {
    /// The segment after `/scep/`.
    pub name: EndpointName,
    /// What it issues.
    pub profile: ProfileName,
    /// Whom it believes.
    pub validator: Validator,
    /// Whether it answers at `/certsrv/mscep/mscep.dll` and `/cgi-bin/pkiclient.exe` too.
    pub ndes: bool,
    /// Whether a bare GET shows NDES' information page (row M43) instead of 403.
    pub ndes_page: bool,
    /// Whether a live certificate of this CA renews without a challenge.
    pub renewal: bool,
    /// Whether 3DES is read and answered.
    pub legacy_3des: bool,
    /// Whether SHA-1 digests are read.
    pub legacy_sha1: bool,
    /// What `GetCACert` answers.
    pub ca_certificates: CaCertificates,
    /// Whether `GetCACaps` lists SHA-384, without which strongSwan 5.9 cannot use AES (Q19).
    pub caps_sha384: bool,
    /// What to do with a certificate whose success the MDM did not acknowledge.
    pub on_notify_failure: OnNotifyFailure,
}

/// Whom an endpoint believes. There is no variant that believes everybody.
pub enum Validator {
    /// Intune's challenge validation.
    Intune(Box<crate::validators::intune::IntuneSettings>),
    /// One challenge for all devices.
    Static(KeyedHash),
    /// A challenge for each device, spent once.
    OneTime(OneTime),
}

/// One-time challenges.
#[derive(Clone, Copy, Debug)]
pub struct OneTime {
    /// How long a challenge may wait.
    pub ttl: Duration,
}

/// The keyed hash of a static challenge, made by `chancery challenge hash`.
fn challenge_hash(key: &str, text: &str) -> Result<KeyedHash, Problem> {
    if text.is_empty() {
        return Err(Problem::new(Code::IssuesToAnyone, key, "")
            .rule("a static endpoint without a challenge would issue to anyone")
            .fix("make a hash of your challenge with: chancery challenge hash"));
    }
    // What stands there may be the challenge itself: it must not be shown.
    KeyedHash::parse(text).ok_or_else(|| {
        Problem::new(Code::Secret, key, "")
            .rule("the value is not a keyed hash: hmac-sha256: and 64 hexadecimal digits")
            .fix("never write the challenge itself; make its hash with: chancery challenge hash")
    })
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

/// Believes every endpoint; names differ, and NDES' address belongs to one of them.
pub(super) fn believe_all(
    settings: &[EndpointSettings],
    profiles: &[Profile],
    files: &dyn Files,
    loaded: &Loaded,
    problems: &mut Problems,
) -> Vec<Endpoint> {
    let mut believed: Vec<Endpoint> = Vec::new();
    for (position, one) in settings.iter().enumerate() {
        let draft = Draft { settings: one, position, files, loaded, problems };
        let Some(endpoint) = draft.believe(profiles) else { continue };
        if believed.iter().any(|other| other.name == endpoint.name) {
            problems.push(profile::duplicate("endpoint", endpoint.name.as_str()));
        }
        if endpoint.ndes && believed.iter().any(|other| other.ndes) {
            let key = format!("endpoint.{}.ndes", endpoint.name);
            let problem = Problem::new(Code::Duplicate, key, true)
                .rule("another endpoint answers at /certsrv/mscep/mscep.dll already")
                .fix("leave ndes = true on one endpoint only");
            problems.push(problem);
        }
        believed.push(endpoint);
    }
    if settings.is_empty() {
        problems.push(
            Problem::new(Code::Missing, "endpoint", "")
                .rule("without an endpoint no device can enrol")
                .fix("add an [[endpoint]] section, or remove `endpoint = []`"),
        );
    }
    believed
}

struct Draft<'a> {
    settings: &'a EndpointSettings,
    position: usize,
    files: &'a dyn Files,
    loaded: &'a Loaded,
    problems: &'a mut Problems,
}

impl Draft<'_> {
    fn believe(mut self, profiles: &[Profile]) -> Option<Endpoint> {
        let s = self.settings;
        let name = EndpointName::believe(&format!("endpoint.{}.name", self.position), &s.name);
        let name = self.problems.note(name)?;
        let profile = self.profile(profiles);
        let validator = self.validator();
        let layout = CaCertificates::believe(&self.key("get_ca_cert"), &s.get_ca_cert);
        let on_failure = OnNotifyFailure::believe(&self.key("on_notify_failure"), &s.on_notify_failure);
        let ca_certificates = self.problems.or_note(layout, CaCertificates::Chain);
        let on_notify_failure = self.problems.or_note(on_failure, OnNotifyFailure::Withhold);
        Some(Endpoint {
            name,
            profile: profile?,
            validator: validator?,
            ndes: s.ndes,
            ndes_page: s.ndes_page,
            renewal: s.renewal,
            legacy_3des: s.legacy_3des,
            legacy_sha1: s.legacy_sha1,
            ca_certificates,
            caps_sha384: s.caps_sha384,
            on_notify_failure,
        })
    }

    fn key(&self, key: &str) -> String {
        format!("endpoint.{}.{key}", self.settings.name)
    }

    /// Row M23: the reference is by name; a display name is answered with the name that was meant.
    fn profile(&mut self, profiles: &[Profile]) -> Option<ProfileName> {
        let wanted = &self.settings.profile;
        if let Some(found) = profiles.iter().find(|profile| profile.name.as_str() == *wanted) {
            return Some(found.name.clone());
        }
        let shown = profiles.iter().find(|profile| profile.display_name == *wanted);
        let names: Vec<&str> = profiles.iter().map(|profile| profile.name.as_str()).collect();
        let (rule, fix) = match shown {
            Some(meant) => ("this is a display name", format!(r#"write its name, "{}""#, meant.name)),
            None => ("no [[profile]] has this name", format!("use one of: {}", names.join(", "))),
        };
        self.problems.push(Problem::new(Code::UnknownName, self.key("profile"), wanted).rule(rule).fix(fix));
        None
    }

    fn validator(&mut self) -> Option<Validator> {
        let s = self.settings;
        self.stray_sections();
        let key = self.key("validator");
        match s.validator.as_str() {
            "intune" => {
                let settings = s.intune.clone().unwrap_or_default();
                let prefix = (self.key("intune"), format!("endpoint.{}.intune", self.position));
                intune::believe(&settings, &prefix, self.files, self.loaded, self.problems)
                    .map(|connection| Validator::Intune(Box::new(connection)))
            }
            "static" => {
                let hash = s.fixed.clone().unwrap_or_default().challenge_hash;
                let hash = challenge_hash(&self.key("static.challenge_hash"), &hash);
                self.problems.note(hash).map(Validator::Static)
            }
            "one_time" => self.one_time().map(Validator::OneTime),
            "" | "none" => {
                self.problems.push(
                    Problem::new(Code::IssuesToAnyone, key, &s.validator)
                        .rule("an endpoint without a validator would issue to anyone")
                        .fix(r#"write validator = "intune", "static" or "one_time""#),
                );
                None
            }
            other => {
                let nearest = super::schema::suggestion(other, &["intune", "static", "one_time"]);
                self.problems.push(
                    Problem::new(Code::Rule, key, other)
                        .rule("the value is one of intune, static, one_time")
                        .fix(format!(r#"write "{}""#, nearest.unwrap_or("intune"))),
                );
                None
            }
        }
    }

    fn one_time(&mut self) -> Option<OneTime> {
        let settings = self.settings.one_time.clone().unwrap_or_default();
        let ttl = Period::believe(&self.key("one_time.ttl"), &settings.ttl, "1m", "30d");
        Some(OneTime { ttl: self.problems.note(ttl)? })
    }

    fn stray_sections(&mut self) {
        let s = self.settings;
        let sections = [
            ("intune", s.intune.is_some()),
            ("static", s.fixed.is_some()),
            ("one_time", s.one_time.is_some()),
        ];
        for (section, there) in sections {
            if there && section != s.validator {
                self.problems.push(
                    Problem::new(Code::Doubtful, self.key(section), "")
                        .rule(format!("the validator is {}, so this section does nothing", s.validator))
                        .fix("remove the section, or change the validator"),
                );
            }
        }
    }
}

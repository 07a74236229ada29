//! From `[[endpoint]]` to a believed endpoint.

use super::{Bound, CaCertificates, Endpoint, EndpointSettings, OnNotifyFailure, OneTime, Static, Validator};
use crate::config::name::EndpointName;
use crate::config::problem::{Code, Problem, Problems};
use crate::config::schema::suggestion;
use crate::config::settings::Settings;
use crate::config::source::{self, Files, Loaded};
use crate::config::text::Period;
use crate::config::value::Word as _;
use crate::config::{Follow, directory, intune, profile};
use crate::validators::KeyedHash;
use ca::profile::{ProfileSet, RenewalRules, Slots, Warning};
use std::time::Duration;

/// Believes every endpoint; names differ, and NDES' address belongs to one of them.
pub(in crate::config) fn believe_all(
    all: &Settings,
    profiles: &ProfileSet,
    files: &dyn Files,
    loaded: &Loaded,
    problems: &mut Problems,
) -> Vec<Endpoint> {
    if all.endpoint.is_empty() {
        problems.push(
            Problem::new(Code::Missing, "endpoint", "")
                .rule("without an endpoint no device can enrol")
                .fix("add an [[endpoint]] section, or remove `endpoint = []`"),
        );
    }
    let mut believed: Vec<Endpoint> = Vec::new();
    for (position, one) in all.endpoint.iter().enumerate() {
        let draft = Draft { settings: one, all, position, files, loaded, problems };
        let Some(endpoint) = draft.believe(profiles) else { continue };
        if believed.iter().any(|other| other.name == endpoint.name) {
            problems.push(profile::duplicate("endpoint", endpoint.name.as_str()));
        }
        if endpoint.ndes && believed.iter().any(|other| other.ndes) {
            problems.push(second_ndes(&endpoint.name));
        }
        believed.push(endpoint);
    }
    believed
}

fn second_ndes(name: &EndpointName) -> Problem {
    Problem::new(Code::Duplicate, format!("endpoint.{name}.ndes"), true)
        .rule("another endpoint answers at /certsrv/mscep/mscep.dll already")
        .fix("leave ndes = true on one endpoint only")
}

pub(super) struct Draft<'a> {
    pub(super) settings: &'a EndpointSettings,
    pub(super) all: &'a Settings,
    position: usize,
    files: &'a dyn Files,
    loaded: &'a Loaded,
    pub(super) problems: &'a mut Problems,
}

impl Draft<'_> {
    fn believe(mut self, profiles: &ProfileSet) -> Option<Endpoint> {
        let s = self.settings;
        let name = EndpointName::believe(&format!("endpoint.{}.name", self.position), &s.name);
        let name = self.problems.note(name)?;
        let slots = self.slots(profiles);
        let validator = self.validator();
        slots.iter().for_each(|slots| self.unbounded_names(slots, profiles));
        let layout = CaCertificates::believe(&self.key("get_ca_cert"), &s.get_ca_cert);
        let on_failure = OnNotifyFailure::believe(&self.key("on_notify_failure"), &s.on_notify_failure);
        let ca_certificates = self.problems.or_note(layout, CaCertificates::Chain);
        let on_notify_failure = self.problems.or_note(on_failure, OnNotifyFailure::Withhold);
        Some(Endpoint {
            name,
            slots: slots?,
            renewal: self.renewal(),
            validator: validator?,
            ndes: s.ndes,
            ndes_page: s.ndes_page,
            legacy_3des: s.legacy_3des,
            legacy_sha1: s.legacy_sha1,
            ca_certificates,
            include_chain: s.include_chain,
            caps_sha384: s.caps_sha384,
            fail_info_text: s.fail_info_text,
            waits: self.waits(),
            on_notify_failure,
            max_per_subject_per_day: self.quota(),
            follow: self.follow(),
            superseded_after: self.superseded_after(),
        })
    }

    /// The request is kept until it is decided, and its challenge with it: one that stays good must not be kept.
    fn waits(&mut self) -> Option<Duration> {
        let key = self.key("pending_for");
        let lasts = self.problems.note(Period::believe(&key, &self.settings.pending_for, "1h", "30d"))?;
        if self.settings.pending && self.settings.validator == "static" {
            self.problems.push(
                Problem::new(Code::Rule, self.key("pending"), true)
                    .rule("a static challenge stays good, and a request that waits would be kept with it")
                    .fix(r#"use validator = "one_time" or "bound" here, or remove pending"#),
            );
        }
        self.settings.pending.then_some(lasts)
    }

    fn quota(&mut self) -> Option<u32> {
        let most = self.settings.max_per_subject_per_day?;
        // Each counts the rows of its subject within the one writer.
        if !(1..=10_000).contains(&most) {
            self.problems.push(
                Problem::new(Code::Rule, self.key("max_per_subject_per_day"), most)
                    .rule("a quota is from 1 to 10000")
                    .fix("write such a number, or remove the line for no limit"),
            );
        }
        Some(most)
    }

    fn follow(&mut self) -> Option<Follow> {
        let settings = self.settings.directory.clone().unwrap_or_default();
        let has_tenant = self.settings.validator == "intune";
        let follow =
            directory::believe(&settings, &self.key("directory"), has_tenant, self.loaded, self.problems);
        if follow.is_none() && settings.enabled && self.settings.directory.is_some() {
            self.problems.push(
                Problem::new(Code::Doubtful, self.key("directory"), "")
                    .rule("this endpoint asks no tenant, and no file is named, so this section does nothing")
                    .fix("name a list of devices: directory.file = \"devices.csv\""),
            );
        }
        follow
    }

    fn superseded_after(&mut self) -> Option<Duration> {
        let text = self.settings.superseded_after.as_ref()?;
        let key = self.key("superseded_after");
        self.problems.note(Period::believe(&key, text, "1h", "365d"))
    }

    pub(super) fn key(&self, key: &str) -> String {
        format!("endpoint.{}.{key}", self.settings.name)
    }

    fn renewal(&self) -> RenewalRules {
        const DAY: i64 = 86_400;
        let window = Some(i64::from(self.settings.renewal_window_days) * DAY).filter(|window| *window > 0);
        RenewalRules { allowed: self.settings.renewal, window }
    }

    /// A challenge that all share vouches for no name: without domains, each device can have every other's.
    fn unbounded_names(&mut self, slots: &Slots, profiles: &ProfileSet) {
        if self.settings.validator != "static" {
            return;
        }
        let profiles = slots.names().filter_map(|name| profiles.find(name.as_str()).ok());
        for profile in profiles.filter(|one| one.warnings().contains(&Warning::AnyDomain)) {
            let key = format!("profile.{}.domains", profile.name);
            self.problems.push(
                Problem::new(Code::Doubtful, key, "")
                    .rule(
                        "a static challenge vouches for no name, and this profile takes names of any domain",
                    )
                    .fix(r#"write the domains of your devices, such as domains = ["example.com"]"#),
            );
        }
    }

    fn validator(&mut self) -> Option<Validator> {
        self.stray_sections();
        match self.settings.validator.as_str() {
            "intune" => self.intune(),
            "static" => self.fixed().map(Validator::Static),
            "one_time" => self.one_time().map(Validator::OneTime),
            "bound" => self.bound().map(Validator::Bound),
            "request" => self.request().map(Validator::Request),
            other => {
                let problem = Problem::new(Code::Rule, self.key("validator"), other);
                self.problems.push(no_validator(problem, other));
                None
            }
        }
    }

    fn intune(&mut self) -> Option<Validator> {
        let settings = self.settings.intune.clone().unwrap_or_default();
        let prefix = (self.key("intune"), format!("endpoint.{}.intune", self.position));
        intune::believe(&settings, &prefix, self.files, self.loaded, self.problems)
            .map(|connection| Validator::Intune(Box::new(connection)))
    }

    fn fixed(&mut self) -> Option<Static> {
        let settings = self.settings.fixed.clone().unwrap_or_default();
        let (hash_key, file_key) = (self.key("static.challenge_hash"), self.key("static.challenge_file"));
        let hash = settings.challenge_hash.filter(|text| !text.is_empty());
        if hash.is_none() && settings.challenge_file.is_none() {
            self.problems.push(no_challenge(hash_key));
            return None;
        }
        let hash = hash.and_then(|text| self.problems.note(challenge_hash(&hash_key, &text)));
        let challenge = settings
            .challenge_file
            .and_then(|path| source::secret_file(&file_key, &path, self.files, self.loaded, self.problems));
        Some(Static { hash, challenge })
    }

    fn one_time(&mut self) -> Option<OneTime> {
        let settings = self.settings.one_time.clone().unwrap_or_default();
        let ttl = Period::believe(&self.key("one_time.ttl"), &settings.ttl, "1m", "30d");
        Some(OneTime { ttl: self.problems.note(ttl)? })
    }

    fn bound(&mut self) -> Option<Bound> {
        let settings = self.settings.bound.clone().unwrap_or_default();
        let ttl = Period::believe(&self.key("bound.ttl"), &settings.ttl, "1m", "30d");
        Some(Bound { ttl: self.problems.note(ttl)?, strict_string: settings.strict_string })
    }

    fn stray_sections(&mut self) {
        let s = self.settings;
        let sections = [
            ("intune", s.intune.is_some()),
            ("static", s.fixed.is_some()),
            ("one_time", s.one_time.is_some()),
            ("bound", s.bound.is_some()),
            ("request", s.request.is_some()),
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

fn no_validator(mut problem: Problem, word: &str) -> Problem {
    const WORDS: [&str; 5] = ["intune", "static", "one_time", "bound", "request"];
    if word.is_empty() || word == "none" {
        problem.code = Code::IssuesToAnyone;
        return problem
            .rule("an endpoint without a validator would issue to anyone")
            .fix(r#"write validator = "intune", "static", "one_time", "bound" or "request""#);
    }
    let nearest = suggestion(word, &WORDS).unwrap_or("intune");
    problem.rule(format!("the value is one of {}", WORDS.join(", "))).fix(format!(r#"write "{nearest}""#))
}

fn no_challenge(key: String) -> Problem {
    Problem::new(Code::IssuesToAnyone, key, "")
        .rule("a static endpoint without a challenge would issue to anyone")
        .fix("make one with: chancery challenge new --static")
}

/// The keyed hash of a static challenge, made by `chancery challenge new --static`.
fn challenge_hash(key: &str, text: &str) -> Result<KeyedHash, Problem> {
    // What stands there may be the challenge itself: it must not be shown.
    KeyedHash::parse(text).ok_or_else(|| {
        Problem::new(Code::Secret, key, "")
            .rule("the value is not a keyed hash: hmac-sha256: and 64 hexadecimal digits")
            .fix("never write the challenge itself; make both with: chancery challenge new --static")
    })
}

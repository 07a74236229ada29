//! From `[[profile]]` to a believed profile.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{
    ExtendedKeyUsage, Hash, KeyStorage, KeyUsageBit, Platform, Profile, ProfileSettings, ProfileType,
    SubjectRule,
};
use crate::config::ca::Ca;
use crate::config::name::ProfileName;
use crate::config::problem::{Code, Problem, Problems};
use crate::config::text::Period;
use crate::config::url::BaseUrl;
use crate::config::value::Word;

/// Believes every profile; none of two has the same name.
pub(in crate::config) fn believe_all(
    settings: &[ProfileSettings],
    ca: &Ca,
    problems: &mut Problems,
) -> Vec<Profile> {
    if settings.is_empty() {
        problems.push(
            Problem::new(Code::Missing, "profile", "")
                .rule("without a certificate profile nothing can be issued")
                .fix("add a [[profile]] section with a name, or remove `profile = []`"),
        );
    }
    let mut believed: Vec<Profile> = Vec::new();
    for (position, one) in settings.iter().enumerate() {
        let Some(profile) = Draft { settings: one, position, problems }.believe(ca) else { continue };
        if believed.iter().any(|other| other.name == profile.name) {
            problems.push(duplicate("profile", profile.name.as_str()));
        }
        believed.push(profile);
    }
    believed
}

/// The problem of two sections with one name.
pub(in crate::config) fn duplicate(section: &str, name: &str) -> Problem {
    Problem::new(Code::Duplicate, format!("{section}.name"), name)
        .rule(format!("two [[{section}]] have this name"))
        .fix("rename or remove one of them")
}

struct Draft<'a> {
    settings: &'a ProfileSettings,
    position: usize,
    problems: &'a mut Problems,
}

impl Draft<'_> {
    fn believe(mut self, ca: &Ca) -> Option<Profile> {
        let s = self.settings;
        let name = ProfileName::believe(&format!("profile.{}.name", self.position), &s.name);
        let name = self.problems.note(name)?;
        self.validity(ca);
        let platform = self.word("platform", &s.platform, Platform::Any);
        let key_usage = self.words("key_usage", &s.key_usage);
        self.key_usage(platform, &key_usage);
        self.only_root();
        let ekus = self.ekus();
        let backdate = Period::believe(&self.key("backdate"), &s.backdate, "0s", "7d");
        Some(Profile {
            display_name: Some(&s.display_name).filter(|text| !text.is_empty()).unwrap_or(&s.name).clone(),
            kind: self.word("type", &s.r#type, ProfileType::Device),
            platform,
            subject: self.word("subject", &s.subject, SubjectRule::AsRequested),
            subject_allowed: self.words("subject_allowed", &s.subject_allowed),
            subject_required: self.required("subject", &s.subject_required, &s.subject_allowed),
            enforce_dn_length: s.enforce_dn_length,
            san_allowed: self.words("san_allowed", &s.san_allowed),
            san_required: self.required("san", &s.san_required, &s.san_allowed),
            validity_days: s.validity_days,
            max_validity_days: s.max_validity_days,
            allow_requested_validity: s.allow_requested_validity,
            backdate: self.problems.or_note(backdate, Duration::ZERO),
            key_storage: self.word("key_storage", &s.key_storage, KeyStorage::Any),
            key_usage,
            use_requested_key_usages: s.use_requested_key_usages,
            keys: self.words("keys", &s.keys),
            hash: self.word("hash", &s.hash, Hash::Sha256),
            ekus,
            include_chain: s.include_chain,
            crl_url: self.url("crl_url", s.crl_url.as_deref()),
            aia_url: self.url("aia_url", s.aia_url.as_deref()),
            name,
        })
    }

    fn key(&self, key: &str) -> String {
        format!("profile.{}.{key}", self.settings.name)
    }

    fn push(&mut self, code: Code, key: &str, value: impl std::fmt::Display, rule_and_fix: (&str, &str)) {
        let (rule, fix) = rule_and_fix;
        self.problems.push(Problem::new(code, self.key(key), value).rule(rule).fix(fix));
    }

    fn word<T: Word>(&mut self, key: &str, text: &str, otherwise: T) -> T {
        self.problems.or_note(T::believe(&self.key(key), text), otherwise)
    }

    fn words<T: Word + Ord>(&mut self, key: &str, texts: &[String]) -> BTreeSet<T> {
        let words = T::believe_each(&self.key(key), texts);
        self.problems.or_note(words, Vec::new()).into_iter().collect()
    }

    /// `<what>_required`, each of which must be in `<what>_allowed` too.
    fn required<T: Word + Ord>(&mut self, what: &str, texts: &[String], allowed: &[String]) -> BTreeSet<T> {
        let key = format!("{what}_required");
        if let Some(stray) = texts.iter().find(|text| !allowed.contains(text)) {
            let rule = format!("it is required and not in {what}_allowed, so no request could pass");
            self.push(Code::Rule, &key, stray, (&rule, &format!("add it to {what}_allowed")));
        }
        self.words(&key, texts)
    }

    fn url(&mut self, key: &str, text: Option<&str>) -> Option<BaseUrl> {
        let believed = BaseUrl::believe(&self.key(key), text?);
        self.problems.note(believed)
    }

    fn validity(&mut self, ca: &Ca) {
        let s = self.settings;
        if s.max_validity_days == 0 || s.max_validity_days > ca.issuing_validity_days {
            let rule =
                "from 1 day to the validity of the issuing CA, which no certificate outlives (row M11)";
            self.push(Code::Rule, "max_validity_days", s.max_validity_days, (rule, "write 730"));
        }
        if !(1..=s.max_validity_days).contains(&s.validity_days) {
            let rule = "from 1 day to max_validity_days";
            self.push(
                Code::Rule,
                "validity_days",
                s.validity_days,
                (rule, "write 365, or raise the maximum"),
            );
        } else if s.validity_days < 5 {
            // Row M16: an MDM agent may refuse a certificate that is nearly expired when it arrives.
            let rule = "an MDM agent may refuse a certificate that lives less than 5 days";
            self.push(Code::ShortLived, "validity_days", s.validity_days, (rule, "write 5 or more"));
        }
    }

    fn key_usage(&mut self, platform: Platform, usage: &BTreeSet<KeyUsageBit>) {
        if usage.is_empty() {
            let rule = "a certificate without any key usage can do nothing";
            self.push(
                Code::Rule,
                "key_usage",
                "",
                (rule, r#"write ["digital_signature", "key_encipherment"]"#),
            );
        }
        if self.settings.keys.is_empty() {
            let rule = "no kind of key is allowed, so no request could pass";
            self.push(Code::Rule, "keys", "", (rule, r#"write ["rsa2048", "p256"]"#));
        }
        if platform == Platform::Apple && usage.contains(&KeyUsageBit::NonRepudiation) {
            // Row M26: iOS, iPadOS and macOS templates must not say "signature is proof of origin".
            let rule = "iOS, iPadOS and macOS refuse certificates whose signature is proof of origin";
            self.push(Code::Rule, "key_usage", "non_repudiation", (rule, "remove non_repudiation"));
        }
    }

    fn only_root(&mut self) {
        if self.settings.root != "default" {
            let rule = "there is one hierarchy, and it is called default";
            self.push(Code::UnknownName, "root", &self.settings.root, (rule, r#"write root = "default""#));
        }
    }

    fn ekus(&mut self) -> Vec<ExtendedKeyUsage> {
        let key = self.key("ekus");
        let texts = &self.settings.ekus;
        let ekus: Vec<_> = texts
            .iter()
            .filter_map(|text| self.problems.note(ExtendedKeyUsage::believe(&key, text)))
            .collect();
        // Row M25: client authentication must be there; anything more needs a reason.
        if !texts.iter().any(|text| text == "client_auth") {
            let rule = "without client_auth the certificate opens no Wi-Fi, VPN or proxy";
            self.push(Code::Doubtful, "ekus", texts.join(", "), (rule, "add client_auth"));
        }
        if texts.len() > 1 {
            let rule = "each further usage widens what a stolen key can do";
            self.push(
                Code::ExtraUsage,
                "ekus",
                texts.join(", "),
                (rule, "keep only what relying parties check"),
            );
        }
        ekus
    }
}

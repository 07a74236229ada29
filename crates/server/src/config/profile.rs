//! `[[profile]]`: certificate profiles, what AD CS calls templates, with the ten attributes of row M35.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::ca::Ca;
use super::name::ProfileName;
use super::problem::{Code, Problem, Problems};
use super::text::Period;
use super::url::BaseUrl;
use super::value::Word;

mod words;

pub use words::{
    ExtendedKeyUsage, Hash, KeyKindAllowed, KeyStorage, KeyUsageBit, Platform, ProfileType, SanKind,
    SubjectAttribute, SubjectRule,
};

/// One `[[profile]]`.
#[derive(Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each key is explained once, in the example that a test holds to these types"
)]
pub struct ProfileSettings {
    pub name: String,
    pub display_name: String,
    pub r#type: String,
    pub platform: String,
    pub subject: String,
    pub subject_allowed: Vec<String>,
    pub subject_required: Vec<String>,
    pub enforce_dn_length: bool,
    pub san_allowed: Vec<String>,
    pub san_required: Vec<String>,
    pub validity_days: u32,
    pub max_validity_days: u32,
    pub allow_requested_validity: bool,
    pub backdate: String,
    pub key_storage: String,
    pub key_usage: Vec<String>,
    pub use_requested_key_usages: bool,
    pub keys: Vec<String>,
    pub hash: String,
    pub root: String,
    pub ekus: Vec<String>,
    pub include_chain: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crl_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aia_url: Option<String>,
}

impl Default for ProfileSettings {
    fn default() -> Self {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Self {
            name: String::new(),
            display_name: String::new(),
            r#type: "device".into(),
            platform: "any".into(),
            subject: "as_requested".into(),
            subject_allowed: words(&["CN", "O", "OU", "C", "ST", "L", "E", "serialNumber", "UID", "DC"]),
            subject_required: words(&["CN"]),
            enforce_dn_length: true,
            san_allowed: words(&["dns", "email", "uri", "upn", "ip"]),
            san_required: Vec::new(),
            validity_days: 365,
            max_validity_days: 730,
            allow_requested_validity: false,
            backdate: "24h".into(),
            key_storage: "any".into(),
            key_usage: words(&["digital_signature", "key_encipherment"]),
            use_requested_key_usages: false,
            keys: words(&["rsa2048", "rsa3072", "rsa4096", "p256", "p384"]),
            hash: "sha256".into(),
            root: "default".into(),
            ekus: words(&["client_auth"]),
            include_chain: false,
            crl_url: None,
            aia_url: None,
        }
    }
}

impl ProfileSettings {
    /// The profile of a server without settings.
    pub(super) fn first() -> Self {
        Self { name: "device".into(), display_name: "Managed device".into(), ..Self::default() }
    }
}

/// A believed profile.
#[derive(Clone, Debug)]
pub struct Profile {
    /// What endpoints refer to.
    pub name: ProfileName,
    /// What people read; may change at any time.
    pub display_name: String,
    /// For whom the certificates are.
    pub kind: ProfileType,
    /// For which operating systems.
    pub platform: Platform,
    /// How the subject comes about.
    pub subject: SubjectRule,
    /// Subject attributes that may be in a request.
    pub subject_allowed: BTreeSet<SubjectAttribute>,
    /// Subject attributes that must be.
    pub subject_required: BTreeSet<SubjectAttribute>,
    /// Whether RFC 5280's upper bounds on name attributes apply.
    pub enforce_dn_length: bool,
    /// Alternative names that may be in a request.
    pub san_allowed: BTreeSet<SanKind>,
    /// Alternative names of which at least one must be, for each kind.
    pub san_required: BTreeSet<SanKind>,
    /// Validity where the request names none or may not.
    pub validity_days: u32,
    /// Validity that no request can exceed.
    pub max_validity_days: u32,
    /// Whether the request's own validity counts.
    pub allow_requested_validity: bool,
    /// How far notBefore lies in the past; 0 to 7 days.
    pub backdate: Duration,
    /// Where the device should keep its key; a note to the MDM, SCEP cannot verify it.
    pub key_storage: KeyStorage,
    /// Key usage of the certificate, unless the request's counts.
    pub key_usage: BTreeSet<KeyUsageBit>,
    /// Whether the request's own key usage counts.
    pub use_requested_key_usages: bool,
    /// Kinds and sizes of device keys.
    pub keys: BTreeSet<KeyKindAllowed>,
    /// Hash of the certificate's signature.
    pub hash: Hash,
    /// Extended key usages, in the order written.
    pub ekus: Vec<ExtendedKeyUsage>,
    /// Whether the reply carries the CA's certificates behind the device's (Q34).
    pub include_chain: bool,
    /// CRL address instead of the one derived from `public_url`.
    pub crl_url: Option<BaseUrl>,
    /// Issuer certificate's address instead of the one derived from `public_url`.
    pub aia_url: Option<BaseUrl>,
}

/// Believes every profile; none of two has the same name.
pub(super) fn believe_all(settings: &[ProfileSettings], ca: &Ca, problems: &mut Problems) -> Vec<Profile> {
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
pub(super) fn duplicate(section: &str, name: &str) -> Problem {
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

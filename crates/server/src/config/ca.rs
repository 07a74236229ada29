//! `[ca]`: the certificate authority that a first start makes.

use serde::{Deserialize, Serialize};

use super::problem::{Code, Problem, Problems};
use super::value::Word;
use crate::keys::KeyAlgorithm;

/// `[ca]`.
#[derive(Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each key is explained once, in the example that a test holds to these types"
)]
pub struct CaSettings {
    pub name: String,
    pub organization: String,
    pub key: String,
    pub root_validity_days: u32,
    pub issuing_validity_days: u32,
}

impl Default for CaSettings {
    fn default() -> Self {
        Self {
            name: "Chancery".into(),
            organization: String::new(),
            key: "p256".into(),
            root_validity_days: 20 * 365,
            issuing_validity_days: 10 * 365,
        }
    }
}

/// The certificate authority to make.
#[derive(Clone, Debug)]
pub struct Ca {
    /// Common name; " Root CA" and " Issuing CA" are put behind it.
    pub name: String,
    /// Organization (O); none where empty.
    pub organization: Option<String>,
    /// Algorithm of the root's and the issuing CA's keys.
    pub key: KeyAlgorithm,
    /// Validity of the root.
    pub root_validity_days: u32,
    /// Validity of the issuing CA, never beyond the root's.
    pub issuing_validity_days: u32,
}

impl Word for KeyAlgorithm {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("p256", Self::P256),
        ("p384", Self::P384),
        ("rsa2048", Self::Rsa2048),
        ("rsa3072", Self::Rsa3072),
        ("rsa4096", Self::Rsa4096),
    ];
}

impl Ca {
    pub(super) fn believe(settings: &CaSettings, problems: &mut Problems) -> Self {
        // RFC 5280 appendix A: ub-common-name and ub-organization-name are 64; " Issuing CA" takes 11.
        text(problems, "ca.name", &settings.name, 1, 53);
        text(problems, "ca.organization", &settings.organization, 0, 64);
        days(problems, "ca.root_validity_days", settings.root_validity_days, 40 * 365);
        days(
            problems,
            "ca.issuing_validity_days",
            settings.issuing_validity_days,
            settings.root_validity_days,
        );
        Self {
            name: settings.name.clone(),
            organization: Some(settings.organization.clone()).filter(|text| !text.is_empty()),
            key: problems.or_note(KeyAlgorithm::believe("ca.key", &settings.key), KeyAlgorithm::P256),
            root_validity_days: settings.root_validity_days,
            issuing_validity_days: settings.issuing_validity_days,
        }
    }
}

fn text(problems: &mut Problems, key: &str, value: &str, least: usize, most: usize) {
    let length = value.chars().count();
    if !(least..=most).contains(&length) || value.chars().any(char::is_control) {
        problems.push(
            Problem::new(Code::Rule, key, value)
                .rule(format!("{least} to {most} characters, none of them a control character"))
                .fix("shorten it"),
        );
    }
}

fn days(problems: &mut Problems, key: &str, value: u32, most: u32) {
    if !(1..=most).contains(&value) {
        problems.push(
            Problem::new(Code::Rule, key, value)
                .rule(format!("a number of days from 1 to {most}; an issuing CA cannot outlive its root"))
                .fix("remove the line to return to the default"),
        );
    }
}

//! Nodes of the tree, and the numbers and words in them (contract §15).

use crate::format::xml::Element;
use crate::profile::{HashAlgorithm, KeyStorageProvider, KeyUse, KeyUses, Validity};
use crate::variable::SanType;

/// What a node holds.
pub(super) enum Node {
    /// Other nodes.
    Inner,
    /// A number.
    Whole(u32),
    /// Characters.
    Text(String),
}

impl Node {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

fn item(place: &str, rest: Vec<Element>) -> Element {
    let mut inner = vec![Element::of("Target", vec![Element::leaf("LocURI", place)])];
    inner.extend(rest);
    Element::of("Item", inner)
}

/// Makes a node.
pub(super) fn add(number: u32, place: &str, node: Node) -> Element {
    let (format, data) = match node {
        Node::Inner => ("node", None),
        Node::Whole(number) => ("int", Some(number.to_string())),
        Node::Text(text) => ("chr", Some(text)),
    };
    let format = Element::leaf("Format", format).with("xmlns", "syncml:metinf");
    let mut rest = vec![Element::of("Meta", vec![format])];
    rest.extend(data.map(|data| Element::leaf("Data", data)));
    Element::of("Add", vec![Element::leaf("CmdID", number.to_string()), item(place, rest)])
}

/// Carries a node out.
pub(super) fn exec(number: u32, place: &str) -> Element {
    Element::of("Exec", vec![Element::leaf("CmdID", number.to_string()), item(place, Vec::new())])
}

/// `ValidPeriodUnits` and `ValidPeriod`.
pub(super) const fn period(validity: Validity) -> (u16, &'static str) {
    match validity {
        Validity::Days(count) => (count.get(), "Days"),
        Validity::Months(count) => (count.get(), "Months"),
        Validity::Years(count) => (count.get(), "Years"),
    }
}

/// The bits of each key usage: those of the extension's first octet.
pub(super) const USES: [(KeyUse, u32); 2] = [(KeyUse::DigitalSignature, 128), (KeyUse::KeyEncipherment, 32)];

pub(super) fn usage_bits(uses: &KeyUses) -> u32 {
    USES.iter().filter(|row| uses.contains(row.0)).map(|row| row.1).sum()
}

/// `KeyProtection` of each provider.
pub(super) const PROTECTIONS: [(KeyStorageProvider, u32); 4] = [
    (KeyStorageProvider::TpmElseFail, 1),
    (KeyStorageProvider::TpmElseSoftware, 2),
    (KeyStorageProvider::Software, 3),
    (KeyStorageProvider::HelloElseFail, 4),
];

pub(super) fn protection(provider: KeyStorageProvider) -> u32 {
    PROTECTIONS.iter().find(|row| row.0 == provider).map_or(3, |row| row.1)
}

/// CertEnroll's AlternativeNameType.
pub(super) const SANS: [(SanType, u8); 4] =
    [(SanType::Email, 2), (SanType::Dns, 3), (SanType::Uri, 7), (SanType::Upn, 11)];

pub(super) const fn san_number(kind: SanType) -> u8 {
    match kind {
        SanType::Email => 2,
        SanType::Dns => 3,
        SanType::Uri => 7,
        SanType::Upn => 11,
    }
}

pub(super) const fn hash_word(hash: HashAlgorithm) -> &'static str {
    match hash {
        HashAlgorithm::Sha1 => "SHA-1",
        HashAlgorithm::Sha2 => "SHA-2",
    }
}

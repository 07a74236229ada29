//! Which certificate of the chain a profile refers to (M6).

use super::examined::Examined;
use super::finding::{Fault, Rule};
use super::surroundings::{AuthorityCertificate, Role};
use crate::platform::RootInPractice;
use crate::profile::{RootCertificate, Thumbprint, differ};

pub(super) const RULES: &[Rule] = &[
    Rule::error("PRF-711", "M6", "The trusted certificate is none of the CA's chain.", foreign),
    Rule::error("PRF-712", "M6", "The trusted certificate is no CA's.", leaf),
    Rule::error(
        "PRF-713",
        "M6, contract §18",
        "GetCACert does not return the certificate that Windows looks for.",
        not_served,
    ),
    Rule::advice(
        "PRF-714",
        "M6, contract §18",
        "Windows is found to want the issuing CA, not the root.",
        root_on_windows,
    ),
    Rule::advice(
        "PRF-715",
        "M6",
        "Android is found to want the root, not the issuing CA.",
        issuing_on_android,
    ),
    Rule::error("PRF-716", "M11", "The trusted certificate has expired.", expired),
    Rule::advice(
        "PRF-717",
        "contract §15",
        "Windows compares SHA-1, and no such thumbprint is written.",
        not_sha1,
    ),
];

/// A reference, its path, and the CA's certificate of that thumbprint.
type Chosen<'a> = (String, &'a RootCertificate, Option<&'a AuthorityCertificate>);

/// Every reference with thumbprints; none where the CA's certificates are not known.
fn chosen<'a>(examined: &Examined<'a>) -> Vec<Chosen<'a>> {
    let Some(authority) = &examined.surroundings.authority else { return Vec::new() };
    let each = examined.profile.root_certificates.iter().enumerate().map(|(at, reference)| {
        let is = |one: &&AuthorityCertificate| {
            one.thumbprints.iter().any(|print| reference.thumbprints.contains(print))
        };
        (format!("root_certificates[{at}].thumbprints"), reference, authority.iter().find(is))
    });
    each.filter(|(_, reference, _)| !reference.thumbprints.is_empty()).collect()
}

/// A fault for each reference to a certificate of the CA's that is so.
fn where_it_is(
    examined: &Examined<'_>,
    is: impl Fn(&AuthorityCertificate) -> bool,
    says: &str,
    fix: &str,
) -> Vec<Fault> {
    let found = chosen(examined)
        .into_iter()
        .filter_map(|(setting, _, found)| Some((setting, found.filter(|one| is(one))?)));
    found.map(|(setting, one)| Fault::new(setting, format!("This is `{}`; {says}", one.name), fix)).collect()
}

fn foreign(examined: &Examined<'_>) -> Vec<Fault> {
    let all: Vec<Thumbprint> =
        examined.surroundings.authority.iter().flatten().flat_map(|one| one.thumbprints.clone()).collect();
    let strangers =
        chosen(examined).into_iter().filter(|(_, reference, _)| differ(&reference.thumbprints, &all));
    let fault = |(setting, reference, _): Chosen<'_>| {
        let sentence = format!("`{}` is not in the chain of this CA.", reference.name);
        Fault::new(setting, sentence, "Refer to the CA's root or issuing certificate.")
    };
    strangers.map(fault).collect()
}

fn leaf(examined: &Examined<'_>) -> Vec<Fault> {
    let is_leaf = |one: &AuthorityCertificate| one.role == Role::Registration;
    where_it_is(
        examined,
        is_leaf,
        "it is the RA's and signs no certificate.",
        "Refer to the CA's root or issuing certificate.",
    )
}

fn in_practice(examined: &Examined<'_>, practice: RootInPractice) -> bool {
    examined.rules.root_in_practice.value == practice
}

fn not_served(examined: &Examined<'_>) -> Vec<Fault> {
    let windows = in_practice(examined, RootInPractice::IssuingCa);
    let hidden = |one: &AuthorityCertificate| windows && !one.served;
    let says = "GetCACert does not return it, and Windows says that the hash value is not correct.";
    where_it_is(examined, hidden, says, "Let GetCACert return the whole chain, or refer to the issuing CA.")
}

/// Whether the CA has a certificate of that role besides.
fn has(examined: &Examined<'_>, role: Role) -> bool {
    examined.surroundings.authority.iter().flatten().any(|one| one.role == role)
}

fn root_on_windows(examined: &Examined<'_>) -> Vec<Fault> {
    let windows = in_practice(examined, RootInPractice::IssuingCa) && has(examined, Role::Issuing);
    let is_root = |one: &AuthorityCertificate| windows && one.role == Role::Root && one.served;
    let says = "Microsoft's page says the root, administrators found that Windows wants the issuing CA.";
    where_it_is(examined, is_root, says, "Refer to the issuing CA if devices report event 32.")
}

fn issuing_on_android(examined: &Examined<'_>) -> Vec<Fault> {
    let android = in_practice(examined, RootInPractice::Root) && has(examined, Role::Root);
    let is_below =
        |one: &AuthorityCertificate| android && matches!(one.role, Role::Issuing | Role::Intermediate);
    where_it_is(examined, is_below, "administrators found that Android wants the root.", "Refer to the root.")
}

fn expired(examined: &Examined<'_>) -> Vec<Fault> {
    let Some(now) = examined.surroundings.now else { return Vec::new() };
    let over = |one: &AuthorityCertificate| one.not_after <= now;
    where_it_is(examined, over, "it has expired.", "Refer to the CA's current certificate.")
}

fn not_sha1(examined: &Examined<'_>) -> Vec<Fault> {
    let windows = in_practice(examined, RootInPractice::IssuingCa);
    let unmatched = |reference: &RootCertificate| {
        !reference.thumbprints.is_empty() && !reference.thumbprints.iter().any(|print| print.is_sha1())
    };
    let references = examined.profile.root_certificates.iter().enumerate();
    let fault = |(at, reference): (usize, &RootCertificate)| {
        let sentence = format!("`{}` has the thumbprint of SHA-256 alone.", reference.name);
        Fault::new(format!("root_certificates[{at}].thumbprints"), sentence, "Add that of SHA-1.")
    };
    references.filter(|(_, reference)| windows && unmatched(reference)).map(fault).collect()
}

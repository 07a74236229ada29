//! Names of accounts and hosts that own a domain: denied by default (threat 25).
//!
//! Whoever has a certificate that a domain controller, a RADIUS server or a directory takes for the administrator's is the
//! administrator (CVE-2022-26923, CVE-2022-26931, CVE-2022-34691). No device enrols with such a name, so a request that asks
//! for one is refused whoever vouches, unless the profile lets that very name through (`allow_privileged`).

use super::sid::{self, Sid};
use crate::policy::Pattern;
use crate::profile::{CertificateProfile, Privileged};
use crate::rejection::{Rejection, SanFault, Shown, SubjectFault};
use pki::general_name::{GeneralName, SubjectAltName};
use pki::name::Name;
use pki::oid;

/// The accounts that a domain is born with, as Windows translates them, and those by which Entra synchronises with it;
/// compared without accents, as Active Directory compares.
pub const ACCOUNTS: &[&str] = &[
    "administrator",
    "administrateur",
    "administrador",
    "amministratore",
    "beheerder",
    "jarjestelmanvalvoja",
    "rendszergazda",
    "администратор",
    "guest",
    "krbtgt",
    "krbtgt_*",
    "defaultaccount",
    "wdagutilityaccount",
    "azureadssoacc",
    "azureadkerberos",
    "msol_*",
    "aad_*",
    "sync_*",
];

/// Checks every name of the request, and the SID that the certificate will bear.
///
/// # Errors
/// [`SubjectFault::Privileged`], [`SanFault::Privileged`], [`SanFault::SidPrivileged`].
pub fn check(
    subject: &Name,
    san: &SubjectAltName,
    known: Option<&Sid>,
    profile: &CertificateProfile,
) -> Result<(), Rejection> {
    let list = Names { list: &profile.privileged, authenticates: profile.usage.authenticates() };
    for attribute in subject.attributes() {
        let Some(text) = attribute.text() else { continue };
        let found = match attribute.oid {
            oid::CN | oid::USER_ID | oid::EMAIL_ADDRESS => list.account(&text).or_else(|| list.host(&text)),
            oid::UNSTRUCTURED_NAME => list.host(&text),
            _ => None,
        };
        if let Some(like) = found {
            return Err(SubjectFault::Privileged { name: Shown::new(&text), like }.into());
        }
    }
    for name in &san.0 {
        let found = match name {
            GeneralName::Upn(text) | GeneralName::Email(text) => {
                list.account(text).or_else(|| list.host(text))
            }
            GeneralName::Dns(text) => list.host(text),
            GeneralName::Uri(uri) => {
                if let Some(sid) = sid::of_uri(uri)? {
                    list.sid(&sid)?;
                }
                None
            }
            _ => None,
        };
        if let Some(like) = found {
            return Err(SanFault::Privileged { name: Shown::new(&name.to_string()), like }.into());
        }
    }
    known.map_or(Ok(()), |known| Ok(list.sid(known)?))
}

struct Names<'a> {
    list: &'a Privileged,
    authenticates: bool,
}

impl Names<'_> {
    /// The pattern of accounts that this text is like, with or without a domain before or after it. KDCs append a `$`
    /// themselves where none is found (CVE-2022-26931), so it counts for nothing.
    fn account(&self, text: &str) -> Option<Shown> {
        let account = account_of(text);
        let account = account.trim_end_matches('$');
        let mut patterns = self.list.accounts.iter().filter(|_| self.authenticates && !self.allowed(text));
        patterns.find(|one| one.matches(account)).map(|one| Shown::new(&one.to_string()))
    }

    /// The pattern of domain controllers that this text is like: by its full name, or as the account of that host.
    fn host(&self, text: &str) -> Option<Shown> {
        if self.allowed(text) {
            return None;
        }
        let (full, account) = (folded(text), account_of(text));
        let is_account =
            |short: &Pattern| short.matches(&account) || short.matches(account.trim_end_matches('$'));
        let is = |one: &&(Pattern, Option<Pattern>)| {
            one.0.matches(&full) || one.1.as_ref().is_some_and(is_account)
        };
        self.list.controllers.iter().find(is).map(|one| Shown::new(&one.0.to_string()))
    }

    /// Relative identifiers that Windows gives to what a domain is born with, 498 to 999: 500 Administrator, 502 krbtgt, 512
    /// Domain Admins, 516 Domain Controllers, 519 Enterprise Admins (MS-DTYP §2.4.2.4). Others begin with 1000.
    fn sid(&self, sid: &Sid) -> Result<(), SanFault> {
        if (498..1000).contains(&sid.relative()) && !self.allowed(sid.as_str()) {
            return Err(SanFault::SidPrivileged { sid: Shown::new(sid.as_str()) });
        }
        Ok(())
    }

    fn allowed(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.list.allowed.iter().any(|name| name.to_lowercase() == text)
    }
}

/// `CONTOSO\DC01$` and `DC01$@contoso.com` both speak of `dc01$`.
fn account_of(text: &str) -> String {
    let folded = folded(text);
    let after = folded.rsplit(['\\', '/']).next().unwrap_or_default();
    after.split('@').next().unwrap_or_default().trim().to_owned()
}

/// Lower case, full-width letters as plain ones and Latin letters without their accents: what Active Directory takes for
/// the same (`LCMapString` with NORM_IGNORECASE, NORM_IGNORENONSPACE and NORM_IGNOREWIDTH).
pub(crate) fn folded(text: &str) -> String {
    const BARE: [(char, &str); 12] = [
        ('a', "àáâãäåāăąǎ"),
        ('c', "çćĉċč"),
        ('d', "ďđ"),
        ('e', "èéêëēĕėęě"),
        ('g', "ĝğġģ"),
        ('i', "ìíîïĩīĭįı"),
        ('k', "ķ"),
        ('n', "ñńņňŉ"),
        ('o', "òóôõöøōŏő"),
        ('r', "ŕŗř"),
        ('s', "śŝşš"),
        ('t', "ţťŧ"),
    ];
    let plain = |c: char| match u32::from(c) {
        code @ 0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(c),
        _ => c,
    };
    let bare = |c: char| BARE.iter().find(|(_, others)| others.contains(c)).map_or(c, |(bare, _)| *bare);
    let is_mark = |c: &char| ('\u{300}'..='\u{36f}').contains(c);
    let lowered = text.chars().map(plain).flat_map(char::to_lowercase);
    lowered.filter(|c| !is_mark(c)).map(|c| if c.is_ascii() { c } else { bare(c) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t25_an_account_is_found_in_every_spelling() {
        for text in [
            "Administrator",
            "ADMINISTRATOR@contoso.com",
            "CONTOSO\\administrator",
            "administrator$",
            " Administrator ",
            "Ａｄｍｉｎｉｓｔｒａｔｏｒ@contoso.com",
            "Administrátor@contoso.com",
            "Administra\u{301}tor",
            "Administratör",
            "Järjestelmänvalvoja@contoso.com",
            "MSOL_0123456789ab@contoso.onmicrosoft.com",
            "krbtgt_AzureAD",
        ] {
            let account = account_of(text);
            let account = account.trim_end_matches('$');
            let like = ACCOUNTS.iter().any(|one| Pattern::parse(one).unwrap().matches(account));
            assert!(like, "{text}: {account}");
        }
    }

    #[test]
    fn t25_people_are_not_taken_for_them() {
        for text in ["administrators@contoso.com", "ada", "guest-wifi-12", "sync@contoso.com", "a.guest@b.c"]
        {
            let account = account_of(text);
            let account = account.trim_end_matches('$');
            let like = ACCOUNTS.iter().any(|one| Pattern::parse(one).unwrap().matches(account));
            assert!(!like, "{text}: {account}");
        }
    }
}

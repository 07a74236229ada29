//! Whoever was let in to the administrative API, or works on the command line, asks in their own name: what they may ask for is a
//! setting of the endpoint.
//!
//! This vouches for less than a challenge does: nobody else has looked at the names. So it says yes only to who is listed, and to
//! requesters and tokens only for names that are listed; policy, profile, privileged names and key come after it as everywhere.

use super::petition::{Petition, Voucher};
use super::refusal::Refusal;
use super::static_challenge::sha256;
use crate::people::RequestLimits;
use ca::profile::ProfileName;
use pki::general_name::GeneralName;
use pki::name::Name;

/// Whom a caller is to the CA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// An owner, the configured token, and the command line: whoever uses that can read the keys.
    Owner,
    /// An operator.
    Operator,
    /// A requester.
    Requester,
    /// A program with a token that has the scope `cert.request`.
    Token,
}

impl By {
    /// As the settings write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            By::Owner => "owner",
            By::Operator => "operator",
            By::Requester => "requester",
            By::Token => "token",
        }
    }

    /// Whether the names that may be asked for are those of the list alone.
    const fn is_held_to_names(self) -> bool {
        matches!(self, By::Requester | By::Token)
    }
}

/// Somebody who asks for a certificate in their own name. Whoever makes one has let them in.
#[derive(Clone, Debug)]
pub struct Asker {
    /// As the audit names them.
    pub name: String,
    /// Whom it comes down to: a person's token is that person.
    pub identity: String,
    /// What they are.
    pub by: By,
    /// The profile that they ask for.
    pub profile: ProfileName,
    /// What this caller alone is held to, wherever they ask.
    pub limits: Option<RequestLimits>,
    /// Whether the request may wait for an approval.
    pub waits: bool,
}

impl Asker {
    /// The caller in place of a signer's key: what was made or held for one name is no other's.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        caller_hash(&self.identity)
    }
}

/// [`Asker::hash`] of that identity.
#[must_use]
pub fn caller_hash(identity: &str) -> [u8; 32] {
    sha256(format!("chancery caller\0{identity}").as_bytes())
}

/// Who may ask at an endpoint, and for what.
#[derive(Clone, Debug, Default)]
pub struct Requests {
    /// Who; nobody else.
    pub by: Vec<By>,
    /// What each name must be like that a requester or a token asks for; none allows none.
    pub names: Vec<String>,
}

impl Requests {
    pub(super) fn judge(&self, petition: &Petition<'_>) -> Result<Voucher, Refusal> {
        let asker = petition.caller.ok_or_else(Refusal::not_by_name)?;
        if !self.by.contains(&asker.by) {
            return Err(Refusal::may_not_ask(asker.by, &self.by));
        }
        // The case took the profile from the same asker; another one would be a fault of ours.
        if asker.profile.as_str() != petition.profile {
            return Err(Refusal::may_not_ask(asker.by, &self.by));
        }
        let (subject, names) = (petition.subject, petition.alternative_names);
        if asker.by.is_held_to_names() {
            let here = RequestLimits { names: self.names.clone(), ..RequestLimits::default() };
            listed("request.names", &here, subject, names)?;
        }
        let Some(own) = &asker.limits else { return Ok(self.voucher(petition)) };
        if !own.allow_profile(petition.profile) {
            return Err(Refusal::profile_not_theirs(petition.profile, &own.profiles));
        }
        listed("the names of whoever asks", own, subject, names)?;
        Ok(self.voucher(petition))
    }

    fn voucher(&self, petition: &Petition<'_>) -> Voucher {
        let request = sha256(petition.csr);
        Voucher { by: "request", request, claim: None, sid_vouched: false, bound: None }
    }
}

/// Every value of the subject must be like an entry, and every alternative name.
fn listed(
    element: &str,
    limits: &RequestLimits,
    subject: &Name,
    names: &[GeneralName],
) -> Result<(), Refusal> {
    match unlisted(limits, subject, names) {
        Some(name) => Err(Refusal::name_not_listed(element, &name, &limits.names)),
        None => Ok(()),
    }
}

/// The first that is like none.
fn unlisted(limits: &RequestLimits, subject: &Name, names: &[GeneralName]) -> Option<String> {
    let values = subject.attributes().map(|one| (one.text(), one.to_string()));
    let alternative = names.iter().map(|one| (text(one), one.to_string()));
    let is_listed = |text: &Option<String>| text.as_ref().is_some_and(|text| limits.allow_name(text));
    values.chain(alternative).find(|(text, _)| !is_listed(text)).map(|(_, shown)| shown)
}

/// A kind without text is like no pattern.
fn text(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::Upn(value)
        | GeneralName::Email(value)
        | GeneralName::Dns(value)
        | GeneralName::Uri(value) => Some(value.clone()),
        GeneralName::Ip(address) => Some(address.to_string()),
        GeneralName::Directory(_) | GeneralName::Other(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pki::oid;

    fn limits(names: &[&str]) -> RequestLimits {
        RequestLimits {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            ..RequestLimits::default()
        }
    }

    #[test]
    fn t86_every_value_of_the_subject_and_every_name_must_be_listed() {
        let limits = limits(&["*.dev.contoso.com", "Contoso"]);
        let name = Name::from_pairs(&[(oid::CN, "A.dev.contoso.com"), (oid::ORGANIZATION, "contoso")]);
        let dns = |text: &str| GeneralName::Dns(text.to_owned());
        assert_eq!(unlisted(&limits, &name, &[dns("b.dev.contoso.com")]), None);
        let prod = unlisted(&limits, &name, &[dns("b.contoso.com")]);
        assert_eq!(prod.as_deref(), Some("DNS:b.contoso.com"));
        let other = Name::from_pairs(&[(oid::CN, "a.dev.contoso.com"), (oid::CN, "dc01")]);
        assert_eq!(unlisted(&limits, &other, &[]).as_deref(), Some("CN=dc01"));
        let directory = GeneralName::Directory(Name::from_pairs(&[(oid::CN, "a.dev.contoso.com")]));
        assert!(unlisted(&limits, &name, &[directory]).is_some(), "a kind that no pattern is about");
    }

    #[test]
    fn without_a_list_a_requester_gets_no_name() {
        let name = Name::from_pairs(&[(oid::CN, "anything")]);
        assert!(unlisted(&limits(&[]), &name, &[]).is_some());
        assert_eq!(unlisted(&limits(&["*"]), &name, &[]), None, "control");
    }

    #[test]
    fn a_caller_is_no_other_caller() {
        assert_ne!(caller_hash("token a"), caller_hash("token b"));
        assert_eq!(caller_hash("token a"), caller_hash("token a"));
    }
}

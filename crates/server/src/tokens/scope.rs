//! What a token may do.

use serde::{Serialize, Serializer};
use std::fmt;

/// A right of the administrative API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Make one-time challenges.
    ChallengeNew,
    /// Read certificates, and why each is good or not.
    CertRead,
    /// Ask for a certificate by a form or a request.
    CertRequest,
    /// Read what became of enrolments.
    EnrolmentRead,
    /// Revoke certificates, hold them and end a hold.
    CertRevoke,
    /// Read what is known of devices and users.
    DirectoryRead,
    /// Replace the list of devices and users that an endpoint follows.
    DirectoryWrite,
    /// Read the CA's certificate profiles (M28).
    ProfileRead,
    /// Read requests that wait for an approval.
    ApprovalRead,
    /// Approve such requests and deny them.
    ApprovalDecide,
    /// Read the audit.
    AuditRead,
    /// Read the CAs, the connections, the settings and the state of health.
    SystemRead,
    /// Try connections and look for faults.
    SystemTest,
    /// Read who may do what.
    PeopleRead,
    /// Invite people, give them roles and lock them out.
    PeopleManage,
    /// Read webhooks and what became of their deliveries.
    WebhookRead,
    /// Add webhooks and take them away.
    WebhookManage,
    /// See and change what is one's own: sessions, passkeys, password, language. Every role has it.
    AccountOwn,
}

impl Scope {
    /// All of them.
    pub const ALL: [Scope; 18] = [
        Scope::ChallengeNew,
        Scope::CertRead,
        Scope::CertRequest,
        Scope::EnrolmentRead,
        Scope::CertRevoke,
        Scope::DirectoryRead,
        Scope::DirectoryWrite,
        Scope::ProfileRead,
        Scope::ApprovalRead,
        Scope::ApprovalDecide,
        Scope::AuditRead,
        Scope::SystemRead,
        Scope::SystemTest,
        Scope::PeopleRead,
        Scope::PeopleManage,
        Scope::WebhookRead,
        Scope::WebhookManage,
        Scope::AccountOwn,
    ];

    /// As the command line, the store and the audit write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Scope::ChallengeNew => "challenge.new",
            Scope::CertRead => "cert.read",
            Scope::CertRequest => "cert.request",
            Scope::EnrolmentRead => "enrolment.read",
            Scope::CertRevoke => "cert.revoke",
            Scope::DirectoryRead => "directory.read",
            Scope::DirectoryWrite => "directory.write",
            Scope::ProfileRead => "profile.read",
            Scope::ApprovalRead => "approval.read",
            Scope::ApprovalDecide => "approval.decide",
            Scope::AuditRead => "audit.read",
            Scope::SystemRead => "system.read",
            Scope::SystemTest => "system.test",
            Scope::PeopleRead => "people.read",
            Scope::PeopleManage => "people.manage",
            Scope::WebhookRead => "webhook.read",
            Scope::WebhookManage => "webhook.manage",
            Scope::AccountOwn => "account.own",
        }
    }

    /// The scope of that word, exactly.
    #[must_use]
    pub fn parse(word: &str) -> Option<Scope> {
        Scope::ALL.into_iter().find(|scope| scope.as_str() == word)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

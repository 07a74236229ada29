//! What each role may do: one table.

use std::collections::BTreeSet;
use std::fmt;

use crate::tokens::Scope;

/// What somebody is here. Rights are those of the role that a person has when asking, not when signing in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// May do everything, and says who else may do what.
    Owner,
    /// Runs the CA; gives rights to nobody.
    Operator,
    /// Reads, and revokes.
    Helpdesk,
    /// Reads everything and changes nothing.
    Auditor,
    /// Asks for certificates, within limits, and sees the own requests.
    Requester,
}

impl Role {
    /// All of them, the strongest first.
    pub const ALL: [Role; 5] = [Role::Owner, Role::Operator, Role::Helpdesk, Role::Auditor, Role::Requester];

    /// As the store, the API and the audit write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::Operator => "operator",
            Role::Helpdesk => "helpdesk",
            Role::Auditor => "auditor",
            Role::Requester => "requester",
        }
    }

    /// The role of that word, exactly.
    #[must_use]
    pub fn parse(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.as_str() == word)
    }

    /// Whether the role has that right. The match names every scope, so that a new one is given to somebody on purpose.
    #[must_use]
    pub fn may(self, scope: Scope) -> bool {
        use Role::{Auditor, Helpdesk, Operator, Owner, Requester};
        let roles: &[Role] = match scope {
            Scope::AccountOwn => &Role::ALL,
            Scope::CertRead
            | Scope::EnrolmentRead
            | Scope::DirectoryRead
            | Scope::ProfileRead
            | Scope::ApprovalRead
            | Scope::AuditRead
            | Scope::SystemRead
            | Scope::PeopleRead
            | Scope::WebhookRead => &[Owner, Operator, Helpdesk, Auditor],
            Scope::CertRevoke => &[Owner, Operator, Helpdesk],
            Scope::CertRequest => &[Owner, Operator, Requester],
            Scope::ChallengeNew
            | Scope::DirectoryWrite
            | Scope::ApprovalDecide
            | Scope::SystemTest
            | Scope::WebhookManage => &[Owner, Operator],
            Scope::PeopleManage => &[Owner],
        };
        roles.contains(&self)
    }

    /// Everything that the role may do.
    #[must_use]
    pub fn scopes(self) -> BTreeSet<Scope> {
        Scope::ALL.into_iter().filter(|scope| self.may(*scope)).collect()
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Role::{self, Auditor, Helpdesk, Operator, Owner, Requester};
    use crate::tokens::Scope;

    /// Written out a second time, by word: the table and this must be changed together.
    const EXPECTED: [(&str, &[Role]); 18] = [
        ("challenge.new", &[Owner, Operator]),
        ("cert.read", &[Owner, Operator, Helpdesk, Auditor]),
        ("cert.request", &[Owner, Operator, Requester]),
        ("enrolment.read", &[Owner, Operator, Helpdesk, Auditor]),
        ("cert.revoke", &[Owner, Operator, Helpdesk]),
        ("directory.read", &[Owner, Operator, Helpdesk, Auditor]),
        ("directory.write", &[Owner, Operator]),
        ("profile.read", &[Owner, Operator, Helpdesk, Auditor]),
        ("approval.read", &[Owner, Operator, Helpdesk, Auditor]),
        ("approval.decide", &[Owner, Operator]),
        ("audit.read", &[Owner, Operator, Helpdesk, Auditor]),
        ("system.read", &[Owner, Operator, Helpdesk, Auditor]),
        ("system.test", &[Owner, Operator]),
        ("people.read", &[Owner, Operator, Helpdesk, Auditor]),
        ("people.manage", &[Owner]),
        ("webhook.read", &[Owner, Operator, Helpdesk, Auditor]),
        ("webhook.manage", &[Owner, Operator]),
        ("account.own", &[Owner, Operator, Helpdesk, Auditor, Requester]),
    ];

    #[test]
    fn t86_each_scope_belongs_to_exactly_these_roles() {
        assert_eq!(EXPECTED.len(), Scope::ALL.len());
        for (word, roles) in EXPECTED {
            let scope = Scope::parse(word).unwrap();
            for role in Role::ALL {
                assert_eq!(role.may(scope), roles.contains(&role), "{role} and {word}");
                assert_eq!(role.scopes().contains(&scope), roles.contains(&role));
            }
        }
    }

    #[test]
    fn t86_an_auditor_changes_nothing_and_nobody_but_an_owner_gives_rights() {
        for scope in Auditor.scopes() {
            assert!(scope.as_str().ends_with(".read") || scope == Scope::AccountOwn, "{scope}");
        }
        for role in Role::ALL {
            assert_eq!(role.may(Scope::PeopleManage), role == Owner);
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        assert_eq!((Role::parse("Owner"), Role::parse("")), (None, None));
    }
}

//! `user`: a user in Entra (contract §14).

use super::identifier::{ObjectId, Upn};
use super::member::{Fault, Item, Member, Reader};
use serde_json::Value;

/// A user in Entra, or what changed of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Object id.
    pub id: ObjectId,
    /// `userPrincipalName`; it can change.
    pub upn: Member<Upn>,
    /// `accountEnabled`; not in Graph's default set.
    pub account_enabled: Member<bool>,
    /// `onPremisesSecurityIdentifier`; only synchronised users have one.
    pub security_identifier: Member<String>,
    /// `onPremisesSyncEnabled`: to show; null if it was never synchronised.
    pub sync_enabled: Member<bool>,
}

impl Item for User {
    type Id = ObjectId;
    const SELECT: &'static [&'static str] = &[
        "id",
        "userPrincipalName",
        "accountEnabled",
        "onPremisesSecurityIdentifier",
        "onPremisesSyncEnabled",
    ];

    fn read(reader: &Reader<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: reader.id("id")?,
            upn: reader.decisive("userPrincipalName", |value| value.as_str().and_then(Upn::parse))?,
            account_enabled: reader.decisive("accountEnabled", Value::as_bool)?,
            security_identifier: reader.text("onPremisesSecurityIdentifier"),
            sync_enabled: reader.optional("onPremisesSyncEnabled", Value::as_bool).unwrap_or(Member::Absent),
        })
    }

    fn id(&self) -> &ObjectId {
        &self.id
    }

    fn merge(&mut self, newer: Self) {
        self.upn.merge(newer.upn);
        self.account_enabled.merge(newer.account_enabled);
        self.security_identifier.merge(newer.security_identifier);
        self.sync_enabled.merge(newer.sync_enabled);
    }
}

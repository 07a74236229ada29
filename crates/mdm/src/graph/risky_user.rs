//! `riskyUser`: what Entra thinks of a user's account. Who is not listed is not at risk.

use super::identifier::ObjectId;
use super::member::{Fault, Item, Member, Reader};
use super::state::{RiskLevel, RiskState};

/// A user at risk, now or before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RiskyUser {
    /// The user's object id.
    pub id: ObjectId,
    /// `riskLevel`.
    pub level: Member<RiskLevel>,
    /// `riskState`.
    pub state: Member<RiskState>,
}

impl Item for RiskyUser {
    type Id = ObjectId;
    const SELECT: &'static [&'static str] = &["id", "riskLevel", "riskState"];

    fn read(reader: &Reader<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: reader.id("id")?,
            level: reader.decisive("riskLevel", RiskLevel::read)?,
            state: reader.decisive("riskState", RiskState::read)?,
        })
    }

    fn id(&self) -> &ObjectId {
        &self.id
    }

    fn merge(&mut self, newer: Self) {
        self.level.merge(newer.level);
        self.state.merge(newer.state);
    }
}

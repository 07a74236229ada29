//! Query options of Graph: `$select`, `$top`, `$filter` and the tokens of links.

use crate::tenant::exchange::form_pairs;
use crate::tenant::objects::Kind;
use crate::tenant::rows::{default_members, members};

/// The options of one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    pub(super) select: Option<Vec<String>>,
    pub(super) top: Option<usize>,
    /// `{member} eq '{text}'`
    pub(super) filter: Option<(String, String)>,
    pub(super) skip_token: Option<String>,
    pub(super) delta_token: Option<String>,
}

impl Query {
    /// Reads a query; the error is a sentence.
    pub(super) fn parse(text: &str, kind: Kind, beta: bool) -> Result<Self, String> {
        let mut query = Self::default();
        for (name, value) in form_pairs(text) {
            match name.as_str() {
                "$select" => query.select = Some(select(&value, kind, beta)?),
                "$top" => query.top = Some(top(&value)?),
                "$filter" => query.filter = Some(filter(&value, kind)?),
                "$skiptoken" => query.skip_token = Some(value),
                "$deltatoken" => query.delta_token = Some(value),
                other => return Err(format!("Query option '{other}' was specified, but is not supported.")),
            }
        }
        Ok(query)
    }

    /// The members to show, the id among them whether asked for or not.
    pub(super) fn shown(&self, kind: Kind, beta: bool) -> Vec<String> {
        let defaults =
            || default_members(kind).iter().filter(|name| has(beta, name)).map(ToString::to_string);
        let mut names = self.select.clone().unwrap_or_else(|| defaults().collect());
        if !names.iter().any(|name| name == "id") {
            names.insert(0, "id".into());
        }
        names
    }
}

/// managementState is on the beta version alone.
fn has(beta: bool, name: &str) -> bool {
    beta || name != "managementState"
}

fn known(kind: Kind, beta: bool, name: &str) -> Result<String, String> {
    let found = members(kind).iter().find(|member| member.eq_ignore_ascii_case(name) && has(beta, member));
    found.map(ToString::to_string).ok_or_else(|| {
        let of = match kind {
            Kind::Devices => "device",
            Kind::Users => "user",
            Kind::ManagedDevices => "managedDevice",
            Kind::RiskyUsers => "riskyUser",
            Kind::Groups => "group",
            Kind::Members => "directoryObject",
        };
        format!("Could not find a property named '{name}' on type 'microsoft.graph.{of}'.")
    })
}

fn select(value: &str, kind: Kind, beta: bool) -> Result<Vec<String>, String> {
    value.split(',').map(|name| known(kind, beta, name.trim())).collect()
}

fn top(value: &str) -> Result<usize, String> {
    let count = value.parse().ok().filter(|count| (1..=999).contains(count));
    count.ok_or_else(|| {
        format!("Invalid page size specified: '{value}'. Must be between 1 and 999 inclusive.")
    })
}

fn filter(value: &str, kind: Kind) -> Result<(String, String), String> {
    let unsupported = || "Unsupported or invalid query filter clause specified.".to_owned();
    let (name, text) = value.split_once(" eq ").ok_or_else(unsupported)?;
    let text =
        text.trim().strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).ok_or_else(unsupported)?;
    // The listed members that Graph can filter by, as far as status needs them.
    let name = known(kind, false, name.trim()).map_err(|_| unsupported())?;
    let permitted =
        ["id", "deviceId", "userPrincipalName", "azureADDeviceId", "userId", "serialNumber", "displayName"];
    if !permitted.contains(&name.as_str()) {
        return Err(unsupported());
    }
    Ok((name, text.replace("''", "'")))
}

//! Reads of devices, users, managed devices and risky users.

use serde_json::Value;

use super::cut::{delta, list, members, selected};
use super::error;
use super::query::Query;
use crate::tenant::World;
use crate::tenant::access;
use crate::tenant::exchange::{Answer, Call, form_decode};
use crate::tenant::fault::Hop;
use crate::tenant::objects::{Kind, Objects};

/// What of a collection is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Extent {
    List,
    Delta,
    /// One object, by its id; a user by user principal name too.
    One(String),
    /// One object, by the key of `devices(deviceId='…')`, or as above.
    Keyed(String),
    /// Who is in this group, or in a group that is in it.
    Members(String),
}

/// A read of a collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Read {
    pub(super) kind: Kind,
    pub(super) beta: bool,
    extent: Extent,
}

/// Each collection, its path, and the key of the form `devices(deviceId='…')`.
const COLLECTIONS: [(Kind, &str, &str); 5] = [
    (Kind::Groups, "groups", ""),
    (Kind::Devices, "devices", "deviceId="),
    (Kind::Users, "users", ""),
    (Kind::ManagedDevices, "deviceManagement/managedDevices", ""),
    (Kind::RiskyUsers, "identityProtection/riskyUsers", ""),
];

impl Read {
    /// The read that a path stands for, if it is one.
    pub(crate) fn of(parts: &[&str]) -> Option<Self> {
        let (version, rest) = parts.split_first()?;
        let beta = match *version {
            "v1.0" => false,
            "beta" => true,
            _ => return None,
        };
        if let ["groups", id, "transitiveMembers"] = rest {
            return Some(Self { kind: Kind::Members, beta, extent: Extent::Members((*id).to_owned()) });
        }
        let path = rest.join("/");
        let found = COLLECTIONS.iter().find_map(|(kind, collection, key)| {
            let tail = path.strip_prefix(collection)?;
            extent(*kind, tail, key).map(|extent| (*kind, extent))
        });
        found.map(|(kind, extent)| Self { kind, beta, extent })
    }

    /// The hop, for faults and for the journal.
    pub(crate) fn hop(&self) -> Hop {
        match (self.kind, &self.extent) {
            (Kind::Devices, Extent::Delta) => Hop::DevicesDelta,
            (Kind::Devices, _) => Hop::Devices,
            (Kind::Users, Extent::Delta) => Hop::UsersDelta,
            (Kind::Users, _) => Hop::Users,
            (Kind::ManagedDevices, _) => Hop::ManagedDevices,
            (Kind::RiskyUsers, _) => Hop::RiskyUsers,
            (Kind::Groups, _) => Hop::Groups,
            (Kind::Members, _) => Hop::GroupMembers,
        }
    }

    fn collection(&self) -> &'static str {
        COLLECTIONS.iter().find(|(kind, ..)| *kind == self.kind).map_or("", |(_, path, _)| path)
    }

    fn version(&self) -> &'static str {
        if self.beta { "beta" } else { "v1.0" }
    }

    /// Path of the list or delta, without leading slash.
    pub(super) fn path(&self) -> String {
        let tail = match &self.extent {
            Extent::Delta => "/delta",
            Extent::Members(id) => return format!("{}/groups/{id}/transitiveMembers", self.version()),
            _ => "",
        };
        format!("{}/{}{tail}", self.version(), self.collection())
    }

    /// `@odata.context`.
    pub(super) fn context(&self, world: &World) -> String {
        let shown = if self.kind == Kind::Members { "directoryObjects" } else { self.collection() };
        format!("{}{}/$metadata#{shown}", world.urls().graph, self.version())
    }

    /// Any of these roles will do (contract section 2).
    fn roles(&self) -> &'static [&'static str] {
        match self.kind {
            Kind::Devices => &["Device.Read.All", "Directory.Read.All"],
            Kind::Users => &["User.Read.All", "Directory.Read.All"],
            Kind::ManagedDevices => &["DeviceManagementManagedDevices.Read.All"],
            Kind::RiskyUsers => &["IdentityRiskyUser.Read.All"],
            Kind::Groups | Kind::Members => &["Group.Read.All", "GroupMember.Read.All", "Directory.Read.All"],
        }
    }
}

/// `/delta`, `/{id}`, `({key}'{value}')` or nothing. Only the directory has deltas.
fn extent(kind: Kind, tail: &str, key: &str) -> Option<Extent> {
    // In a path, unlike in a query, `+` is itself.
    let decoded = |text: &str| form_decode(&text.replace('+', "%2B"));
    let directory = matches!(kind, Kind::Devices | Kind::Users);
    match tail {
        "" => Some(Extent::List),
        "/delta" | "/microsoft.graph.delta" | "/delta()" if directory => Some(Extent::Delta),
        _ => {
            if let Some(id) = tail.strip_prefix('/') {
                return (!id.is_empty() && !id.contains('/')).then(|| Extent::One(decoded(id)));
            }
            let within = decoded(tail.strip_prefix('(')?.strip_suffix(')')?);
            let text = within.strip_prefix(key)?.strip_prefix('\'')?.strip_suffix('\'')?;
            Some(Extent::Keyed(text.replace("''", "'")))
        }
    }
}

/// Answers a read.
pub(crate) fn read(world: &World, call: &Call, read: &Read) -> Answer {
    permitted(world, call, read).and_then(|()| perform(world, call, read)).unwrap_or_else(|refused| refused)
}

fn permitted(world: &World, call: &Call, read: &Read) -> Result<(), Answer> {
    let claims = access::bearer(world, call, |aud| world.is_graph_audience(aud))
        .map_err(|why| error(401, "InvalidAuthenticationToken", &why))?;
    if claims.may(read.roles()) {
        Ok(())
    } else {
        Err(error(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."))
    }
}

fn perform(world: &World, call: &Call, read: &Read) -> Result<Answer, Answer> {
    let query =
        Query::parse(&call.query, read.kind, read.beta).map_err(|why| error(400, "BadRequest", &why))?;
    match &read.extent {
        Extent::List => list(world, read, &query),
        Extent::Members(id) => members(world, read, &query, id),
        Extent::Delta => delta(world, read, &query),
        Extent::One(key) | Extent::Keyed(key) => one(world, read, &query, key),
    }
}

/// An object by its id, a user by user principal name too; a device in the key form by `deviceId` alone.
fn one(world: &World, read: &Read, query: &Query, key: &str) -> Result<Answer, Answer> {
    let directory = world.directory();
    let objects: &Objects = &directory.objects;
    let by = |member| objects.find(read.kind, member, key);
    let id = match (read.kind, &read.extent) {
        (Kind::Devices, Extent::Keyed(_)) => by("deviceId"),
        (Kind::Users, _) => by("id").or_else(|| by("userPrincipalName")),
        _ => by("id"),
    };
    let row = id.and_then(|id| objects.row(read.kind, &id)).ok_or_else(|| {
        let code = if read.kind == Kind::ManagedDevices { "ResourceNotFound" } else { "Request_ResourceNotFound" };
        let why = format!(
            "Resource '{key}' does not exist or one of its queried reference-property objects are not present."
        );
        error(404, code, &why)
    })?;
    let mut body = selected(row, query.shown(read.kind, read.beta).iter());
    body.insert("@odata.context".into(), format!("{}/$entity", read.context(world)).into());
    Ok(Answer::json(200, &Value::Object(body)))
}

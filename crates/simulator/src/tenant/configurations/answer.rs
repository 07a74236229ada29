//! What Graph answers.

use serde_json::{Map, Value, json};

use super::kind::Kind;
use super::strict::{self, Body};
use super::{ConfigurationCall, Stored, assignment, certificate_state};
use crate::tenant::World;
use crate::tenant::access;
use crate::tenant::exchange::{Answer, Call, form_pairs};
use crate::tenant::graph::error;
use crate::tenant::objects::Row;
use crate::tenant::scep_actions::envelope;

const READ: &str = "DeviceManagementConfiguration.Read.All";
const WRITE: &str = "DeviceManagementConfiguration.ReadWrite.All";

type Done = Result<Answer, Answer>;

/// Options of a read.
#[derive(Default)]
struct Options {
    expand: Vec<String>,
    top: Option<usize>,
    skip_token: Option<String>,
}

impl ConfigurationCall {
    pub(crate) fn answer(&self, world: &World, call: &Call) -> Answer {
        self.permitted(world, call).and_then(|()| self.perform(world, call)).unwrap_or_else(|refused| refused)
    }

    fn permitted(&self, world: &World, call: &Call) -> Result<(), Answer> {
        let claims = access::bearer(world, call, |aud| world.is_graph_audience(aud))
            .map_err(|why| error(401, "InvalidAuthenticationToken", &why))?;
        let wanted: &[&str] = if self.writes() { &[WRITE] } else { &[READ, WRITE] };
        if claims.may(wanted) {
            return Ok(());
        }
        let why = format!(
            "Application is not authorized to perform this operation. Application must have one of the following scopes: {}",
            wanted.join(", ")
        );
        Err(envelope(403, "Forbidden", &why))
    }

    fn perform(&self, world: &World, call: &Call) -> Done {
        let options = Options::of(self, &call.query)?;
        match self {
            Self::Create => create(world, &body(call)?),
            Self::List => list(world, &options),
            Self::Read(id) => read(world, id, &options),
            Self::Change(id) => change(world, id, &body(call)?),
            Self::Delete(id) => delete(world, id),
            Self::Assign(id) => assign(world, id, &body(call)?),
            Self::Assignments(id) => {
                let stored = found(world, id)?;
                Ok(collection(world, "assignments", assignment::shown(id, &stored.targets)))
            }
            Self::CertificateStates(id, kind) => states(world, id, kind, &options),
        }
    }
}

impl Options {
    fn of(call: &ConfigurationCall, query: &str) -> Result<Self, Answer> {
        let mut options = Self::default();
        for (name, value) in form_pairs(query) {
            match (name.as_str(), call) {
                ("$expand", ConfigurationCall::Read(_)) => {
                    options.expand = value.split(',').map(|name| name.trim().to_owned()).collect();
                }
                ("$top", ConfigurationCall::List | ConfigurationCall::CertificateStates(..)) => {
                    options.top = Some(value.parse().map_err(|_| bad("Invalid value for $top."))?);
                }
                ("$skiptoken", ConfigurationCall::List | ConfigurationCall::CertificateStates(..)) => {
                    options.skip_token = Some(value);
                }
                _ => return Err(bad(&format!("Query option '{name}' was specified, but is not supported."))),
            }
        }
        Ok(options)
    }
}

fn bad(why: &str) -> Answer {
    error(400, "BadRequest", why)
}

fn body(call: &Call) -> Result<Value, Answer> {
    if !call.header("content-type").is_some_and(|kind| kind.starts_with("application/json")) {
        return Err(error(415, "UnsupportedMediaType", "The body must be application/json."));
    }
    serde_json::from_slice(&call.body)
        .map_err(|fault| bad(&format!("Unable to read JSON request payload: {fault}")))
}

fn found(world: &World, id: &str) -> Result<Stored, Answer> {
    let stored = world.configurations().by_id.get(id).cloned();
    stored.ok_or_else(|| envelope(404, "ResourceNotFound", &format!("Resource '{id}' does not exist.")))
}

fn create(world: &World, body: &Value) -> Done {
    let Body { kind, members, root } = strict::read(body.clone()).map_err(|why| bad(&why))?;
    if kind.is_scep() && root.is_none() {
        return Err(bad("The property 'rootCertificate' is required."));
    }
    let root = root.map(|address| bound(world, kind, &address)).transpose()?;
    let members = strict::completed(kind, &members).map_err(|why| bad(&why))?;
    let (id, now) = (world.guid(), world.clock.now());
    let stored = Stored { kind, members, root, targets: Vec::new(), version: 1, created: now, modified: now };
    let shown = entity(world, stored.shown(&id));
    world.configurations().insert(&id, stored);
    world.offer(&id);
    Ok(Answer::json(201, &shown))
}

/// The id of the Trusted certificate profile at an address: it must be there, and of the platform's type.
fn bound(world: &World, kind: &Kind, address: &str) -> Result<String, Answer> {
    const LIST: &str = "beta/deviceManagement/deviceConfigurations";
    let graph = world.urls().graph;
    let bases = ["https://graph.microsoft.com/", graph.as_str()];
    let rest = bases.iter().find_map(|base| address.strip_prefix(base)?.strip_prefix(LIST));
    let id = rest.and_then(|rest| rest.strip_prefix("('")?.strip_suffix("')"));
    let id = id.ok_or_else(|| bad("The entity reference link of 'rootCertificate' cannot be resolved."))?;
    let root = world.configurations().by_id.get(id).map(|root| root.kind.name);
    match root {
        Some(name) if kind.roots.contains(&name) => Ok(id.to_owned()),
        Some(name) => Err(bad(&format!("A {name} cannot be the root of a {}.", kind.name))),
        None => Err(bad(&format!("The Trusted certificate profile '{id}' does not exist."))),
    }
}

fn list(world: &World, options: &Options) -> Done {
    let rows: Vec<Value> =
        world.configurations().iter().map(|(id, stored)| Value::Object(stored.shown(id))).collect();
    page(world, "deviceConfigurations", &rows, options)
}

/// A page of a list, with a link to the next one.
fn page(world: &World, path: &str, rows: &[Value], options: &Options) -> Done {
    let mut pager = world.pager();
    let at = match &options.skip_token {
        None => 0,
        Some(token) => {
            pager.place(token).ok_or_else(|| bad("The specified page token value has expired."))?
        }
    };
    let size = options.top.unwrap_or(pager.page_size).min(pager.page_size).max(1);
    let size = if at < rows.len() && pager.sends_empty_page() { 0 } else { size };
    let shown: Vec<Value> = rows.iter().skip(at).take(size).cloned().collect();
    let end = at + shown.len();
    let next = (end < rows.len()).then(|| pager.keep_place(end));
    drop(pager);
    let mut body = Map::new();
    body.insert("@odata.context".into(), context(world, path).into());
    if let Some(token) = next {
        let link = format!("{}beta/deviceManagement/{path}?$skiptoken={token}", world.urls().graph);
        body.insert("@odata.nextLink".into(), link.into());
    }
    body.insert("value".into(), shown.into());
    Ok(Answer::json(200, &Value::Object(body)))
}

fn context(world: &World, path: &str) -> String {
    format!("{}beta/$metadata#deviceManagement/{path}", world.urls().graph)
}

fn collection(world: &World, path: &str, rows: Value) -> Answer {
    Answer::json(200, &json!({ "@odata.context": context(world, path), "value": rows }))
}

fn entity(world: &World, row: Row) -> Value {
    let mut body = Map::new();
    body.insert("@odata.context".into(), context(world, "deviceConfigurations/$entity").into());
    body.insert(
        "@microsoft.graph.tips".into(),
        "Use $select to choose only the properties your app needs.".into(),
    );
    body.extend(row);
    Value::Object(body)
}

fn read(world: &World, id: &str, options: &Options) -> Done {
    let stored = found(world, id)?;
    let mut row = stored.shown(id);
    for name in &options.expand {
        match name.as_str() {
            "assignments" => {
                row.insert("assignments".into(), assignment::shown(id, &stored.targets));
            }
            "rootCertificate" if stored.kind.is_scep() => {
                let root = stored.root.as_deref().and_then(|root| Some((root, found(world, root).ok()?)));
                row.insert("rootCertificate".into(), root.map(|(id, root)| root.shown(id)).into());
            }
            _ => {
                return Err(bad(&format!(
                    "Could not find a property named '{name}' on type 'microsoft.graph.{}'.",
                    stored.kind.name
                )));
            }
        }
    }
    Ok(Answer::json(200, &entity(world, row)))
}

fn change(world: &World, id: &str, body: &Value) -> Done {
    let Body { kind, members, root } = strict::read(body.clone()).map_err(|why| bad(&why))?;
    let mut stored = found(world, id)?;
    if kind.name != stored.kind.name {
        return Err(bad(&format!("The configuration is a {}, and stays one.", stored.kind.name)));
    }
    let changed = |member: &super::kind::Member| {
        members.get(member.name).is_some_and(|value| stored.members.get(member.name) != Some(value))
    };
    if let Some(member) = kind.members().find(|member| member.fixed && changed(member)) {
        return Err(bad(&format!("The property '{}' cannot be changed.", member.name)));
    }
    let root = root.map(|address| bound(world, kind, &address)).transpose()?;
    let mut all = stored.members.clone();
    all.extend(members);
    stored.members = strict::completed(kind, &all).map_err(|why| bad(&why))?;
    stored.root = root.or(stored.root);
    stored.version += 1;
    stored.modified = world.clock.now();
    let shown = entity(world, stored.shown(id));
    world.configurations().by_id.insert(id.to_owned(), stored);
    world.offer(id);
    Ok(Answer::json(200, &shown))
}

fn delete(world: &World, id: &str) -> Done {
    found(world, id)?;
    world.remove_configuration(id);
    Ok(Answer::empty(204))
}

fn assign(world: &World, id: &str, body: &Value) -> Done {
    found(world, id)?;
    let targets = assignment::read(body).map_err(|why| bad(&why))?;
    let shown = assignment::shown(id, &targets);
    if let Some(stored) = world.configurations().by_id.get_mut(id) {
        stored.targets = targets;
    }
    world.offer(id);
    Ok(collection(world, "deviceConfigurations/assign", shown))
}

fn states(world: &World, id: &str, kind: &str, options: &Options) -> Done {
    let stored = found(world, id)?;
    let name = kind.strip_prefix("microsoft.graph.");
    if name != Some(stored.kind.name) || !stored.kind.lists_certificates {
        return Err(bad("Resource not found for the segment 'managedDeviceCertificateStates'."));
    }
    let rows = certificate_state::rows(world, id, &stored);
    page(world, &format!("deviceConfigurations/{id}/{kind}/managedDeviceCertificateStates"), &rows, options)
}

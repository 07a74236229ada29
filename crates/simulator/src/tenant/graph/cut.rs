//! Lists and deltas as pages.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::error;
use super::pager::Rest;
use super::query::Query;
use super::read::Read;
use crate::tenant::World;
use crate::tenant::exchange::Answer;
use crate::tenant::objects::{Kind, Objects, Piece, Row};

type Refused<T> = Result<T, Answer>;

/// All objects, or those that a filter lets through.
pub(super) fn list(world: &World, read: &Read, query: &Query) -> Refused<Answer> {
    let rest = match &query.skip_token {
        Some(token) => known_rest(world, read, token)?,
        None => {
            let all = whole(&world.directory().objects, read, query.filter.as_ref());
            first(world, read, query, all, None)
        }
    };
    Ok(page(world, read, &rest))
}

/// Whoever is in the group of that id: users, devices and groups, and who is in those.
pub(super) fn members(world: &World, read: &Read, query: &Query, group: &str) -> Refused<Answer> {
    if query.filter.is_some() {
        return Err(error(400, "Request_UnsupportedQuery", "Such a filter needs an advanced query."));
    }
    let rest = match &query.skip_token {
        Some(token) => known_rest(world, read, token)?,
        None => {
            let all = world.directory().members(group).ok_or_else(|| {
                let why = format!("Resource '{group}' does not exist or one of its queried reference-property objects are not present.");
                error(404, "Request_ResourceNotFound", &why)
            })?;
            let pieces = all.into_iter().map(|id| Piece { id, members: None }).collect();
            first(world, read, query, pieces, None)
        }
    };
    Ok(page(world, read, &rest))
}

/// Changes since a delta link, since now, or since ever.
pub(super) fn delta(world: &World, read: &Read, query: &Query) -> Refused<Answer> {
    if query.filter.is_some() {
        return Err(error(400, "Request_UnsupportedQuery", "A delta query takes no such filter."));
    }
    if query.select.is_some() && query.delta_token.as_deref().is_some_and(|token| token != "latest") {
        world.breach("$select beside a delta token: it belongs in the first call alone");
    }
    let rest = match (&query.skip_token, query.delta_token.as_deref()) {
        (Some(token), _) => known_rest(world, read, token)?,
        (None, Some("latest")) => {
            let version = world.directory().objects.version();
            first(world, read, query, Vec::new(), Some(version))
        }
        (None, Some(token)) => since(world, read, token)?,
        (None, None) => {
            let (all, version) = {
                let directory = world.directory();
                (whole(&directory.objects, read, None), directory.objects.version())
            };
            let all = world.pager().shuffled(all);
            first(world, read, query, all, Some(version))
        }
    };
    Ok(page(world, read, &rest))
}

fn known_rest(world: &World, read: &Read, token: &str) -> Refused<Rest> {
    let rest = world.pager().rest(token).filter(|rest| rest.kind == read.kind && rest.beta == read.beta);
    rest.ok_or_else(|| {
        error(400, "Directory_ExpiredPageToken", "The specified page token value has expired.")
    })
}

fn whole(objects: &Objects, read: &Read, filter: Option<&(String, String)>) -> Vec<Piece> {
    let fits = |row: &Row| {
        filter.is_none_or(|(name, text)| {
            row.get(name).and_then(Value::as_str).is_some_and(|value| value.eq_ignore_ascii_case(text))
        })
    };
    let fitting = objects.rows(read.kind).filter(|(_, row)| fits(row));
    fitting.map(|(id, _)| Piece { id: id.to_owned(), members: None }).collect()
}

fn first(world: &World, read: &Read, query: &Query, pieces: Vec<Piece>, delta: Option<usize>) -> Rest {
    Rest {
        kind: read.kind,
        beta: read.beta,
        shown: Arc::new(query.shown(read.kind, read.beta)),
        pieces: Arc::new(pieces),
        at: 0,
        size: world.pager().size(query),
        delta,
    }
}

fn since(world: &World, read: &Read, token: &str) -> Refused<Rest> {
    let point = world.pager().point(token, world.clock.now());
    let point =
        point.filter(|point| point.kind == read.kind && point.beta == read.beta).ok_or_else(|| {
            let again = format!("{}{}?$deltatoken=", world.urls().graph, read.path());
            error(410, "resyncRequired", "The delta token is expired; begin again.")
                .with_header("location", again)
        })?;
    let (changes, version) = {
        let directory = world.directory();
        (directory.objects.changes(read.kind, point.version), directory.objects.version())
    };
    let pieces = world.pager().shuffled(changes);
    Ok(Rest {
        kind: point.kind,
        beta: point.beta,
        shown: point.shown,
        pieces: Arc::new(pieces),
        at: 0,
        size: point.size,
        delta: Some(version),
    })
}

fn page(world: &World, read: &Read, rest: &Rest) -> Answer {
    let (pieces, more) = world.pager().cut(rest);
    let value: Vec<Value> = {
        let directory = world.directory();
        pieces.iter().filter_map(|piece| shown(&directory.objects, rest, piece)).collect()
    };
    let mut body = Map::new();
    body.insert("@odata.context".into(), read.context(world).into());
    body.insert("value".into(), value.into());
    let base = format!("{}{}", world.urls().graph, read.path());
    if let Some(token) = more {
        body.insert("@odata.nextLink".into(), format!("{base}?$skiptoken={token}").into());
    } else if let Some(version) = rest.delta {
        let token = world.pager().delta_token(rest, version, world.clock.now());
        body.insert("@odata.deltaLink".into(), format!("{base}?$deltatoken={token}").into());
    }
    Answer::json(200, &Value::Object(body))
}

/// A piece as it is now: of a list what is still there, of a delta the id and what changed, or that it is gone.
fn shown(objects: &Objects, rest: &Rest, piece: &Piece) -> Option<Value> {
    if rest.kind == Kind::Members {
        let of = [(Kind::Users, "user"), (Kind::Devices, "device"), (Kind::Groups, "group")];
        let (_, word) = of.into_iter().find(|(kind, _)| objects.row(*kind, &piece.id).is_some())?;
        return Some(json!({ "@odata.type": format!("#microsoft.graph.{word}"), "id": piece.id }));
    }
    let Some(row) = objects.row(rest.kind, &piece.id) else {
        let gone = objects.gone(rest.kind, &piece.id).filter(|_| rest.delta.is_some())?;
        return Some(json!({ "id": piece.id, "@removed": { "reason": gone.reason() } }));
    };
    let changed = |name: &String| piece.members.as_ref().is_none_or(|members| members.contains(name));
    let concerned: Vec<&String> = rest.shown.iter().filter(|name| changed(name)).collect();
    // A change of what was not selected is no change.
    (!concerned.is_empty()).then(|| {
        let mut item = selected(row, concerned.into_iter());
        item.insert("id".into(), piece.id.clone().into());
        Value::Object(item)
    })
}

/// These members of an object.
pub(super) fn selected<'a>(row: &Row, names: impl Iterator<Item = &'a String>) -> Map<String, Value> {
    names.map(|name| (name.clone(), row.get(name).cloned().unwrap_or_default())).collect()
}

//! `POST /api/v1/certificates/{serial}/revoke` and `POST /api/v1/certificates/revoke`: one certificate, or many. Both are
//! idempotent: whoever lost the answer asks again.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use pki::crl::Reason;
use serde::Deserialize;
use serde_json::Value;

use super::access::Caller;
use super::api::{self, ApiProblem};
use super::gateway::BoxFuture;
use super::servers::Shared;
use crate::explanation::administrator;

/// The largest request about one certificate, in octets.
const ONE: usize = 4 << 10;

/// The largest request about many: some twenty thousand serial numbers.
const MANY: usize = 1 << 20;

/// Whose certificates are to be revoked.
#[derive(Clone, Debug)]
pub enum Whose {
    /// Those with these serial numbers, hexadecimal; at least one.
    Serials(Vec<String>),
    /// All of a device, by its id in the directory, or of a user, by the user principal name.
    Named(String),
}

/// Revokes certificates.
pub trait Revocations: Send + Sync {
    /// Revokes the certificate with this serial number (hexadecimal).
    fn revoke<'a>(
        &'a self,
        serial: &'a str,
        reason: Reason,
        caller: &'a Caller,
    ) -> BoxFuture<'a, Result<Value, ApiProblem>>;

    /// Revokes all of these, and says of each what became of it.
    fn revoke_all<'a>(
        &'a self,
        whose: Whose,
        reason: Reason,
        caller: &'a Caller,
    ) -> BoxFuture<'a, Result<Value, ApiProblem>>;
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct One {
    reason: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Many {
    serials: Option<Vec<String>>,
    device: Option<String>,
    user: Option<String>,
    reason: Option<String>,
}

impl Many {
    /// Exactly one of the three: a list and a device in one request would be a mistake of whoever wrote it.
    fn whose(self) -> Result<Whose, ApiProblem> {
        match (self.serials, self.device, self.user) {
            (Some(serials), None, None) if !serials.is_empty() => Ok(Whose::Serials(serials)),
            (None, Some(key), None) | (None, None, Some(key)) if !key.is_empty() => Ok(Whose::Named(key)),
            _ => {
                Err(api::not_expected("it names serials, a device or a user, one of the three and not empty"))
            }
        }
    }
}

/// The handler of the first route.
pub(super) async fn one(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    Path(serial): Path<String>,
    request: Request,
) -> Response {
    let outcome = async {
        let wanted: One = api::object(&shared, request.into_body(), ONE).await?;
        let reason = reason(wanted.reason.as_deref())?;
        shared.services.revocations.revoke(&serial, reason, &caller).await
    };
    api::answered(outcome.await)
}

/// The handler of the second route.
pub(super) async fn many(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    let outcome = async {
        let wanted: Many = api::object(&shared, request.into_body(), MANY).await?;
        let reason = reason(wanted.reason.as_deref())?;
        shared.services.revocations.revoke_all(wanted.whose()?, reason, &caller).await
    };
    api::answered(outcome.await)
}

fn reason(name: Option<&str>) -> Result<Reason, ApiProblem> {
    let name = name.unwrap_or("unspecified");
    Reason::named(name).ok_or_else(|| {
        let sentence = format!("{name:?} is no reason of RFC 5280 §5.3.1.");
        ApiProblem { sentence, ..ApiProblem::new(400, administrator::REASON) }
    })
}

//! `POST /api/v1/certificates/{serial}/revoke` and `POST /api/v1/certificates/revoke`: one certificate, or many. Both are
//! idempotent: whoever lost the answer asks again.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use pki::crl::Reason;
use serde::Deserialize;
use utoipa::ToSchema;

use super::access::Caller;
use super::api::{self, ApiProblem};
use super::gateway::BoxFuture;
use super::idempotency::Deed;
use super::openapi::Says;
use super::servers::Shared;
use crate::explanation::administrator;
use crate::revocation::{Row, Summary};

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
    ) -> BoxFuture<'a, Result<Row, ApiProblem>>;

    /// Revokes all of these, and says of each what became of it.
    fn revoke_all<'a>(
        &'a self,
        whose: Whose,
        reason: Reason,
        caller: &'a Caller,
    ) -> BoxFuture<'a, Result<Summary, ApiProblem>>;
}

/// Why a certificate is to be revoked.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct RevokeOne {
    /// A reason of RFC 5280 §5.3.1 by its name, `keyCompromise`; `certificateHold` holds and `removeFromCRL` ends a hold.
    /// `unspecified` where absent.
    reason: Option<String>,
}

/// Which certificates are to be revoked, by exactly one of `serials`, `device` and `user`, and why.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct RevokeMany {
    /// Serial numbers, hexadecimal; at least one.
    serials: Option<Vec<String>>,
    /// All of a device, by its id in the directory.
    device: Option<String>,
    /// All of a user, by the user principal name.
    user: Option<String>,
    /// A reason of RFC 5280 §5.3.1 by its name; `unspecified` where absent.
    reason: Option<String>,
}

/// What the first route says of itself.
pub(super) fn one_says() -> Says {
    Says::post("Revoke a certificate, hold it or end its hold")
        .details("Idempotent: what is revoked stays as it was first said, and asking again changes nothing.")
        .part("serial", "The serial number, hexadecimal.")
        .once()
        .takes::<RevokeOne>(false)
        .answers::<Row>(200, "What became of it.")
        .refuses(400, &[administrator::REASON])
        .refuses(404, &[administrator::SERIAL])
}

/// What the second route says of itself.
pub(super) fn many_says() -> Says {
    Says::post("Revoke many certificates, or all of a device or user")
        .details("What was done stays done if a later one fails. Asking again changes nothing.")
        .once()
        .takes::<RevokeMany>(true)
        .answers::<Summary>(200, "What became of each.")
        .refuses(400, &[administrator::REASON])
        .refuses(404, &[administrator::SERIAL])
}

impl RevokeMany {
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
    let read = async {
        let deed = Deed::read(&shared, &caller, request, ONE).await?;
        let wanted: RevokeOne = deed.object()?;
        Ok((deed, reason(wanted.reason.as_deref())?))
    };
    match read.await {
        Ok((deed, reason)) => {
            let act = shared.services.revocations.revoke(&serial, reason, &caller);
            deed.done(&shared, |_| StatusCode::OK, Row::clone, act).await
        }
        Err(problem) => api::refusal(&problem),
    }
}

/// The handler of the second route.
pub(super) async fn many(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    let read = async {
        let deed = Deed::read(&shared, &caller, request, MANY).await?;
        let wanted: RevokeMany = deed.object()?;
        let reason = reason(wanted.reason.as_deref())?;
        Ok((deed, wanted.whose()?, reason))
    };
    match read.await {
        Ok((deed, whose, reason)) => {
            let act = shared.services.revocations.revoke_all(whose, reason, &caller);
            deed.done(&shared, |_| StatusCode::OK, Summary::clone, act).await
        }
        Err(problem) => api::refusal(&problem),
    }
}

fn reason(name: Option<&str>) -> Result<Reason, ApiProblem> {
    let name = name.unwrap_or("unspecified");
    Reason::named(name).ok_or_else(|| {
        let sentence = format!("{name:?} is no reason of RFC 5280 §5.3.1.");
        ApiProblem { sentence, ..ApiProblem::new(400, administrator::REASON) }
    })
}

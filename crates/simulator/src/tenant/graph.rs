//! Pretend Graph: the endpoints of Intune's service principal (contract section 4), devices and users (section 14).

mod cut;
mod pager;
mod query;
mod read;

pub use pager::Pager;
pub(crate) use read::{Read, read};

use serde_json::{Value, json};

use super::World;
use super::access;
use super::exchange::{Answer, Call};
use super::fault::Fault;

/// Intune's application, the same in every tenant.
pub const INTUNE_APP_ID: &str = "0000000a-0000-0000-c000-000000000000";
/// Name under which discovery lists the validation service.
pub const SCEP_SERVICE: &str = "ScepRequestValidationFEService";
/// Name under which discovery lists the revocation service.
pub const PKI_SERVICE: &str = "PkiConnectorFEService";

const DISCOVERY_ROLE: &str = "Application.Read.All";
const VALIDATION_ROLE: &str = "scep_challenge_provider";
const SECOND_PAGE: &str = "$skiptoken=2";

/// True for an entry that stands for the validation service, under the present or the retired member name.
#[must_use]
pub(crate) fn is_scep_service(entry: &Value) -> bool {
    let name = entry.get("providerName").or_else(|| entry.get("serviceName")).and_then(Value::as_str);
    name.is_some_and(|name| name.eq_ignore_ascii_case(SCEP_SERVICE))
}

/// `GET /v1.0/servicePrincipals/appId={id}/endpoints`.
pub(crate) fn endpoints(world: &World, call: &Call, app_id: &str, fault: Option<&Fault>) -> Answer {
    let claims = match access::bearer(world, call, |aud| world.is_graph_audience(aud)) {
        Ok(claims) => claims,
        Err(why) => return error(401, "InvalidAuthenticationToken", &why),
    };
    if !claims.roles.iter().any(|role| role == DISCOVERY_ROLE) {
        let why = "Insufficient privileges to complete the operation.";
        return error(403, "Authorization_RequestDenied", why);
    }
    if app_id != INTUNE_APP_ID {
        let why = format!(
            "Resource '{app_id}' does not exist or one of its queried reference-property objects are not present."
        );
        return error(404, "Request_ResourceNotFound", &why);
    }
    // Without the Intune role or a licence, discovery answers and lists no SCEP service (contract section 2).
    let app = world.application(&claims.appid);
    let permitted = app.is_some_and(|app| app.intune_roles.iter().any(|role| role == VALIDATION_ROLE));
    page(world, permitted, fault == Some(&Fault::NextLink), call.query == SECOND_PAGE)
}

fn page(world: &World, permitted: bool, paged: bool, second: bool) -> Answer {
    let urls = world.urls();
    let context = format!("{}v1.0/$metadata#servicePrincipals('{INTUNE_APP_ID}')/endpoints", urls.graph);
    let mut list = Vec::new();
    if !second {
        list.push(entry(world, "TermsAndConditionsFEService", &format!("{}TermsAndConditions", urls.intune)));
    }
    if permitted && (second || !paged) {
        list.push(entry(world, SCEP_SERVICE, &urls.scep_service));
        list.push(entry(world, PKI_SERVICE, &urls.pki_service));
    }
    if !second {
        list.push(entry(world, "DeviceFEService", &format!("{}Devices", urls.intune)));
    }
    let mut body = json!({ "@odata.context": context, "value": list });
    if let (true, false, Some(members)) = (paged, second, body.as_object_mut()) {
        let next =
            format!("{}v1.0/servicePrincipals/appId={INTUNE_APP_ID}/endpoints?{SECOND_PAGE}", urls.graph);
        members.insert("@odata.nextLink".into(), next.into());
    }
    Answer::json(200, &body)
}

fn entry(world: &World, name: &str, uri: &str) -> Value {
    json!({
        "id": world.guid(), "deletedDateTime": null, "capability": name,
        "providerId": INTUNE_APP_ID, "providerName": name, "providerResourceId": null, "uri": uri,
    })
}

/// Graph's error envelope.
pub(super) fn error(status: u16, code: &str, message: &str) -> Answer {
    let inner =
        json!({ "date": "2026-11-21T00:00:00", "request-id": "00000000-5150-4000-a000-000000000000" });
    Answer::json(status, &json!({ "error": { "code": code, "message": message, "innerError": inner } }))
}

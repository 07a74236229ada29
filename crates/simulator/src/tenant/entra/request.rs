//! `POST /{tenant}/oauth2/v2.0/token`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::{Application, TokenClaims, assertion, device_code, refusal};
use crate::tenant::World;
use crate::tenant::exchange::{Answer, Call, form_decode, form_pairs};
use crate::tenant::fault::Fault;

/// An AADSTS number and its sentence.
pub(super) type Refused = (u32, String);

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const LIFE_SECONDS: i64 = 3_599;

/// A form whose fields are read once.
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    pub(super) fn of(call: &Call) -> Self {
        Self(form_pairs(&call.text()))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn required(&self, name: &str) -> Result<&str, Refused> {
        let missing =
            || (900_144, format!("The request body must contain the following parameter: '{name}'."));
        self.get(name).ok_or_else(missing)
    }
}

/// Answers a token request; `fault` may spoil the token itself.
pub(crate) fn token(world: &World, call: &Call, tenant: &str, fault: Option<&Fault>) -> Answer {
    if Form::of(call).get("grant_type") == Some(device_code::GRANT_TYPE) {
        return device_code::token(world, call, tenant, fault);
    }
    match grant(world, call, tenant, fault) {
        Ok(answer) => answer,
        Err((code, why)) => refusal(code, &why, world.clock.now()),
    }
}

fn grant(world: &World, call: &Call, tenant: &str, fault: Option<&Fault>) -> Result<Answer, Refused> {
    if !world.is_tenant(tenant) {
        return Err((90_002, format!("Tenant '{tenant}' not found.")));
    }
    let form = Form::of(call);
    if form.required("grant_type")? != "client_credentials" {
        return Err((70_003, "The app requested an unsupported grant type.".into()));
    }
    let basic = basic_credentials(call);
    let client_id = match &basic {
        Some((id, _)) => id.as_str(),
        None => form.required("client_id")?,
    };
    let resource = resource_of(form.required("scope")?)?;
    let app = registered(world, client_id)?;
    let by_certificate = authenticate(world, &form, basic.as_ref(), &app, tenant)?;
    let roles = roles_for(world, &app, &resource)?;
    let proof = if by_certificate { "2" } else { "1" };
    issue(world, &app, resource, roles, proof, fault)
}

pub(super) fn registered(world: &World, client_id: &str) -> Result<Application, Refused> {
    world.application(client_id).ok_or_else(|| {
        (700_016, format!("Application with identifier '{client_id}' was not found in the directory."))
    })
}

/// `{resource}/.default` gives the resource. Intune's own slash stays: `https://api.manage.microsoft.com//.default`.
fn resource_of(scope: &str) -> Result<String, Refused> {
    let bad =
        || (70_011, format!("The provided value for the input parameter 'scope' is not valid: {scope}"));
    let resource = scope.strip_suffix("/.default").filter(|rest| !rest.contains(' ')).ok_or_else(bad)?;
    if resource.is_empty() { Err(bad()) } else { Ok(resource.to_owned()) }
}

/// RFC 6749 §2.3.1: both halves are form-encoded.
fn basic_credentials(call: &Call) -> Option<(String, String)> {
    let encoded = call.header("authorization")?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((form_decode(id), form_decode(secret)))
}

/// True if the proof was a certificate.
fn authenticate(
    world: &World,
    form: &Form,
    basic: Option<&(String, String)>,
    app: &Application,
    tenant: &str,
) -> Result<bool, Refused> {
    let now = world.clock.now();
    if let Some(assertion) = form.get("client_assertion") {
        if form.required("client_assertion_type")? != ASSERTION_TYPE {
            return Err((700_027, "client_assertion_type is not jwt-bearer.".into()));
        }
        let endpoints = world.token_endpoints(tenant);
        assertion::check(assertion, app, &endpoints, now)
            .map_err(|why| (700_027, format!("Client assertion failed signature validation: {why}.")))?;
        return Ok(true);
    }
    let given = basic.map(|(_, secret)| secret.as_str()).or_else(|| form.get("client_secret"));
    let given = given.ok_or_else(|| {
        (7_000_216, "'client_assertion', 'client_secret' or 'request' is required.".to_owned())
    })?;
    let known = app.secrets.iter().find(|secret| secret.value == given);
    let known = known.ok_or_else(|| (7_000_215, "Invalid client secret provided.".to_owned()))?;
    if known.expires <= now {
        return Err((7_000_222, "The provided client secret keys are expired.".into()));
    }
    Ok(false)
}

fn roles_for(world: &World, app: &Application, resource: &str) -> Result<Vec<String>, Refused> {
    if world.is_graph_audience(resource) {
        Ok(app.graph_roles.clone())
    } else if world.is_intune_audience(resource) {
        Ok(app.intune_roles.clone())
    } else {
        Err((500_011, format!("The resource principal named {resource} was not found in the tenant.")))
    }
}

fn issue(
    world: &World,
    app: &Application,
    resource: String,
    roles: Vec<String>,
    proof: &str,
    fault: Option<&Fault>,
) -> Result<Answer, Refused> {
    let mut claims = claims(world, app, resource);
    claims.appidacr = proof.into();
    claims.roles = roles;
    signed(world, claims, fault)
}

/// The answer with a token of these claims.
pub(super) fn signed(
    world: &World,
    mut claims: TokenClaims,
    fault: Option<&Fault>,
) -> Result<Answer, Refused> {
    let (said, really) = match fault {
        Some(Fault::TokenLife { expires_in, really }) => (*expires_in, *really),
        _ => (LIFE_SECONDS, LIFE_SECONDS),
    };
    claims.exp = claims.iat + really;
    if fault == Some(&Fault::NoRoles) {
        claims.roles.clear();
        claims.scp = claims.scp.map(|_| String::new());
    }
    if fault == Some(&Fault::WrongAudience) {
        claims.aud = "https://wrong.invalid".into();
    }
    let token = world.tokens.issue(&claims).map_err(|failure| (90_033, failure.to_string()))?;
    let mut body = json!({
        "token_type": "Bearer", "expires_in": said, "ext_expires_in": said, "access_token": token,
    });
    if let (Some(scope), Some(members)) = (claims.scp, body.as_object_mut()) {
        members.insert("scope".into(), scope.into());
    }
    Ok(Answer::json(200, &body))
}

pub(super) fn claims(world: &World, app: &Application, aud: String) -> TokenClaims {
    let now = world.clock.now();
    TokenClaims {
        aud,
        iss: format!("{}{}/v2.0", world.urls().authority, world.tenant_id()),
        nbf: now,
        iat: now,
        exp: now + LIFE_SECONDS,
        appid: app.client_id.clone(),
        appidacr: String::new(),
        tid: world.tenant_id().into(),
        roles: Vec::new(),
        scp: None,
        upn: None,
        uti: world.guid(),
    }
}

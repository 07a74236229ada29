//! Pretend Entra: application credentials in, access tokens out (contract section 3).

mod application;
mod assertion;
mod device_code;
mod issuer;
mod refusal;
mod request;

pub use application::{Application, PROFILE_PERMISSIONS, STATUS_ROLES, Secret};
pub(crate) use device_code::device_code;
pub use device_code::{DeviceCodes, SignIn, Standing};
pub(crate) use issuer::{TokenClaims, TokenIssuer};
pub(crate) use refusal::refusal;
pub(crate) use request::token;

use serde_json::json;

use super::World;
use super::exchange::{Answer, Call, form_pairs};

/// Whether a request for a token is by whoever signs in by a device code.
pub(crate) fn is_sign_in(call: &Call) -> bool {
    let of_device_code =
        |(key, value): &(String, String)| key == "grant_type" && value == device_code::GRANT_TYPE;
    form_pairs(&call.text()).iter().any(of_device_code)
}

/// `GET /common/discovery/instance`: what MSAL asks about authorities that it does not know.
pub(crate) fn instance(world: &World, call: &Call) -> Answer {
    let host = world.urls().authority_host();
    let named = form_pairs(&call.query).into_iter().find(|(key, _)| key == "authorization_endpoint");
    let Some((_, endpoint)) = named else {
        return Answer::json(
            400,
            &json!({ "error": "invalid_request", "error_description": "AADSTS900144" }),
        );
    };
    let tenant = endpoint.split("/oauth2/").next().unwrap_or(&endpoint).to_owned();
    let configuration = format!("{tenant}/v2.0/.well-known/openid-configuration");
    Answer::json(
        200,
        &json!({
            "tenant_discovery_endpoint": configuration,
            "api-version": "1.1",
            "metadata": [{ "preferred_network": host, "preferred_cache": host, "aliases": [host] }],
        }),
    )
}

/// `GET /{tenant}/v2.0/.well-known/openid-configuration`.
pub(crate) fn openid_configuration(world: &World, tenant: &str) -> Answer {
    if !world.is_tenant(tenant) {
        return refusal(90002, &format!("Tenant '{tenant}' not found."), world.clock.now());
    }
    let authority = world.urls().authority;
    Answer::json(
        200,
        &json!({
            "token_endpoint": format!("{authority}{tenant}/oauth2/v2.0/token"),
            "authorization_endpoint": format!("{authority}{tenant}/oauth2/v2.0/authorize"),
            "device_authorization_endpoint": format!("{authority}{tenant}/oauth2/v2.0/devicecode"),
            "jwks_uri": format!("{authority}{tenant}/discovery/v2.0/keys"),
            "issuer": format!("{authority}{}/v2.0", world.tenant_id()),
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }),
    )
}

/// `GET /{tenant}/discovery/v2.0/keys`.
pub(crate) fn keys(world: &World) -> Answer {
    Answer::json(200, &world.tokens.jwks())
}

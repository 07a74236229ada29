//! What the browser says it was asked for (WebAuthn level 3 §5.8.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::Refused;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ceremony {
    Create,
    Get,
}

/// Unknown members are allowed: browsers add some on purpose, lest anybody compares templates.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
    #[serde(default)]
    top_origin: Option<String>,
}

fn parse(json: &[u8]) -> Result<ClientData, Refused> {
    serde_json::from_slice(json).map_err(|_| Refused::Form("its clientDataJSON cannot be read"))
}

pub(super) fn challenge(json: &[u8]) -> Result<Vec<u8>, Refused> {
    let data = parse(json)?;
    URL_SAFE_NO_PAD.decode(data.challenge).map_err(|_| Refused::Form("its challenge is not base64url"))
}

/// Our pages stand in nobody's frame, so an answer out of one is not ours.
pub(super) fn verify(json: &[u8], ceremony: Ceremony, origin: &str) -> Result<(), Refused> {
    let data = parse(json)?;
    let kind = match ceremony {
        Ceremony::Create => "webauthn.create",
        Ceremony::Get => "webauthn.get",
    };
    if data.kind != kind {
        return Err(Refused::Type);
    }
    if data.origin != origin || data.cross_origin || data.top_origin.is_some() {
        return Err(Refused::Origin);
    }
    Ok(())
}

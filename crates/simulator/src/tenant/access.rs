//! The check of bearer tokens that Graph and Intune share.

use super::World;
use super::entra::TokenClaims;
use super::exchange::Call;

/// The claims of a live token of this tenant for the right audience; otherwise a sentence that says what is wrong.
pub(super) fn bearer(
    world: &World,
    call: &Call,
    audience: impl Fn(&str) -> bool,
) -> Result<TokenClaims, String> {
    let token = call.bearer().ok_or("Access token is empty.")?;
    let claims = world.tokens.read(token).ok_or("Signature of the access token is invalid.")?;
    if claims.tid != world.tenant_id() {
        return Err("The access token is another tenant's.".into());
    }
    if !audience(&claims.aud) {
        return Err(format!("Invalid audience: {}.", claims.aud));
    }
    if claims.exp <= world.clock.now() {
        return Err("Lifetime validation failed, the token is expired.".into());
    }
    Ok(claims)
}

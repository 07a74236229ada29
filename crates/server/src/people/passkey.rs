//! Passkeys (WebAuthn level 3): what a browser sends is verified here, over the octets as they came. No attestation is asked for
//! and none is believed; the user must have been verified by the authenticator.

mod authenticator;
mod client;
mod cose;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use authenticator::AuthenticatorData;
use client::Ceremony;
pub(super) use cose::Algorithm;

/// What a new passkey is, as verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// The credential's id.
    pub credential: Vec<u8>,
    /// Its public key, as `COSE_Key`.
    pub key: Vec<u8>,
    /// The signature counter.
    pub counter: u32,
}

/// What the browser must have been told, and by whom.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The page's origin.
    pub origin: &'a str,
    /// The relying party's id: the host.
    pub relying_party: &'a str,
}

/// Why an answer is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not the structure of the standard.
    #[error("The answer is not one of WebAuthn: {0}.")]
    Form(&'static str),
    /// Made for something else.
    #[error("The answer was made for another purpose.")]
    Type,
    /// Made on another page.
    #[error("The answer was made on a page of another origin.")]
    Origin,
    /// Made for another host.
    #[error("The answer was made for another host.")]
    RelyingParty,
    /// Nobody touched the authenticator, or it did not verify who.
    #[error("The authenticator did not verify its user.")]
    User,
    /// A kind of key that is not used here.
    #[error("The passkey's key is of a kind that is not used here.")]
    Key,
    /// The signature is not by that key over these octets.
    #[error("The signature is not the passkey's.")]
    Signature,
}

/// `RegistrationResponseJSON`, as far as it is read.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Registration {
    /// The credential's id, base64url.
    #[serde(default)]
    pub id: String,
    /// What the authenticator said.
    #[serde(default)]
    pub response: RegistrationResponse,
}

/// `AuthenticatorAttestationResponseJSON`, as far as it is read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RegistrationResponse {
    /// base64url.
    #[serde(rename = "clientDataJSON")]
    pub client_data: String,
    /// base64url.
    pub attestation_object: String,
}

/// `AuthenticationResponseJSON`, as far as it is read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Assertion {
    /// The credential's id, base64url.
    pub id: String,
    /// What the authenticator said.
    pub response: AssertionResponse,
}

/// `AuthenticatorAssertionResponseJSON`, as far as it is read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct AssertionResponse {
    /// base64url.
    #[serde(rename = "clientDataJSON")]
    pub client_data: String,
    /// base64url.
    pub authenticator_data: String,
    /// base64url.
    pub signature: String,
    /// base64url; what was given as `user.id` when the passkey was made.
    pub user_handle: Option<String>,
}

impl Registration {
    /// The challenge that the answer says it is for.
    ///
    /// # Errors
    /// [`Refused::Form`].
    pub fn challenge(&self) -> Result<Vec<u8>, Refused> {
        client::challenge(&decoded(&self.response.client_data)?)
    }

    /// WebAuthn level 3 §7.1, without attestation. The challenge is the caller's to judge.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn verify(&self, expected: Expected<'_>) -> Result<Registered, Refused> {
        let client = decoded(&self.response.client_data)?;
        client::verify(&client, Ceremony::Create, expected.origin)?;
        let object = decoded(&self.response.attestation_object)?;
        let data = authenticator::within(&object)?;
        let data = AuthenticatorData::parse(data)?;
        data.verify(expected.relying_party)?;
        let attested = data.attested.ok_or(Refused::Form("there is no credential in it"))?;
        if decoded(&self.id)? != attested.credential {
            return Err(Refused::Form("its two ids differ"));
        }
        cose::PublicKey::parse(attested.key)?;
        Ok(Registered {
            credential: attested.credential.to_vec(),
            key: attested.key.to_vec(),
            counter: data.counter,
        })
    }
}

impl Assertion {
    /// The credential's id.
    ///
    /// # Errors
    /// [`Refused::Form`].
    pub fn credential(&self) -> Result<Vec<u8>, Refused> {
        decoded(&self.id)
    }

    /// The challenge that the answer says it is for.
    ///
    /// # Errors
    /// [`Refused::Form`].
    pub fn challenge(&self) -> Result<Vec<u8>, Refused> {
        client::challenge(&decoded(&self.response.client_data)?)
    }

    /// WebAuthn level 3 §7.2: gives the signature counter. Challenge and counter are the caller's to judge.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn verify(&self, key: &[u8], expected: Expected<'_>) -> Result<u32, Refused> {
        let client = decoded(&self.response.client_data)?;
        client::verify(&client, Ceremony::Get, expected.origin)?;
        let octets = decoded(&self.response.authenticator_data)?;
        let data = AuthenticatorData::parse(&octets)?;
        data.verify(expected.relying_party)?;
        let signed = [octets.as_slice(), digest(&SHA256, &client).as_ref()].concat();
        cose::PublicKey::parse(key)?.verify(&signed, &decoded(&self.response.signature)?)?;
        Ok(data.counter)
    }
}

/// Octets of a part, at most.
const LONGEST: usize = 64 << 10;

fn decoded(text: &str) -> Result<Vec<u8>, Refused> {
    let short = text.len() <= LONGEST;
    let octets = short.then(|| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()).flatten();
    octets.ok_or(Refused::Form("a part is not base64url"))
}

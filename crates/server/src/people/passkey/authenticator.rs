//! What the authenticator says (WebAuthn level 3 §6.1), and the attestation object around it (§6.5.4).

use aws_lc_rs::digest::{SHA256, digest};
use minicbor::Decoder;

use super::Refused;

/// Test of user presence.
const UP: u8 = 0x01;
/// The user was verified: by a PIN, a finger, a face.
const UV: u8 = 0x04;
/// Backup eligibility and state: a state without eligibility is not allowed (§6.1.3).
const BE: u8 = 0x08;
const BS: u8 = 0x10;
/// A credential is in it.
const AT: u8 = 0x40;
/// Extensions are in it.
const ED: u8 = 0x80;
/// Longest credential id (§7.1, step 25).
const LONGEST: usize = 1023;

/// Authenticator data, borrowed.
#[derive(Clone, Copy, Debug)]
pub(super) struct AuthenticatorData<'a> {
    relying_party: &'a [u8; 32],
    flags: u8,
    pub(super) counter: u32,
    pub(super) attested: Option<Attested<'a>>,
}

/// A new credential.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attested<'a> {
    pub(super) credential: &'a [u8],
    /// `COSE_Key`, exactly.
    pub(super) key: &'a [u8],
}

impl<'a> AuthenticatorData<'a> {
    /// All of `octets`, none left over.
    pub(super) fn parse(octets: &'a [u8]) -> Result<AuthenticatorData<'a>, Refused> {
        let short = Refused::Form("its authenticator data is too short");
        let (relying_party, rest) = octets.split_first_chunk::<32>().ok_or(short)?;
        let (flags, rest) = rest.split_first().ok_or(short)?;
        let (counter, rest) = rest.split_first_chunk::<4>().ok_or(short)?;
        let (attested, rest) = if flags & AT == 0 {
            (None, rest)
        } else {
            let (attested, rest) = attested(rest)?;
            (Some(attested), rest)
        };
        let rest = if flags & ED == 0 { rest } else { after_one(rest)? };
        if !rest.is_empty() {
            return Err(Refused::Form("its authenticator data is too long"));
        }
        Ok(AuthenticatorData {
            relying_party,
            flags: *flags,
            counter: u32::from_be_bytes(*counter),
            attested,
        })
    }

    pub(super) fn verify(&self, relying_party: &str) -> Result<(), Refused> {
        if digest(&SHA256, relying_party.as_bytes()).as_ref() != self.relying_party {
            return Err(Refused::RelyingParty);
        }
        if self.flags & UP == 0 || self.flags & UV == 0 {
            return Err(Refused::User);
        }
        if self.flags & BS != 0 && self.flags & BE == 0 {
            return Err(Refused::Form("it is backed up and cannot be"));
        }
        Ok(())
    }
}

fn attested(rest: &[u8]) -> Result<(Attested<'_>, &[u8]), Refused> {
    let short = Refused::Form("its credential is too short");
    // 16 octets of AAGUID, which nobody vouches for without attestation.
    let rest = rest.get(16..).ok_or(short)?;
    let (length, rest) = rest.split_first_chunk::<2>().ok_or(short)?;
    let length = usize::from(u16::from_be_bytes(*length));
    if length == 0 || length > LONGEST {
        return Err(Refused::Form("its credential's id has no length that is allowed"));
    }
    let (credential, rest) = rest.split_at_checked(length).ok_or(short)?;
    let after = after_one(rest)?;
    let key = rest.get(..rest.len() - after.len()).ok_or(short)?;
    Ok((Attested { credential, key }, after))
}

/// What comes after one item of CBOR.
fn after_one(octets: &[u8]) -> Result<&[u8], Refused> {
    let mut decoder = Decoder::new(octets);
    decoder.skip().map_err(|_| Refused::Form("a part is not CBOR"))?;
    octets.get(decoder.position()..).ok_or(Refused::Form("a part is not CBOR"))
}

/// The authenticator data within an attestation object: a map of `fmt`, `attStmt` and `authData`, each once. The statement is not
/// read: none was asked for.
pub(super) fn within(object: &[u8]) -> Result<&[u8], Refused> {
    let bad = |_| Refused::Form("its attestation object cannot be read");
    let mut decoder = Decoder::new(object);
    let members = decoder.map().map_err(bad)?.ok_or(Refused::Form("its attestation object has no length"))?;
    if members != 3 {
        return Err(Refused::Form("its attestation object has not three members"));
    }
    let mut found = None;
    for _ in 0..members {
        match decoder.str().map_err(bad)? {
            "authData" if found.is_none() => found = Some(decoder.bytes().map_err(bad)?),
            "fmt" => drop(decoder.str().map_err(bad)?),
            "attStmt" => decoder.skip().map_err(bad)?,
            _ => return Err(Refused::Form("its attestation object has a member that is not known")),
        }
    }
    if decoder.position() != object.len() {
        return Err(Refused::Form("its attestation object is too long"));
    }
    found.ok_or(Refused::Form("its attestation object has no authenticator data"))
}

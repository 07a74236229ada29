//! A security key in software, and the browser in front of it, honest unless told otherwise.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

pub(crate) const UP: u8 = 0x01;
pub(crate) const UV: u8 = 0x04;
const AT: u8 = 0x40;

pub(crate) struct Authenticator {
    pub(crate) key: EcdsaKeyPair,
    pub(crate) credential: Vec<u8>,
    pub(crate) counter: u32,
    /// What was given as `user.id`.
    pub(crate) handle: String,
}

/// What is said in an answer.
#[derive(Clone)]
pub(crate) struct Said {
    pub(crate) kind: String,
    pub(crate) challenge: String,
    pub(crate) origin: String,
    pub(crate) relying_party: String,
    pub(crate) flags: u8,
    /// More members of clientDataJSON, each with a comma before it.
    pub(crate) more: String,
}

impl Said {
    /// What an honest browser says on a page of this origin.
    pub(crate) fn honest(kind: &str, options: &Value, origin: &str) -> Said {
        Said {
            kind: kind.to_owned(),
            challenge: options["challenge"].as_str().unwrap().to_owned(),
            origin: origin.to_owned(),
            relying_party: options["rpId"].as_str().or(options["rp"]["id"].as_str()).unwrap().to_owned(),
            flags: UP | UV,
            more: r#","crossOrigin":false"#.to_owned(),
        }
    }

    fn client_data(&self) -> Vec<u8> {
        let Said { kind, challenge, origin, more, .. } = self;
        format!(r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{origin}"{more}}}"#).into_bytes()
    }
}

fn base64url(octets: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(octets)
}

impl Authenticator {
    pub(crate) fn new(credential: &[u8]) -> Authenticator {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        Authenticator { key, credential: credential.to_vec(), counter: 0, handle: String::new() }
    }

    /// RFC 9053 §7.1.1.
    pub(crate) fn cose(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        let (x, y) = (&point[1..33], &point[33..65]);
        let head = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
        [&head[..], x, &[0x22, 0x58, 0x20], y].concat()
    }

    fn data(&self, said: &Said, key: Option<&[u8]>) -> Vec<u8> {
        let hash = pki::algorithm::sha256(said.relying_party.as_bytes());
        let flags = if key.is_some() { said.flags | AT } else { said.flags };
        let mut data = [hash.as_slice(), &[flags], &self.counter.to_be_bytes()].concat();
        if let Some(key) = key {
            data.extend([0; 16]);
            data.extend(u16::try_from(self.credential.len()).unwrap().to_be_bytes());
            data.extend(&self.credential);
            data.extend(key);
        }
        data
    }

    /// What makes a passkey, with this as its `COSE_Key`.
    pub(crate) fn created_with(&self, said: &Said, key: &[u8]) -> Value {
        let data = self.data(said, Some(key));
        let mut object = vec![0xa3, 0x63];
        object.extend(b"fmt\x64none\x67attStmt\xa0\x68authData\x59");
        object.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        object.extend(data);
        json!({ "id": base64url(&self.credential), "response": {
            "clientDataJSON": base64url(&said.client_data()), "attestationObject": base64url(&object),
        }})
    }

    /// What makes a passkey.
    pub(crate) fn created(&mut self, said: &Said, options: &Value) -> Value {
        self.handle = options["user"]["id"].as_str().unwrap().to_owned();
        self.created_with(said, &self.cose())
    }

    /// A signature by this key.
    pub(crate) fn asserted(&self, said: &Said) -> Value {
        let (client, data) = (said.client_data(), self.data(said, None));
        let signed = [data.as_slice(), &pki::algorithm::sha256(&client)].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        json!({ "id": base64url(&self.credential), "response": {
            "clientDataJSON": base64url(&client), "authenticatorData": base64url(&data),
            "signature": base64url(signature.as_ref()), "userHandle": self.handle,
        }})
    }
}

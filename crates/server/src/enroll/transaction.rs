use super::Asked;
use crate::stalled::Before;
use crate::store::{KeyHash, TransactionHash};
use ca::key_policy::canonical;
use pki::algorithm::sha256;
use pki::key::PublicKey;
use std::net::IpAddr;

/// Who sent a request, for the audit and for lock-outs.
#[derive(Clone, Debug)]
pub struct Peer {
    /// From where.
    pub address: IpAddr,
    /// What it calls itself; foreign text.
    pub user_agent: Option<String>,
    /// What it asked before its request, as far as that is known.
    pub before: Before,
}

/// What makes two requests the same one.
#[derive(Clone, Debug)]
pub struct Transaction {
    /// SCEP's transactionID.
    pub id: String,
    /// The key that is to be certified.
    pub key: KeyHash,
    /// SHA-256 of the request as received.
    pub csr: [u8; 32],
    /// Over endpoint, transactionID, request and signer's key or caller's name.
    pub hash: TransactionHash,
}

impl Transaction {
    /// The transaction of a request at an endpoint. A transactionID alone names nothing: certmonger, jscep and
    /// strongSwan derive it from the key and repeat it (scep.md Q14), and a guessed one must find nothing (V18).
    #[must_use]
    pub fn of(endpoint: &str, asked: Asked<'_>) -> Transaction {
        let id = asked.transaction;
        let csr = asked.request_hash();
        let sender = asked.sender_hash();
        let mut named = Vec::with_capacity(endpoint.len() + id.len() + 80);
        for text in [endpoint, id] {
            named.extend_from_slice(&text.len().to_be_bytes());
            named.extend_from_slice(text.as_bytes());
        }
        named.extend_from_slice(&csr);
        named.extend_from_slice(&sender);
        let key = Transaction::key_of(asked.request.key());
        Transaction { id: id.to_owned(), key, csr, hash: TransactionHash(sha256(&named)) }
    }

    /// The name of a key in the store.
    #[must_use]
    pub fn key_of(key: &PublicKey) -> KeyHash {
        KeyHash(canonical(key).fingerprint())
    }
}

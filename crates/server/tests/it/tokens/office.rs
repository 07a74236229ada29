//! A world with its administrative API, tokens for it, and what is said of certificates.

use crate::world::World;
use chancery::authority::Ca;
use chancery::keys::SystemRandom;
use chancery::tokens::{Grant, Scope, TokenName, grant};
use pki::algorithm::Digest;
use pki::certificate::Certificate;
use pki::crl::Reason;
use pki::ocsp::{BasicResponse, CertId, CertStatus, OcspRequest};
use serde_json::Value;
use std::time::{Duration, Instant};

/// The token of the settings.
pub(crate) const CONFIGURED: &str = "0123456789abcdef0123456789abcdef";

/// An answer of the API.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) json: Value,
}

impl Answer {
    pub(crate) fn text(&self, member: &str) -> &str {
        self.json[member].as_str().unwrap_or_default()
    }
}

pub(crate) struct Office {
    pub(crate) world: World,
}

impl Office {
    /// With the configured token, too.
    pub(crate) async fn open() -> Office {
        Office::configured(|settings| settings).await
    }

    /// The same, with settings made of the usual ones.
    pub(crate) async fn configured(change: impl Fn(String) -> String) -> Office {
        let mut world = World::configured(change).await;
        world.home.add_admin_token(CONFIGURED);
        world.restart().await;
        Office { world }
    }

    pub(crate) fn now(&self) -> pki::Time {
        pki::Time::from_unix(self.world.clock.now())
    }

    /// A new token, good for so many seconds.
    pub(crate) async fn token(&self, name: &str, scopes: &[Scope], life: Option<i64>) -> String {
        let expires_at = life.map(|seconds| self.now().plus_seconds(seconds));
        let wanted = Grant { name: TokenName::parse(name).unwrap(), scopes: scopes.to_vec(), expires_at };
        let store = &*self.world.store;
        let text = grant(store, &mut SystemRandom, wanted, "test", self.now()).await.unwrap();
        text.reveal_secret().to_owned()
    }

    /// Calls the API.
    pub(crate) async fn call(&self, method: &str, path: &str, token: &str, body: &str) -> Answer {
        let url = format!("http://{}/api/v1/{path}", self.world.at.admin);
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let request = self.world.http.request(method, url).bearer_auth(token).body(body.to_owned());
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let refused = answer.headers()["content-type"] == "application/problem+json";
        assert_eq!(refused, status >= 400, "{status}");
        // Some routes give out files.
        let json = serde_json::from_slice(&answer.bytes().await.unwrap());
        Answer { status, json: if refused { json.unwrap() } else { json.unwrap_or_default() } }
    }

    /// Revokes by the API.
    pub(crate) async fn revoke(&self, certificate: &Certificate, token: &str, body: &str) -> Answer {
        self.call("POST", &format!("certificates/{}/revoke", certificate.serial()), token, body).await
    }

    /// The particulars of all audit rows of that kind.
    pub(crate) async fn audit(&self, kind: &str) -> Vec<Value> {
        let rows = self.world.store.audit(0, 100_000).await.unwrap();
        let rows = rows.iter().map(|row| serde_json::from_str::<Value>(&row.event).unwrap());
        rows.filter(|row| row["event"] == kind).map(|row| row["detail"].clone()).collect()
    }

    pub(crate) async fn enrolled(&self, name: &str) -> Certificate {
        let device = self.world.device(name);
        let challenge = self.world.challenge("once", None).await;
        let message = device.pkcs_req(&self.world, &device.csr(&challenge).signed(&device.key));
        device.opens(&self.world.post("once", message).await)
    }

    /// What OCSP says: `None` for good.
    pub(crate) async fn said(&self, certificate: &Certificate) -> Option<Reason> {
        let id = CertId::new(Digest::Sha1, self.world.issuing(), certificate.serial());
        let url = format!("http://{}/ocsp", self.world.at.scep);
        let answer = self.world.http.post(url).body(OcspRequest::plain(&id)).send().await.unwrap();
        let response = BasicResponse::parse(&answer.bytes().await.unwrap()).unwrap();
        let signer = self.world.authority.responder(Ca::Issuing).unwrap();
        response.verify_signed_by(signer.certificate.key()).unwrap();
        match response.responses[0].status {
            CertStatus::Good => None,
            CertStatus::Revoked { reason, .. } => Some(reason),
            CertStatus::Unknown => panic!("unknown"),
        }
    }

    /// Waits, for ten seconds at most, until OCSP says that.
    pub(crate) async fn until(&self, certificate: &Certificate, expected: Option<Reason>) {
        let began = Instant::now();
        while self.said(certificate).await != expected {
            assert!(began.elapsed().as_secs() < 10, "never {expected:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

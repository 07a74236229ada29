//! A browser of somebody who is signed in, as far as the server can tell.

use crate::world::World;
use chancery::people::{Login, RequestLimits, Role};
use chancery::store::{AuditEvent, NewPerson, NewSession, PersonId, SessionHash};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;

/// Follows no redirect.
pub(crate) fn client() -> Client {
    Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// A session's cookie.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) origin: String,
    pub(crate) cookie: String,
    pub(crate) csrf: String,
    client: Client,
}

/// SHA-256.
pub(crate) fn sha256(text: &str) -> [u8; 32] {
    pki::algorithm::sha256(text.as_bytes())
}

/// Somebody new, who cannot sign in by any means.
pub(crate) async fn person(world: &World, login: &str, role: Role) -> PersonId {
    let new = NewPerson {
        login: Login::parse(login).unwrap(),
        name: login.to_owned(),
        role,
        limits: RequestLimits::default(),
        elsewhere: None,
        event: AuditEvent::detail("{}".to_owned()),
        at: now(world),
    };
    world.store.put_person(new).await.unwrap().unwrap()
}

pub(crate) fn now(world: &World) -> pki::Time {
    pki::Time::from_unix(world.clock.now())
}

impl Browser {
    /// With a session that was made in the store.
    pub(crate) async fn of(world: &World, person: PersonId) -> Browser {
        let id = format!("session-{}-{}", person.0, world.store.audit_head().await.unwrap().sequence);
        let at = now(world);
        let row = NewSession {
            hash: SessionHash(sha256(&id)),
            person,
            how: "passkey",
            agent: "test".to_owned(),
            at,
            ends_at: at.plus_seconds(12 * 3600),
            event: AuditEvent::detail("{}".to_owned()),
        };
        assert!(world.store.put_session(row).await.unwrap());
        Browser::with(world, &id)
    }

    /// With this id in its cookie, and the token that follows from it.
    pub(crate) fn with(world: &World, id: &str) -> Browser {
        use base64::Engine as _;
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, id.as_bytes());
        let tag = aws_lc_rs::hmac::sign(&key, b"chancery, token against forged requests");
        let csrf = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(tag.as_ref());
        Browser {
            origin: format!("http://{}", world.at.admin),
            cookie: format!("chancery={id}"),
            csrf,
            client: client(),
        }
    }

    /// A request with the cookie and nothing that proves where it comes from.
    pub(crate) fn bare(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        self.client.request(method, format!("{}{path}", self.origin)).header("cookie", &self.cookie)
    }

    /// What a script of our own pages sends.
    pub(crate) fn own(&self, method: &str, path: &str) -> RequestBuilder {
        self.bare(method, path).header("origin", &self.origin).header("x-csrf-token", &self.csrf)
    }

    pub(crate) async fn get(&self, path: &str) -> u16 {
        self.bare("GET", path).send().await.unwrap().status().as_u16()
    }
}

/// Status and code of a refusal.
pub(crate) async fn refusal(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let json: Value = response.json().await.unwrap_or_default();
    (status, json["code"].as_str().unwrap_or_default().to_owned())
}

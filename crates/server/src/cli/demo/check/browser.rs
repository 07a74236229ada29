//! A browser: it opens pages, reads what they say, and sends their forms as they stand. Whoever it signs in came by a link.

use super::super::running::Running;
use super::html;
use super::verdict::{ensure, trouble};
use crate::clock::{Clock as _, SystemClock};
use crate::keys::SystemRandom;
use crate::people::{Role, first_link, six_digits};
use crate::portal::encoded;
use axum::http::Method;
use simulator::fleet::HttpClient;

/// What everybody here signs in by.
const PASSWORD: &str = "a long phrase of the check";

/// Somebody's browser, with the cookie of a session or without.
#[derive(Clone)]
pub(super) struct Browser {
    http: HttpClient,
    origin: String,
    cookie: String,
    csrf: String,
}

/// What came back.
pub(super) struct Page {
    pub(super) status: u16,
    /// Of a redirect, where it leads.
    pub(super) location: String,
    /// Of a file, how it is handed out.
    pub(super) disposition: String,
    pub(super) body: Vec<u8>,
    cookie: String,
}

impl Page {
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Browser {
    /// Nobody's.
    pub(super) fn stranger(http: &HttpClient, server: &Running) -> Browser {
        let origin = format!("http://{}", server.addresses.admin);
        Browser { http: http.clone(), origin, cookie: String::new(), csrf: String::new() }
    }

    /// The first owner's, who comes in by the link that the server prints at its start.
    pub(super) async fn first_owner(http: &HttpClient, server: &Running) -> Result<Browser, String> {
        let now = SystemClock.now();
        let link = first_link(&*server.store, &server.portal, now, &mut SystemRandom).await;
        let link = link.map_err(trouble)?.ok_or("somebody is an owner already")?;
        let stranger = Browser::stranger(http, server);
        stranger.moved_in(link.url.reveal_secret(), "ada").await
    }

    /// Somebody whom this one invites.
    pub(super) async fn invited(
        &self,
        login: &str,
        role: Role,
        limits: (&str, &str),
    ) -> Result<Browser, String> {
        let fields = [
            ("login", login),
            ("name", ""),
            ("role", role.as_str()),
            ("profiles", limits.0),
            ("names", limits.1),
        ];
        let page = self.send("/people", &fields).await?;
        let link = html::code(&page.text(), "link").ok_or_else(|| format!("no link: {}", page.status))?;
        let stranger = Browser { cookie: String::new(), csrf: String::new(), ..self.clone() };
        stranger.moved_in(&link, login).await
    }

    /// Uses a link, by password and code, as the page asks for them.
    async fn moved_in(self, link: &str, login: &str) -> Result<Browser, String> {
        let token = link.rsplit_once('#').map_or(link, |(_, token)| token);
        let page = self.send("/setup", &[("token", link)]).await?.text();
        let sealed = html::between(&page, "name=\"sealed\" value=\"", "\"").ok_or("the link is not taken")?;
        let secret = html::between(&page, "<fieldset>", "</fieldset>")
            .and_then(|part| html::between(part, "<code>", "</code>"))
            .ok_or("no secret for the app")?;
        let code = six_digits(&base32(secret), SystemClock.now().unix().div_euclid(30));
        let fields = [
            ("token", token),
            ("login", login),
            ("password", PASSWORD),
            ("again", PASSWORD),
            ("sealed", sealed),
            ("code", &code),
        ];
        let done = self.send("/setup/password", &fields).await?;
        ensure!(done.status == 200 && !done.cookie.is_empty(), "{login} did not come in: {}", done.status);
        let signed_in = Browser { cookie: done.cookie, ..self };
        let own = signed_in.page("/account").await?;
        let csrf = html::between(&own, "name=\"csrf\" value=\"", "\"").ok_or("the session has no forms")?;
        Ok(Browser { csrf: csrf.to_owned(), ..signed_in })
    }

    /// Opens an address of the portal.
    pub(super) async fn get(&self, path: &str) -> Result<Page, String> {
        self.told(Method::GET, path, ("text/html", String::new())).await
    }

    /// The text of a page that has to be there.
    pub(super) async fn page(&self, path: &str) -> Result<String, String> {
        let page = self.get(path).await?;
        ensure!(page.status == 200, "{path} answers {}", page.status);
        Ok(page.text())
    }

    /// Sends a form as a page of ours does.
    pub(super) async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Result<Page, String> {
        let all = fields.iter().copied().chain([("csrf", self.csrf.as_str())]);
        let pairs: Vec<String> =
            all.map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        self.told(Method::POST, path, ("application/x-www-form-urlencoded", pairs.join("&"))).await
    }

    /// Asks the API as a script of our own pages does; the body is JSON, or nothing.
    pub(super) async fn api(&self, method: Method, path: &str, body: &str) -> Result<(u16, String), String> {
        let path = format!("/api/v1/{path}");
        let page = self.told(method, &path, ("application/json", body.to_owned())).await?;
        Ok((page.status, page.text()))
    }

    async fn told(&self, method: Method, path: &str, (kind, body): (&str, String)) -> Result<Page, String> {
        let request = self.http.request(method, format!("{}{path}", self.origin)).body(body);
        let request = request.header("content-type", kind).header("accept-language", "en");
        let request = request.header("origin", &self.origin).header("sec-fetch-site", "same-origin");
        let request = request.header("x-csrf-token", &self.csrf);
        let request = if self.cookie.is_empty() { request } else { request.header("cookie", &self.cookie) };
        let answer = request.send().await.map_err(trouble)?;
        let head = |name: &str| {
            let value = answer.headers().get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let cookie = head("set-cookie").split(';').next().unwrap_or_default().to_owned();
        let (location, disposition) = (head("location"), head("content-disposition"));
        let status = answer.status().as_u16();
        let body = answer.bytes().await.map_err(trouble)?.to_vec();
        Ok(Page { status, location, disposition, body, cookie })
    }
}

/// RFC 4648 §6, as an app reads the secret that somebody types.
fn base32(text: &str) -> Vec<u8> {
    let (mut bits, mut held, mut octets) = (0_u32, 0_u32, Vec::new());
    let value = |letter: u8| b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|one| *one == letter);
    for five in text.bytes().filter_map(value) {
        bits = (bits << 5) | u32::try_from(five).unwrap_or_default();
        held += 5;
        if held >= 8 {
            held -= 8;
            octets.extend((bits >> held).to_be_bytes().last());
        }
    }
    octets
}

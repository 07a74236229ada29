//! The door: links, passwords with codes, throttling, and what a session is worth after its end (threat 85).

use super::browser::now;
use crate::world::World;
use chancery::keys::SystemRandom;
use chancery::people::{first_link, six_digits};
use chancery::store::{AuditEvent, PersonChange, PersonId};
use reqwest::Client;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// A browser that nobody is signed in with, until it keeps a cookie.
pub(crate) struct Guest {
    client: Client,
    base: String,
    host: String,
    pub(crate) origin: String,
    cookie: Option<String>,
    given: Mutex<Vec<String>>,
}

impl Guest {
    pub(crate) fn new(world: &World) -> Guest {
        let port = world.at.admin.port();
        Guest {
            client: super::browser::client(),
            base: format!("http://{}", world.at.admin),
            host: format!("localhost:{port}"),
            origin: format!("http://localhost:{port}"),
            cookie: None,
            given: Mutex::default(),
        }
    }

    /// Sends the cookie that was given last from now on.
    pub(crate) fn take_cookie(&mut self) -> Option<String> {
        self.take_cookies().pop()
    }

    /// Sends all that were given, but for those that were taken away.
    pub(crate) fn take_cookies(&mut self) -> Vec<String> {
        let given = std::mem::take(&mut *self.given.lock().unwrap());
        let kept = self.cookie.take().unwrap_or_default();
        let mut jar: BTreeMap<String, String> = kept
            .split("; ")
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let mut pairs = Vec::new();
        for cookie in given {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            pairs.push(format!("{name}={value}"));
            jar.remove(name);
            if !value.is_empty() {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
        let all: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        self.cookie = Some(all.join("; ")).filter(|all| !all.is_empty());
        pairs
    }

    fn asks(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base)).header("host", &self.host);
        match &self.cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        }
    }

    async fn told(&self, request: reqwest::RequestBuilder) -> (u16, String) {
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let cookies = answer.headers().get_all("set-cookie").iter();
        self.given.lock().unwrap().extend(cookies.map(|cookie| cookie.to_str().unwrap().to_owned()));
        if status == 303 {
            return (303, answer.headers()["location"].to_str().unwrap().to_owned());
        }
        (status, answer.text().await.unwrap())
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, String) {
        self.told(self.asks(reqwest::Method::GET, path)).await
    }

    /// Sends a form from a page of ours; where it leads, or the page.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let request = self.asks(reqwest::Method::POST, path);
        self.told(request.header("origin", &self.origin).header("sec-fetch-site", "same-origin").form(fields))
            .await
    }

    pub(crate) async fn json(&self, path: &str, fields: &[(&str, &str)]) -> Value {
        let (status, text) = self.post(path, fields).await;
        assert_eq!(status, 200, "{path}: {text}");
        serde_json::from_str(&text).unwrap()
    }
}

/// The token of the first owner's link, if there is to be one.
pub(crate) async fn link_of(world: &World) -> Option<String> {
    let made = first_link(&*world.store, "http://localhost", now(world), &mut SystemRandom).await.unwrap()?;
    Some(made.url.reveal_secret().rsplit_once('#').unwrap().1.to_owned())
}

pub(crate) async fn first_owner(world: &World) -> String {
    link_of(world).await.unwrap()
}

/// What stands in the page between these.
fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    page.split_once(before).unwrap_or_else(|| panic!("no {before}")).1.split_once(after).unwrap().0
}

/// RFC 4648 §6.
fn base32(text: &str) -> Vec<u8> {
    let (mut bits, mut held, mut octets) = (0_u32, 0, Vec::new());
    for letter in text.bytes() {
        let value = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|one| *one == letter).unwrap();
        bits = (bits << 5) | u32::try_from(value).unwrap();
        held += 5;
        if held >= 8 {
            held -= 8;
            octets.push(u8::try_from((bits >> held) & 0xff).unwrap());
        }
    }
    octets
}

pub(crate) const PASSWORD: &str = "correct horse battery";

/// An app for codes.
pub(crate) struct App(Vec<u8>);

impl App {
    pub(crate) fn code(&self, world: &World) -> String {
        six_digits(&self.0, world.clock.now().div_euclid(30))
    }
}

/// Makes `login` sign in by password, through the pages. Gives the app and the recovery codes; the guest is signed in.
pub(crate) async fn moved_in(
    world: &World,
    guest: &mut Guest,
    token: &str,
    login: &str,
) -> (App, Vec<String>) {
    let (status, page) = guest.post("/setup", &[("token", &format!("http://localhost/setup#{token}"))]).await;
    assert_eq!(status, 200);
    // The first owner alone is asked for a name, and goes on setting up.
    let onward = if page.contains("name=\"login\"") { "/setup/start" } else { "/" };
    let sealed = between(&page, "name=\"sealed\" value=\"", "\"").to_owned();
    let app = App(base32(between(between(&page, "<fieldset>", "</fieldset>"), "<code>", "</code>")));
    assert!(page.contains("<svg class=\"qr\""));
    let fields = |password: &'static str, code: String| {
        vec![
            ("token", token.to_owned()),
            ("login", login.to_owned()),
            ("password", password.to_owned()),
            ("again", password.to_owned()),
            ("sealed", sealed.clone()),
            ("code", code),
        ]
    };
    for (password, code, refused) in
        [("short", app.code(world), "CHY-6508"), (PASSWORD, "000".to_owned(), "CHY-6509")]
    {
        let fields = fields(password, code);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (status, page) = guest.post("/setup/password", &fields).await;
        assert!(status == 200 && page.contains(refused), "{refused}");
        assert!(page.contains(&sealed), "the same secret is offered again");
    }
    let fields = fields(PASSWORD, app.code(world));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let (status, page) = guest.post("/setup/password", &fields).await;
    assert_eq!(status, 200);
    let codes: Vec<String> =
        page.split("<li><code>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect();
    assert_eq!(codes.len(), 10, "{page}");
    assert!(page.contains(&format!("class=\"button\" href=\"{onward}\"")), "{onward}: {page}");
    assert!(guest.take_cookie().is_some());
    world.clock.advance(60);
    (app, codes)
}

async fn enter(guest: &Guest, login: &str, password: &str, code: &str) -> (u16, String) {
    guest
        .post("/sign-in", &[("login", login), ("password", password), ("code", code), ("to", "/account")])
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_owner_comes_in_by_the_link_once_and_within_an_hour() {
    let world = World::start().await;
    let (old, token) = (first_owner(&world).await, first_owner(&world).await);
    let mut guest = Guest::new(&world);
    for dead in [old.as_str(), "", "chl_AAAA", &format!("{token}A")] {
        let (status, page) = guest.post("/setup", &[("token", dead)]).await;
        assert!(status == 200 && page.contains("CHY-6506"), "{dead}");
    }
    world.clock.advance(3_599);
    assert!(guest.post("/setup", &[("token", &token)]).await.1.contains("name=\"sealed\""));
    world.clock.advance(1);
    assert!(guest.post("/setup", &[("token", &token)]).await.1.contains("CHY-6506"), "an hour is over");

    let token = first_owner(&world).await;
    moved_in(&world, &mut guest, &token, "Ada@example.com").await;
    let (status, page) = guest.get("/account").await;
    assert!(status == 200 && page.contains("ada@example.com"));
    assert!(guest.get("/people").await.1.contains("ada@example.com"));
    assert!(Guest::new(&world).post("/setup", &[("token", &token)]).await.1.contains("CHY-6506"), "used");
    assert!(link_of(&world).await.is_none());
    let audit = world.store.audit(0, 1_000).await.unwrap();
    assert!(!audit.iter().any(|row| row.event.contains(&token)));
    let kinds: Vec<&str> = audit.iter().map(|row| row.event.split('"').nth(3).unwrap()).collect();
    for kind in ["person.added", "credential.added", "session.opened"] {
        assert!(kinds.contains(&kind), "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_good_once_and_a_recovery_code_too() {
    let world = World::start().await;
    let mut guest = Guest::new(&world);
    let token = first_owner(&world).await;
    let (app, codes) = moved_in(&world, &mut guest, &token, "ada").await;
    let other = Guest::new(&world);
    let code = app.code(&world);
    assert_eq!(enter(&other, " ADA ", PASSWORD, &code).await, (303, "/account".to_owned()));
    assert_eq!(enter(&other, "ada", PASSWORD, &code).await.0, 200, "a code is good once");
    assert_eq!(enter(&other, "ada", PASSWORD, &codes[3].to_lowercase()).await.0, 303);
    assert_eq!(enter(&other, "ada", PASSWORD, &codes[3]).await.0, 200, "so is a recovery code");
    assert_eq!(enter(&other, "ada", "wrong horse battery", &codes[4]).await.0, 200);
    assert_eq!(enter(&other, "ada", PASSWORD, &codes[4]).await.0, 303, "a wrong password spent nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_login_password_and_code_look_alike_and_are_throttled_through_a_restart() {
    let mut world = World::start().await;
    let mut guest = Guest::new(&world);
    let token = first_owner(&world).await;
    let (app, _) = moved_in(&world, &mut guest, &token, "ada").await;
    let stranger = Guest::new(&world);
    let mut pages = Vec::new();
    for (login, password, code) in [
        ("nobody", PASSWORD, app.code(&world)),
        ("ada", "wrong horse battery", app.code(&world)),
        ("ada", PASSWORD, "000000".to_owned()),
        ("", "", String::new()),
        ("ada'--", PASSWORD, app.code(&world)),
    ] {
        let (status, page) = enter(&stranger, login, password, &code).await;
        assert!(status == 200 && page.contains("CHY-6504"), "{login}");
        pages.push(page);
    }
    assert!(pages.iter().all(|page| *page == pages[0]), "nothing tells which was wrong");
    for login in ["ada", "nobody"] {
        for _ in 0..9 {
            enter(&stranger, login, "wrong horse battery", "000000").await;
        }
        let (status, page) = enter(&stranger, login, PASSWORD, &app.code(&world)).await;
        assert!(status == 200 && page.contains("CHY-6505"), "{login} is locked, whether there is one or not");
    }
    world.restart().await;
    let stranger = Guest::new(&world);
    assert!(
        enter(&stranger, "ada", PASSWORD, &app.code(&world)).await.1.contains("CHY-6505"),
        "a restart gives no new tries"
    );
    world.clock.advance(300);
    assert_eq!(enter(&stranger, "ada", PASSWORD, &app.code(&world)).await.0, 303, "the lock ends");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t85_signing_in_gives_a_new_id_and_signing_out_ends_the_old_one() {
    let world = World::start().await;
    let mut guest = Guest::new(&world);
    let token = first_owner(&world).await;
    let (app, _) = moved_in(&world, &mut guest, &token, "ada").await;
    let first = guest.cookie.clone().unwrap();
    // A cookie that somebody planted is not adopted.
    let mut planted = Guest { cookie: Some("chancery=planted-by-somebody".to_owned()), ..Guest::new(&world) };
    assert_eq!(enter(&planted, "ada", PASSWORD, &app.code(&world)).await.0, 303);
    let second = planted.take_cookie().unwrap();
    assert_ne!(second, "chancery=planted-by-somebody");
    assert_ne!(second, first);
    assert_eq!((guest.get("/account").await.0, planted.get("/account").await.0), (200, 200));

    let csrf = between(&guest.get("/account").await.1, "name=\"csrf\" value=\"", "\"").to_owned();
    assert_eq!(guest.post("/sign-out", &[]).await.0, 403, "a form without the session's token");
    assert_eq!(guest.post("/sign-out", &[("csrf", &csrf)]).await, (303, "/sign-in".to_owned()));
    let (status, to) = guest.get("/account").await;
    assert_eq!((status, to.as_str()), (303, "/sign-in?to=%2Faccount"), "the stolen cookie is worth nothing");
    assert_eq!(planted.get("/account").await.0, 200, "control: the other session goes on");
    let csrf = between(&planted.get("/account").await.1, "name=\"csrf\" value=\"", "\"").to_owned();
    assert_eq!(planted.post("/account/sessions/end", &[("csrf", &csrf)]).await.0, 303);
    assert_eq!(planted.get("/account").await.0, 303, "signed out everywhere");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t85_how_somebody_signs_in_is_changed_soon_after_signing_in_alone() {
    let world = World::start().await;
    let mut guest = Guest::new(&world);
    let token = first_owner(&world).await;
    moved_in(&world, &mut guest, &token, "ada").await;
    let csrf = between(&guest.get("/account").await.1, "name=\"csrf\" value=\"", "\"").to_owned();
    let fields = [("csrf", csrf.as_str())];
    let options = || guest.post("/account/passkeys/options", &fields);
    assert_eq!(options().await.0, 200, "control");
    world.clock.advance(900);
    let (status, page) = options().await;
    assert!(status == 403 && page.contains("CHY-6519"), "{status}");
    let (status, page) = guest
        .post("/account/password", &[("csrf", &csrf), ("password", PASSWORD), ("again", PASSWORD)])
        .await;
    assert!(status == 200 && page.contains("CHY-6519"), "{status}");
    assert_eq!(guest.get("/account").await.0, 200, "all else goes on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_locked_out_is_told_what_a_stranger_is_and_a_return_path_stays_here() {
    let world = World::start().await;
    let mut guest = Guest::new(&world);
    let token = first_owner(&world).await;
    let (app, codes) = moved_in(&world, &mut guest, &token, "ada").await;
    for elsewhere in ["//evil.test", "https://evil.test", "/\\evil.test", "/\t/evil.test"] {
        world.clock.advance(30);
        let code = app.code(&world);
        let fields = [("login", "ada"), ("password", PASSWORD), ("code", &code), ("to", elsewhere)];
        let other = Guest::new(&world);
        assert_eq!(other.post("/sign-in", &fields).await, (303, "/".to_owned()), "{elsewhere}");
        assert_eq!(guest.get(&format!("/sign-in?to={elsewhere}")).await, (303, "/".to_owned()));
    }
    // Another owner, so that this one can be locked out.
    let lock = PersonChange { locked: Some(true), ..PersonChange::default() };
    let event = || AuditEvent::new("person.changed", "{}".to_owned());
    let second = super::browser::person(&world, "second", chancery::people::Role::Owner).await;
    let row = chancery::store::PasswordRow { password: "x".to_owned(), totp: vec![1] };
    let credential = chancery::store::Credential::Password { row, step: 0, recovery: Vec::new() };
    world.store.put_credential(second, credential, event(), now(&world)).await.unwrap();
    world.store.change_person(PersonId(1), lock, event(), now(&world)).await.unwrap();
    assert_eq!(guest.get("/account").await.0, 303);
    let (status, page) = enter(&guest, "ada", PASSWORD, &codes[0]).await;
    assert!(status == 200 && page.contains("CHY-6504"));
}

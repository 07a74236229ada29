//! A line to Graph for whoever administers the tenant: as the application, or as a person who signs in by device code.

use super::super::refusal::Refusal;
use super::settings::{IntuneSettings, SettingsError};
use super::token_source::{Proof, TokenSource};
use super::trouble::{Remedy, Trouble};
pub(crate) use super::wire::Reply;
use super::wire::{ANSWER_LIMIT, Hop, Observe, Wire, guid};
use crate::explanation::administrator;
use mdm::entra::{
    self, DeviceCode, Poll, Secret, TokenResponse, delegated_scope, device_code, device_code_endpoint,
    graph_scope, token_endpoint,
};
use mdm::intune::header;
use reqwest::{Method, Url};
use serde_json::Value;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

use super::fence::Fence;

/// The largest page that is read: certificates travel in configuration profiles.
const PAGE_LIMIT: usize = 16 * 1024 * 1024;

/// Shows a person where to sign in, and with which code.
pub type Show<'a> = &'a (dyn Fn(&str, &str) + Send + Sync);

/// Who administers.
pub enum Who<'a> {
    /// The application, by its credential.
    Application,
    /// A person who signs in, and has these permissions.
    Person {
        /// Delegated permissions, such as `Group.Read.All`.
        permissions: &'a [&'a str],
        /// Shows where, and the code.
        show: Show<'a>,
    },
}

enum Access {
    Application(Box<TokenSource>),
    /// Kept in memory alone, for as long as the command runs.
    Person(Secret),
}

/// A line that is open.
pub(crate) struct GraphLine {
    wire: Arc<Wire>,
    base: String,
    access: Access,
    call_timeout: Duration,
    retry_pause: Duration,
}

impl fmt::Debug for GraphLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GraphLine({})", self.base)
    }
}

fn unusable(error: &SettingsError) -> Refusal {
    Refusal::without_request(administrator::ENDPOINT, format!("The connection cannot work: {error}."))
}

impl GraphLine {
    /// Opens it; a person is waited for.
    pub(crate) async fn open(
        settings: &IntuneSettings,
        who: Who<'_>,
        observe: Option<Observe>,
    ) -> Result<Self, Refusal> {
        let wire = Arc::new(Wire::new(settings, observe).map_err(|error| unusable(&error))?);
        let fenced = Fence::new(settings).configured(&settings.cloud.graph);
        let base = fenced.map_err(|error| unusable(&error))?.as_str().trim_end_matches('/').to_owned();
        let access = match who {
            Who::Application => {
                let proof = Arc::new(Proof::new(&settings.credential).map_err(|error| unusable(&error))?);
                let scope = graph_scope(&settings.cloud.graph);
                let tokens = TokenSource::new(settings, scope, proof, Arc::clone(&wire));
                Access::Application(Box::new(tokens.map_err(|error| unusable(&error))?))
            }
            Who::Person { permissions, show } => {
                let scope = delegated_scope(&settings.cloud.graph, permissions);
                Access::Person(SignIn { settings, wire: &wire }.token(&scope, show).await?)
            }
        };
        let (call_timeout, retry_pause) = (settings.call_timeout, settings.retry_pause);
        Ok(Self { wire, base, access, call_timeout, retry_pause })
    }

    /// Graph's base URL, without a slash at its end.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Reads, a second time where that may help.
    pub(crate) async fn get(&self, url: &str) -> Result<Reply, Refusal> {
        self.exchanged(&Method::GET, url, None).await
    }

    /// Writes. What Graph may have done already is not repeated: a second POST makes a second profile.
    pub(crate) async fn send(&self, method: &str, path: &str, body: &Value) -> Result<Reply, Refusal> {
        let method = if method == "PATCH" { Method::PATCH } else { Method::POST };
        let octets = serde_json::to_vec(body).map_err(|_| ours("the body could not be written"))?;
        self.exchanged(&method, &format!("{}/{path}", self.base), Some(octets)).await
    }

    async fn exchanged(&self, method: &Method, url: &str, body: Option<Vec<u8>>) -> Result<Reply, Refusal> {
        let first = self.once(method, url, body.clone()).await;
        let (hop, trouble) = match &first {
            Ok(reply) if (200..=299).contains(&reply.status) => {
                return first.map_err(|(_, why)| why.refusal(Hop::Graph));
            }
            Ok(reply) => (Hop::Graph, Trouble::status(reply)),
            Err((hop, trouble)) => (*hop, trouble.clone()),
        };
        let untouched = match &trouble {
            Trouble::Status(status) => matches!(status.number, 401 | 429),
            Trouble::Dns | Trouble::Connect(_) | Trouble::Tls(_) => true,
            _ => false,
        };
        let again = method == Method::GET || untouched;
        match trouble.remedy() {
            Remedy::Again(wait) if again => sleep(wait.unwrap_or(self.retry_pause)).await,
            Remedy::NewToken if again => {}
            _ => return first.map_err(|_| trouble.refusal(hop)),
        }
        self.once(method, url, body).await.map_err(|(hop, trouble)| trouble.refusal(hop))
    }

    async fn once(&self, method: &Method, url: &str, body: Option<Vec<u8>>) -> Result<Reply, (Hop, Trouble)> {
        let lost = |trouble| (Hop::Graph, trouble);
        let deadline = Instant::now() + self.call_timeout;
        let token = match &self.access {
            Access::Person(token) => token.clone(),
            Access::Application(tokens) => {
                tokens.token(deadline).await.map_err(|trouble| (Hop::Entra, trouble))?
            }
        };
        let id = guid().map_err(lost)?;
        let mut request = self.wire.client().request(method.clone(), url).bearer_auth(token.expose());
        request = request.header(header::CLIENT_REQUEST_ID, id).header("accept", "application/json");
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        let mut reply = self.wire.exchange(Hop::Graph, request, PAGE_LIMIT, deadline).await.map_err(lost)?;
        if let (401 | 403, Access::Application(tokens)) = (reply.status, &self.access) {
            // One minted before consent lacks the role until it expires (contract §2).
            tokens.forget(&token).await;
        }
        if reply.status >= 300 {
            reply.body = without(&reply.body, token.expose());
        }
        Ok(reply)
    }
}

fn ours(why: &'static str) -> Refusal {
    Trouble::Ours(why).refusal(Hop::Graph)
}

/// Whatever a far end echoes: the token is told to nobody.
fn without(body: &[u8], token: &str) -> Vec<u8> {
    String::from_utf8_lossy(body).replace(token, "(token left out)").into_bytes()
}

/// A sign-in by device code (RFC 8628).
struct SignIn<'a> {
    settings: &'a IntuneSettings,
    wire: &'a Wire,
}

impl SignIn<'_> {
    async fn token(&self, scope: &str, show: Show<'_>) -> Result<Secret, Refusal> {
        let (cloud, tenant) = (&self.settings.cloud, &self.settings.tenant);
        let begun = self.begin(&device_code_endpoint(&cloud.authority, tenant), scope).await?;
        show(&begun.verification_uri, &begun.user_code);
        let endpoint = self.fenced(&token_endpoint(&cloud.authority, tenant))?;
        let form = device_code::poll_form(&self.settings.client_id, &begun.device_code);
        let end = Instant::now() + Duration::from_secs(begun.expires_in.min(3600));
        let mut interval = begun.interval.min(60);
        while Instant::now() < end {
            sleep(Duration::from_secs(interval)).await;
            let reply = self.post(&endpoint, &form).await?;
            if reply.status == 200 {
                let read = TokenResponse::parse(&reply.body);
                let unreadable =
                    |error: entra::token::UnreadableToken| Trouble::Unreadable(error.to_string());
                return read
                    .map(|read| read.access_token)
                    .map_err(|error| unreadable(error).refusal(Hop::Entra));
            }
            match Poll::of(&reply.body) {
                Poll::Pending => {}
                Poll::SlowDown => interval += device_code::SLOWER_BY,
                Poll::Denied => return Err(ended("whoever signed in said no")),
                Poll::Expired => break,
                Poll::Refused => return Err(Trouble::status(&reply).refusal(Hop::Entra)),
            }
        }
        Err(ended("nobody entered the code before it ended"))
    }

    async fn begin(&self, endpoint: &str, scope: &str) -> Result<DeviceCode, Refusal> {
        let form = device_code::device_code_form(&self.settings.client_id, scope);
        let reply = self.post(&self.fenced(endpoint)?, &form).await?;
        if reply.status != 200 {
            return Err(Trouble::status(&reply).refusal(Hop::Entra));
        }
        let unreadable = || Trouble::Unreadable("it is not a device code".into()).refusal(Hop::Entra);
        DeviceCode::parse(&reply.body).ok_or_else(unreadable)
    }

    async fn post(&self, endpoint: &Url, form: &[(&str, &str)]) -> Result<Reply, Refusal> {
        let id = guid().map_err(|trouble| trouble.refusal(Hop::Entra))?;
        let request = self.wire.client().post(endpoint.clone()).header("accept", "application/json");
        let request = request.header(header::CLIENT_REQUEST_ID, id).form(form);
        let deadline = Instant::now() + self.settings.call_timeout;
        let answered = self.wire.exchange(Hop::Entra, request, ANSWER_LIMIT, deadline).await;
        answered.map_err(|trouble| trouble.refusal(Hop::Entra))
    }

    fn fenced(&self, url: &str) -> Result<Url, Refusal> {
        Fence::new(self.settings).configured(url).map_err(|error| unusable(&error))
    }
}

fn ended(why: &str) -> Refusal {
    Refusal::without_request(administrator::SIGN_IN, format!("The sign-in came to nothing: {why}."))
}

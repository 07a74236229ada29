//! Where Intune's service for this tenant is, asked of Graph and believed for a while (contract §4).

use super::fence::Fence;
use super::settings::{IntuneSettings, SettingsError};
use super::token_source::TokenSource;
use super::trouble::{Remedy, Trouble};
use super::wire::{Hop, PAGE_LIMIT, Wire, guid};
use mdm::graph::{self, Endpoints};
use mdm::intune::header;
use reqwest::Url;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, timeout_at};

/// More pages than any tenant has.
const MOST_PAGES: usize = 20;

/// The address of one of Intune's services.
#[derive(Debug)]
pub(super) struct Discovery {
    wire: Arc<Wire>,
    tokens: TokenSource,
    fence: Fence,
    first_page: Url,
    ttl: Duration,
    retry_pause: Duration,
    service: &'static str,
    kept: Mutex<Option<(Url, Instant)>>,
}

/// Trouble, and at which of the two hops.
pub(super) type Lost = (Hop, Trouble);

impl Discovery {
    pub(super) fn new(
        settings: &IntuneSettings,
        tokens: TokenSource,
        wire: Arc<Wire>,
        service: &'static str,
    ) -> Result<Self, SettingsError> {
        let guid_like = |id: &str| id.len() == 36 && id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
        if !guid_like(&settings.intune_app_id) {
            return Err(SettingsError::IntuneAppId);
        }
        let fence = Fence::new(settings);
        let first_page =
            fence.configured(&graph::endpoints_url(&settings.cloud.graph, &settings.intune_app_id))?;
        let (ttl, retry_pause) = (settings.discovery_ttl, settings.retry_pause);
        Ok(Self { wire, tokens, fence, first_page, ttl, retry_pause, service, kept: Mutex::default() })
    }

    /// The address; callers at the same time share one request.
    pub(super) async fn address(&self, deadline: Instant) -> Result<Url, Lost> {
        let lock = timeout_at(deadline, self.kept.lock()).await;
        let mut kept = lock.map_err(|_| (Hop::Graph, Trouble::Timeout))?;
        if let Some((url, _)) = kept.as_ref().filter(|(_, until)| Instant::now() < *until) {
            return Ok(url.clone());
        }
        *kept = None;
        let url = self.discover(deadline).await?;
        *kept = Some((url.clone(), Instant::now() + self.ttl));
        Ok(url)
    }

    /// Forgets this address, unless another has taken its place.
    pub(super) async fn forget(&self, address: &Url) {
        let mut kept = self.kept.lock().await;
        if kept.as_ref().is_some_and(|(url, _)| url == address) {
            *kept = None;
        }
    }

    async fn discover(&self, deadline: Instant) -> Result<Url, Lost> {
        let mut page = self.first_page.clone();
        for _ in 0..MOST_PAGES {
            let list = self.page(&page, deadline).await?;
            if let Some(uri) = list.find(self.service) {
                return self.fence.discovered(uri).ok_or_else(|| (Hop::Graph, disallowed(uri)));
            }
            let Some(link) = list.next_link else { break };
            page = self
                .fence
                .next_page(&self.first_page, &link)
                .ok_or_else(|| (Hop::Graph, disallowed(&link)))?;
        }
        Err((Hop::Graph, Trouble::NoService))
    }

    /// One page, asked for at most twice.
    async fn page(&self, url: &Url, deadline: Instant) -> Result<Endpoints, Lost> {
        let mut again = true;
        loop {
            let token = self.tokens.token(deadline).await.map_err(|trouble| (Hop::Entra, trouble))?;
            let request = self.wire.client().get(url.clone()).bearer_auth(token.expose());
            let id = guid().map_err(|trouble| (Hop::Graph, trouble))?;
            let request = request.header(header::CLIENT_REQUEST_ID, id).header("accept", "application/json");
            let trouble = match self.wire.exchange(Hop::Graph, request, PAGE_LIMIT, deadline).await {
                Ok(reply) if reply.status == 200 => {
                    return read(&reply.body).map_err(|trouble| (Hop::Graph, trouble));
                }
                Ok(reply) => Trouble::status(&reply),
                Err(trouble) => trouble,
            };
            // A token minted before consent lacks the role until it expires (contract §2).
            if matches!(&trouble, Trouble::Status(status) if matches!(status.number, 401 | 403)) {
                self.tokens.forget(&token).await;
            }
            match trouble.remedy() {
                Remedy::Again(wait) if again => sleep(wait.unwrap_or(self.retry_pause)).await,
                Remedy::NewToken if again => {}
                _ => return Err((Hop::Graph, trouble)),
            }
            again = false;
        }
    }
}

fn read(body: &[u8]) -> Result<Endpoints, Trouble> {
    Endpoints::parse(body).map_err(|_| Trouble::Unreadable("it is not a list of endpoints".into()))
}

fn disallowed(url: &str) -> Trouble {
    // Without its query, where a page's token stands.
    let bare = url.split(['?', '#']).next().unwrap_or_default();
    Trouble::Disallowed(super::super::refusal::shown(bare, 200))
}

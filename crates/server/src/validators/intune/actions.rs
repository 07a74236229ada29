//! ScepActions: one call, from its turn to its answer.

use super::super::refusal::{Refusal, RefusalCode, Retry, shown};
use super::breaker::Breaker;
use super::discovery::Discovery;
use super::mismatch;
use super::settings::{Credential, IntuneSettings, SettingsError};
use super::token_source::{Proof, TokenSource};
use super::trouble::{Remedy, Trouble};
use super::wire::{ANSWER_LIMIT, Hop, Observe, Wire, guid};
use crate::explanation::Compared;
use mdm::entra::{Secret, graph_scope, intune_scope};
use mdm::intune::{API_VERSION, Action, Answer, ResultCode, SCEP_SERVICE, header};
use reqwest::Url;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout_at};

/// All calls to Intune go through here.
#[derive(Debug)]
pub(super) struct Actions {
    wire: Arc<Wire>,
    discovery: Discovery,
    tokens: TokenSource,
    validations: Semaphore,
    notifications: Semaphore,
    breaker: Breaker,
    settings: IntuneSettings,
}

/// How a call ended without `Success`.
enum Ended {
    Refused(Refusal),
    Lost(Hop, Trouble),
}

impl Actions {
    pub(super) fn new(settings: IntuneSettings, observe: Option<Observe>) -> Result<Self, SettingsError> {
        let visible = settings.provider.bytes().all(|b| b == b' ' || b.is_ascii_graphic());
        if !visible || settings.provider.trim().is_empty() {
            return Err(SettingsError::Provider);
        }
        if settings.concurrency == 0 {
            return Err(SettingsError::Concurrency);
        }
        let wire = Arc::new(Wire::new(&settings, observe)?);
        let proof = Arc::new(Proof::new(&settings.credential)?);
        let source = |scope| TokenSource::new(&settings, scope, Arc::clone(&proof), Arc::clone(&wire));
        let graph_tokens = source(graph_scope(&settings.cloud.graph))?;
        let tokens = source(intune_scope(&settings.cloud.intune_resource))?;
        let discovery = Discovery::new(&settings, graph_tokens, Arc::clone(&wire), SCEP_SERVICE)?;
        let turns = || Semaphore::new(settings.concurrency.min(Semaphore::MAX_PERMITS));
        let (validations, notifications) = (turns(), turns());
        let breaker = Breaker::new(settings.breaker);
        Ok(Self { wire, discovery, tokens, validations, notifications, breaker, settings })
    }

    /// `Ok` on 2xx with the code `Success`, and on nothing else.
    pub(super) async fn call(
        &self,
        action: Action,
        body: &impl Serialize,
        deadline: Instant,
    ) -> Result<(), Refusal> {
        let ended = self.in_turn(action, body, deadline).await;
        match &ended {
            // Not sent: says nothing about the service.
            Err(Ended::Lost(_, Trouble::Busy | Trouble::Resting | Trouble::Ours(_))) => {}
            Err(Ended::Lost(_, trouble)) => self.breaker.record(!trouble.strains(), Instant::now()),
            Ok(()) | Err(Ended::Refused(_)) => self.breaker.record(true, Instant::now()),
        }
        ended.map_err(|ended| match ended {
            Ended::Refused(refusal) => self.scrubbed(refusal),
            Ended::Lost(hop, trouble) => self.scrubbed(trouble.refusal(hop)),
        })
    }

    pub(super) async fn check(&self, deadline: Instant) -> Result<String, Refusal> {
        let lost = |hop| move |trouble: Trouble| self.scrubbed(trouble.refusal(hop));
        let found = self.discovery.address(deadline).await;
        let address = found.map_err(|(hop, trouble)| lost(hop)(trouble))?;
        self.tokens.token(deadline).await.map_err(lost(Hop::Entra))?;
        Ok(address.to_string())
    }

    /// Within the bulkhead: a service that hangs holds so many calls and no more (threat 21).
    async fn in_turn(&self, action: Action, body: &impl Serialize, deadline: Instant) -> Result<(), Ended> {
        let lost = |trouble| Ended::Lost(Hop::Intune, trouble);
        let started = Instant::now();
        let deadline = deadline.min(started + self.settings.call_timeout);
        // Notifications are about certificates that exist already: they are always tried.
        let (turns, optional) = match action {
            Action::ValidateRequest => (&self.validations, true),
            Action::SuccessNotification | Action::FailureNotification => (&self.notifications, false),
        };
        let waiting = timeout_at(deadline.min(started + self.settings.queue_timeout), turns.acquire());
        let _turn = waiting.await.map_err(|_| lost(Trouble::Busy))?.map_err(|_| lost(Trouble::Busy))?;
        if optional && !self.breaker.admits(Instant::now()) {
            return Err(lost(Trouble::Resting));
        }
        let body =
            serde_json::to_vec(body).map_err(|_| lost(Trouble::Ours("the body could not be written")))?;
        timeout_at(deadline, self.tried(action, &body, deadline)).await.unwrap_or(Err(lost(Trouble::Timeout)))
    }

    /// At most two attempts. Only validateRequest asks Graph for a new address between them (contract §4).
    async fn tried(&self, action: Action, body: &[u8], deadline: Instant) -> Result<(), Ended> {
        let mut known: Option<Url> = None;
        let mut again = true;
        loop {
            let address = match known.take() {
                Some(address) => address,
                None => self
                    .discovery
                    .address(deadline)
                    .await
                    .map_err(|(hop, trouble)| Ended::Lost(hop, trouble))?,
            };
            let token =
                self.tokens.token(deadline).await.map_err(|trouble| Ended::Lost(Hop::Entra, trouble))?;
            let trouble = match self.attempt(action, &address, &token, body, deadline).await {
                Err(Ended::Lost(Hop::Intune, trouble)) => trouble,
                ended => return ended,
            };
            self.forget(&trouble, &address, &token).await;
            match trouble.remedy_for(action) {
                Remedy::Again(wait) if again => sleep(wait.unwrap_or(self.settings.retry_pause)).await,
                Remedy::NewToken if again => {}
                _ => return Err(Ended::Lost(Hop::Intune, trouble)),
            }
            again = false;
            known = (action != Action::ValidateRequest).then_some(address);
        }
    }

    /// What this trouble makes doubtful is asked for anew next time.
    async fn forget(&self, trouble: &Trouble, address: &Url, token: &Secret) {
        if trouble.stale_address() {
            self.discovery.forget(address).await;
        }
        if matches!(trouble, Trouble::Status(status) if matches!(status.number, 401 | 403)) {
            self.tokens.forget(token).await;
        }
    }

    async fn attempt(
        &self,
        action: Action,
        address: &Url,
        token: &Secret,
        body: &[u8],
        deadline: Instant,
    ) -> Result<(), Ended> {
        let lost = |trouble| Ended::Lost(Hop::Intune, trouble);
        let activity = guid().map_err(lost)?;
        let request = self
            .wire
            .client()
            .post(action.url(address.as_str()))
            .bearer_auth(token.expose())
            .header("content-type", "application/json")
            .header("accept", "application/json")
            .header(header::CLIENT_REQUEST_ID, &activity)
            .header(header::API_VERSION, API_VERSION)
            .header(header::USER_AGENT_SIC, &self.settings.provider)
            .body(body.to_vec());
        let reply = self.wire.exchange(Hop::Intune, request, ANSWER_LIMIT, deadline).await.map_err(lost)?;
        tracing::debug!(action = action.segment(), activity, status = reply.status, "Intune answered");
        if !(200..=299).contains(&reply.status) {
            return Err(lost(Trouble::status(&reply)));
        }
        let unreadable = |_| lost(Trouble::Unreadable("it is not an object with one code".into()));
        believed(&Answer::parse(&reply.body).map_err(unreadable)?, action, &activity).map_err(Ended::Refused)
    }

    /// Whatever a far end echoed: our secret stands in no refusal.
    fn scrubbed(&self, mut refusal: Refusal) -> Refusal {
        if let Credential::Secret(secret) = &self.settings.credential
            && !secret.expose().is_empty()
        {
            let scrub = |text: &mut String| *text = text.replace(secret.expose(), "(secret left out)");
            scrub(&mut refusal.operator);
            if let Compared::Sides(sides) = &mut refusal.compared {
                scrub(&mut sides.expected);
                scrub(&mut sides.found);
            }
        }
        refusal
    }
}

/// The one place where an answer becomes a yes.
fn believed(answer: &Answer, action: Action, activity: &str) -> Result<(), Refusal> {
    if answer.code == ResultCode::Success {
        return Ok(());
    }
    let said = shown(answer.error_description.as_deref().unwrap_or_default(), 300);
    let (call, code) = (action.segment(), &answer.code);
    let Some(words) = answer.code.explanation() else {
        return Err(Trouble::Ours("a code without explanation").refusal(Hop::Intune));
    };
    let operator =
        format!("{} Intune answered {call} with {code}, activity {activity}: {said}", words.operator);
    Err(Refusal {
        code: RefusalCode(words.number),
        public: words.public,
        operator,
        compared: mismatch::compared(&answer.code, words.public, &said),
        fix: words.fix,
        fail_info: words.fail_info,
        retry: if matches!(answer.code, ResultCode::Unknown(_)) {
            Retry::Later(Duration::from_secs(60))
        } else {
            Retry::NewChallenge
        },
        security_event: words.security_event,
    })
}

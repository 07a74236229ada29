//! The making of messages before the clock runs.

use hyper::body::Bytes;
use pki::name::Name;
use reqwest::Url;
use scep::Capability;
use scep::client::get_url;

use super::{DriveError, DriverOptions};
use crate::clock::Clock;
use crate::fleet::{
    DeviceKey, Handset, Introduction, Prepared, RequestPlan, Style, Target, http_client, style,
};
use crate::tenant::{Device, Platform, San, SanKind};

/// One HTTP request, ready to go.
#[derive(Clone, Debug)]
pub struct Charge {
    /// Path and query.
    pub target: String,
    /// The body, for POST; none for GET.
    pub body: Option<Bytes>,
    /// User-Agent.
    pub user_agent: &'static str,
}

/// Messages, and what is needed to read the replies.
pub struct Loaded {
    pub(super) introductions: Vec<(Platform, Introduction)>,
    pub(super) messages: Vec<(Platform, Charge, Prepared)>,
}

/// `count` plans with that challenge, each for another device: `CN=load-00001`.
#[must_use]
pub fn plans_with_challenge(challenge: &str, count: usize) -> Vec<RequestPlan> {
    (1..=count)
        .map(|number| RequestPlan {
            subject: Name::from_pairs(&[(pki::oid::CN, &format!("load-{number:06}"))]),
            sans: vec![San::new(SanKind::Dns, format!("load-{number:06}.sim.example"))],
            key_usage: 160,
            extended_key_usages: vec!["1.3.6.1.5.5.7.3.2".into()],
            challenge: Some(challenge.to_owned()),
            extensions: Vec::new(),
        })
        .collect()
}

impl Loaded {
    /// Asks the server for its certificates and makes one message of each plan with the key beside it.
    ///
    /// # Errors
    /// The server cannot be asked, or a message cannot be made.
    pub async fn prepare(
        options: &DriverOptions,
        plans: Vec<(RequestPlan, DeviceKey)>,
    ) -> Result<Self, DriveError> {
        let platforms =
            if options.platforms.is_empty() { vec![Platform::Windows] } else { options.platforms.clone() };
        let http =
            http_client(options.root_pem.as_deref()).map_err(|error| DriveError::Root(error.to_string()))?;
        let target = Target::at(options.url.clone());
        let mut introductions = Vec::new();
        for platform in platforms {
            let device = nobody(platform);
            let handset = handset(&device, &http, &target);
            introductions.push((platform, handset.introduce().await?));
        }
        let by_get = options.by_get;
        // The signatures take seconds; the runtime's threads have other work.
        tokio::task::spawn_blocking(move || make(introductions, &plans, &http, &target, by_get))
            .await
            .map_err(|_| DriveError::Interrupted)?
    }

    /// Messages.
    #[must_use]
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    pub(super) fn charge(&self, at: usize) -> Option<&Charge> {
        self.messages.get(at).map(|(_, charge, _)| charge)
    }

    /// Octets of all messages.
    #[must_use]
    pub fn octets(&self) -> usize {
        self.messages.iter().map(|(_, _, prepared)| prepared.message.len()).sum()
    }
}

type Introductions = Vec<(Platform, Introduction)>;
type Message = (Platform, Charge, Prepared);

/// Makes the messages on all cores.
fn make(
    introductions: Introductions,
    plans: &[(RequestPlan, DeviceKey)],
    http: &reqwest::Client,
    target: &Target,
    by_get: bool,
) -> Result<Loaded, DriveError> {
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let share = plans.len().div_ceil(workers).max(1);
    let to = &introductions;
    let some = |chunk: &[(RequestPlan, DeviceKey)]| -> Result<Vec<Message>, DriveError> {
        chunk
            .iter()
            .zip(to.iter().cycle())
            .map(|(plan, to)| message(plan, to, http, target, by_get))
            .collect()
    };
    let messages = std::thread::scope(|scope| {
        let threads: Vec<_> = plans.chunks(share).map(|chunk| scope.spawn(|| some(chunk))).collect();
        let joined = threads.into_iter().map(|thread| thread.join().map_err(|_| DriveError::Interrupted)?);
        joined.collect::<Result<Vec<_>, DriveError>>()
    })?;
    Ok(Loaded { introductions, messages: messages.into_iter().flatten().collect() })
}

fn message(
    (plan, key): &(RequestPlan, DeviceKey),
    (platform, to): &(Platform, Introduction),
    http: &reqwest::Client,
    target: &Target,
    by_get: bool,
) -> Result<Message, DriveError> {
    let device = nobody(*platform);
    let prepared = handset(&device, http, target).prepare(to, plan, key)?;
    let post = to.capabilities.has(Capability::PostPkiOperation) && !by_get;
    let charge = charge(&prepared, &target.url, style(*platform), post)?;
    Ok((*platform, charge, prepared))
}

fn charge(prepared: &Prepared, url: &str, style: Style, post: bool) -> Result<Charge, DriveError> {
    let base = format!("{}{}", url.trim_end_matches('/'), style.tail);
    let message = (!post).then_some(prepared.message.as_slice());
    let text = get_url(&base, "PKIOperation", message, style.get);
    let url = Url::parse(&text).map_err(|error| DriveError::Url(error.to_string()))?;
    let target = format!("{}?{}", url.path(), url.query().unwrap_or_default());
    let body = post.then(|| Bytes::from(prepared.message.clone()));
    Ok(Charge { target, body, user_agent: style.user_agent })
}

fn handset<'a>(device: &'a Device, http: &'a reqwest::Client, target: &'a Target) -> Handset<'a> {
    Handset { device, user: None, http, target, now: Clock::system().now() }
}

/// A device that no tenant knows: only its platform matters here.
fn nobody(platform: Platform) -> Device {
    Device {
        id: String::new(),
        entra_id: String::new(),
        name: String::new(),
        platform,
        serial_number: String::new(),
        user: None,
    }
}

//! Entra and Intune by Graph (contract §14): users and devices by delta, managed devices and users at risk by list.

mod groups;

pub(crate) use groups::Groups;

use super::RoundError;
use super::source::{Place, Reading, Said};
use crate::standing::Kind;
use crate::store::Store;
use crate::validators::intune::{Hop, Reply, Tenant};
use mdm::graph::request::{self, Since, Version};
use mdm::graph::{
    Device, EntraDeviceId, Entry, Follow, Gathered, IntuneDeviceId, Item, Known, Link, ManagedDevice,
    ObjectId, Origin, Page, Reading as Extent, Refusal, RiskState, RiskyUser, User, one,
};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::sleep;

/// How long one round may wait for Graph to be less busy.
const PATIENCE: Duration = Duration::from_secs(300);
/// The longest single pause where Graph names none.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Outages that are waited for within a round.
const OUTAGES: u32 = 2;
/// Objects asked for by name in one round; the others are asked for in the next.
const CONFIRMED: usize = 2_000;
/// More pages than any tenant has.
const MOST_PAGES: usize = 10_000;

/// One tenant's directory.
pub(crate) struct Graph {
    tenant: Tenant,
    origin: Option<Origin>,
    with_risk: bool,
    wanted: groups::Wanted,
    /// Where the next delta begins, once the store has what came before it.
    users: Delta,
    devices: Delta,
    recalled: bool,
}

/// A place in a delta: kept, and read up to.
#[derive(Default)]
struct Delta {
    kept: Option<Link>,
    read: Option<Link>,
}

enum Failed {
    /// The link is too old.
    Resync,
    /// The object is not there, on Graph's own word.
    NotFound,
    Told(String),
}

impl From<Failed> for RoundError {
    fn from(failed: Failed) -> RoundError {
        RoundError::Source(match failed {
            Failed::Resync => "Graph asks to begin anew again and again".into(),
            Failed::NotFound => "Graph does not know what it was asked for".into(),
            Failed::Told(why) => why,
        })
    }
}

/// A delta round: what it said, whether it began with everything, and where the next one begins.
type Round<T> = (Gathered<T>, bool, Option<Link>);

impl Graph {
    /// `groups`: the names of those whose members are to be read.
    pub(crate) fn new(tenant: Tenant, with_risk: bool, groups: Vec<String>) -> Graph {
        let origin = Origin::of(tenant.graph_url());
        let (users, devices) = (Delta::default(), Delta::default());
        let wanted = groups::Wanted::new(groups);
        Graph { tenant, origin, with_risk, wanted, users, devices, recalled: false }
    }

    pub(super) async fn read(&mut self, store: &dyn Store, name: &str) -> Result<Reading, RoundError> {
        if !self.recalled {
            self.users.kept = self.recall(store, &key(name, "users")).await?;
            self.devices.kept = self.recall(store, &key(name, "devices")).await?;
            self.recalled = true;
        }
        let mut reading = Reading::default();
        let graph = self.tenant.graph_url().to_owned();
        let users =
            self.changes::<User>(self.users.kept.as_ref(), request::users_delta(&graph, Since::Ever)).await?;
        let devices = self
            .changes::<Device>(self.devices.kept.as_ref(), request::devices_delta(&graph, Since::Ever))
            .await?;
        let managed = self
            .pages::<ManagedDevice>(request::managed_devices(&graph, Version::Beta), Extent::Whole)
            .await?;
        self.users.read = take(&mut reading, Kind::User, users, |one| Said::User(Box::new(one)));
        self.devices.read = take(&mut reading, Kind::Device, devices, |one| Said::Device(Box::new(one)));
        let managed = (managed.0, true, None);
        take(&mut reading, Kind::Managed, managed, |one| Said::Managed(Box::new(one)));
        if self.with_risk {
            let (risky, _) = self.pages::<RiskyUser>(request::risky_users(&graph), Extent::Whole).await?;
            reading.risks = Some(risks(risky));
        }
        reading.groups = self.groups().await;
        Ok(reading)
    }

    async fn recall(&self, store: &dyn Store, key: &str) -> Result<Option<Link>, RoundError> {
        let text = store.meta(key).await?;
        Ok(text.zip(self.origin.as_ref()).and_then(|(text, origin)| Link::checked(&text, origin)))
    }

    pub(super) async fn keep_place(&mut self, store: &dyn Store, name: &str) -> Result<(), RoundError> {
        for (what, place) in [("users", &mut self.users), ("devices", &mut self.devices)] {
            if let Some(link) = place.read.take() {
                store.put_meta(&key(name, what), link.as_str()).await?;
                place.kept = Some(link);
            }
        }
        Ok(())
    }

    /// Changes since the kept place, or everything.
    async fn changes<T: Item>(&self, kept: Option<&Link>, first: String) -> Result<Round<T>, Failed> {
        if let Some(link) = kept {
            match self.pages::<T>(link.as_str().to_owned(), Extent::Part).await {
                Err(Failed::Resync) => {}
                round => return round.map(|(gathered, link)| (gathered, false, link)),
            }
        }
        self.pages::<T>(first, Extent::Part).await.map(|(gathered, link)| (gathered, true, link))
    }

    async fn pages<T: Item>(
        &self,
        first: String,
        extent: Extent,
    ) -> Result<(Gathered<T>, Option<Link>), Failed> {
        let origin = self.origin.as_ref().ok_or_else(|| Failed::Told("Graph's address is no URL".into()))?;
        let (mut gathered, mut url) = (Gathered::default(), first);
        for _ in 0..MOST_PAGES {
            let body = self.asked(&url).await?;
            let page = Page::<T>::parse(&body, extent, origin)
                .map_err(|error| Failed::Told(format!("Graph's answer cannot be read: {error}.")))?;
            let follow = page.follow.clone();
            gathered.absorb(page);
            match follow {
                Follow::Next(link) => url = link.as_str().to_owned(),
                Follow::Delta(link) => return Ok((gathered, Some(link))),
                Follow::End => return Ok((gathered, None)),
            }
        }
        Err(Failed::Told("Graph's answer has no end".into()))
    }

    /// The body of a 200. Waits as long as Graph says it is busy, within limits.
    async fn asked(&self, url: &str) -> Result<Vec<u8>, Failed> {
        let (mut waited, mut pause, mut outages, mut fresh_token) =
            (Duration::ZERO, Duration::from_secs(1), 0, false);
        loop {
            let refused = match self.tenant.get(url).await {
                Ok(reply) if reply.status == 200 => return Ok(reply.body),
                Ok(reply) => reply,
                Err(trouble) => return Err(Failed::Told(self.tenant.told(&trouble, Hop::Graph))),
            };
            let wait = match Refusal::of(refused.status, &refused.body) {
                Refusal::Resync => return Err(Failed::Resync),
                Refusal::NotFound => return Err(Failed::NotFound),
                Refusal::Token if !fresh_token => {
                    fresh_token = true;
                    Duration::ZERO
                }
                Refusal::Throttled => refused.retry_after.unwrap_or(pause),
                Refusal::Outage if outages < OUTAGES => {
                    outages += 1;
                    refused.retry_after.unwrap_or(pause)
                }
                _ => return Err(self.told(url, &refused)),
            };
            waited += wait;
            if waited > PATIENCE {
                return Err(self.told(url, &refused));
            }
            sleep(wait).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    fn told(&self, url: &str, reply: &Reply) -> Failed {
        let said = self.tenant.told(&crate::validators::intune::trouble::Trouble::status(reply), Hop::Graph);
        let hint = match Refusal::of(reply.status, &reply.body) {
            Refusal::Denied => permission(url),
            _ => "",
        };
        Failed::Told(format!("{said}{hint}"))
    }

    /// Asks for each missing object by its name: gone is what Graph says is not there.
    pub(super) async fn confirm(
        &self,
        missing: Vec<(Place, Option<String>)>,
        reading: &mut Reading,
    ) -> Result<(), RoundError> {
        for (place, key) in missing.into_iter().take(CONFIRMED) {
            let said = self.looked_up(&place, key.as_deref()).await?;
            reading.said.insert(place, said);
        }
        Ok(())
    }

    async fn looked_up(&self, place: &Place, key: Option<&str>) -> Result<Said, Failed> {
        let graph = self.tenant.graph_url();
        match place.0 {
            Kind::Managed => {
                let Some(id) = IntuneDeviceId::parse(&place.1) else { return Ok(Said::Odd) };
                let url = request::managed_device(graph, Version::Beta, &id);
                self.single::<ManagedDevice>(&url, |one| Said::Managed(Box::new(one))).await
            }
            Kind::User => {
                let Some(id) = ObjectId::parse(&place.1) else { return Ok(Said::Odd) };
                self.single::<User>(&request::user(graph, &id), |one| Said::User(Box::new(one))).await
            }
            Kind::Device => {
                let Some(id) = key.and_then(EntraDeviceId::parse) else { return Ok(Said::Odd) };
                let (found, _) = self.pages::<Device>(request::device(graph, &id), Extent::Whole).await?;
                let odd = found.nameless() > 0;
                let same = found.into_objects().into_iter().find(|(id, _)| id.as_str() == place.1);
                Ok(match same {
                    Some((_, Known::Item(device))) => Said::Device(Box::new(device)),
                    None if !odd => Said::Gone,
                    _ => Said::Odd,
                })
            }
        }
    }

    async fn single<T: Item>(&self, url: &str, said: impl Fn(T) -> Said) -> Result<Said, Failed> {
        let body = match self.asked(url).await {
            Err(Failed::NotFound) => return Ok(Said::Gone),
            body => body?,
        };
        Ok(match one::<T>(&body) {
            Ok(Entry::Item(item)) => said(item),
            Ok(Entry::Removed { .. }) => Said::Gone,
            Ok(Entry::Odd(_)) | Err(_) => Said::Odd,
        })
    }
}

/// Puts a round into the reading; gives the place to begin the next one at. Where something could not be read, the same
/// changes are read again.
fn take<T: Item>(reading: &mut Reading, kind: Kind, round: Round<T>, said: impl Fn(T) -> Said) -> Option<Link>
where
    T::Id: std::fmt::Display,
{
    let (gathered, whole, link) = round;
    let mut odd = gathered.nameless() > 0;
    if whole && !odd {
        reading.whole.insert(kind);
    }
    for (id, known) in gathered.into_objects() {
        let said = match known {
            Known::Item(item) => said(item),
            Known::Removed(_) => Said::Gone,
            Known::Odd(why) => {
                odd = true;
                tracing::warn!(event = "directory_odd", "an object of the directory cannot be read: {why}");
                Said::Odd
            }
        };
        reading.said.insert((kind, id.to_string()), said);
    }
    link.filter(|_| !odd)
}

fn risks(risky: Gathered<RiskyUser>) -> BTreeMap<String, mdm::graph::RiskLevel> {
    let at_risk = |state: &RiskState| matches!(state, RiskState::AtRisk | RiskState::ConfirmedCompromised);
    let each = risky.into_objects().into_iter().filter_map(|(id, known)| match known {
        Known::Item(user) if user.state.value().is_some_and(at_risk) => {
            user.level.value().map(|level| (id.as_str().to_owned(), level.clone()))
        }
        _ => None,
    });
    each.collect()
}

fn key(source: &str, what: &str) -> String {
    format!("directory-{what}:{source}")
}

/// Which permission a read needs, for whoever has to grant it.
fn permission(url: &str) -> &'static str {
    match url {
        url if url.contains("/managedDevices") => {
            " Grant the application DeviceManagementManagedDevices.Read.All."
        }
        url if url.contains("/groups") => " Grant the application GroupMember.Read.All.",
        url if url.contains("/riskyUsers") => " Grant the application IdentityRiskyUser.Read.All.",
        url if url.contains("/devices") => " Grant the application Device.Read.All.",
        _ => " Grant the application User.Read.All.",
    }
}

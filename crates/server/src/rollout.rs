//! Configuration profiles in a tenant, through Graph: reading what is there, and carrying out what `mdm::rollout` plans.
//!
//! Reads may be repeated, writes only where Graph cannot have done them. What was done before something failed stays
//! done, and the next plan begins after it.

mod carry;
mod group;
mod present;

pub use crate::validators::intune::Who;
pub use carry::Stopped;
pub use present::Listed;

use crate::explanation::administrator;
use crate::validators::Refusal;
use crate::validators::intune::{GraphLine, Hop, IntuneSettings, Observe, Reply, trouble::Trouble};
use mdm::graph::{Follow, Gathered, Item, Origin, Page, Reading, Refusal as Answered};

/// Delegated permissions for reading and writing.
pub const TO_WRITE: [&str; 2] = ["DeviceManagementConfiguration.ReadWrite.All", "Group.Read.All"];
/// Delegated permissions for reading.
pub const TO_READ: [&str; 1] = ["DeviceManagementConfiguration.Read.All"];

/// More pages than any tenant has.
const MOST_PAGES: usize = 1_000;

/// A tenant's configuration profiles.
#[derive(Debug)]
pub struct Office {
    line: GraphLine,
    origin: Origin,
}

impl Office {
    /// Opens the way there; a person who signs in is waited for.
    ///
    /// # Errors
    /// A setting that cannot work, or no token.
    pub async fn open(
        settings: &IntuneSettings,
        who: Who<'_>,
        observe: Option<Observe>,
    ) -> Result<Self, Refusal> {
        let line = GraphLine::open(settings, who, observe).await?;
        let none = || Refusal::without_request(administrator::ENDPOINT, "Graph's address is no URL.");
        let origin = Origin::of(line.base()).ok_or_else(none)?;
        Ok(Self { line, origin })
    }

    /// The body of an answer with status 2xx to a read.
    async fn body(&self, url: &str) -> Result<Vec<u8>, Refusal> {
        let reply = self.line.get(url).await?;
        if reply.status == 200 { Ok(reply.body) } else { Err(refused(&reply, url, false)) }
    }

    /// All pages of a list. An object that cannot be read is left out: nothing is decided by what is not known.
    async fn all<T: Item>(&self, first: String) -> Result<Gathered<T>, Refusal> {
        let (mut gathered, mut url) = (Gathered::default(), first);
        for _ in 0..MOST_PAGES {
            let body = self.body(&url).await?;
            let page = Page::<T>::parse(&body, Reading::Whole, &self.origin);
            let page = page.map_err(|error| Trouble::Unreadable(error.to_string()).refusal(Hop::Graph))?;
            let follow = page.follow.clone();
            gathered.absorb(page);
            match follow {
                Follow::Next(link) => url = link.as_str().to_owned(),
                Follow::Delta(_) | Follow::End => return Ok(gathered),
            }
        }
        Err(Trouble::Unreadable("it has no end".into()).refusal(Hop::Graph))
    }
}

/// What an answer that is no success means, and which permission it wants.
fn refused(reply: &Reply, url: &str, writes: bool) -> Refusal {
    let said = Trouble::status(reply).refusal(Hop::Graph);
    match Answered::of(reply.status, &reply.body) {
        Answered::Denied => {
            let permission = match (url.contains("/groups"), writes) {
                (true, _) => "Group.Read.All",
                (false, true) => "DeviceManagementConfiguration.ReadWrite.All",
                (false, false) => "DeviceManagementConfiguration.Read.All (ReadWrite.All has it, too)",
            };
            let sentence = format!("The permission {permission} is missing. {}", said.operator);
            Refusal::without_request(administrator::PERMISSION, sentence)
        }
        Answered::Other | Answered::NotFound | Answered::Resync => {
            Refusal::without_request(administrator::GRAPH_REFUSED, said.operator)
        }
        Answered::Token | Answered::Throttled | Answered::Outage => said,
    }
}

//! Listeners and routes. All routes stand in `http/router.rs`, those of the API in `http/routes.rs`.
//!
//! The accept loop is our own over hyper, HTTP/1 alone: what SCEP's clients need (HTTP/1.0, no Host, targets of 64 KiB)
//! and what an open port needs (caps on connections, sizes and times) is decided here and nowhere else.

mod access;
mod admission;
mod api;
mod approvals;
mod capacity;
mod challenges;
mod connection;
mod gateway;
mod health;
mod idempotency;
mod isolate;
mod listener;
mod mdm;
mod me;
mod ocsp;
mod openapi;
mod origin;
mod paging;
mod people;
mod policy;
mod profiles;
mod publications;
mod records;
mod reply;
mod requests;
mod revocations;
mod roll;
mod router;
mod routes;
mod scep;
mod searches;
mod servers;
mod sightings;
mod simulator;
mod stalled;
mod stop;
mod stream;
mod system;
mod tls;
mod traffic;
mod webhooks;
mod wire;

pub use self::access::{Access, Caller};
pub use self::api::ApiProblem;
pub use self::approvals::Approvals;
pub use self::challenges::{ChallengeDesk, IssuedChallenge, NewChallenge};
pub(crate) use self::connection::Peer;
pub use self::gateway::{BoxFuture, ScepGateway, ScepHttpRequest, ScepHttpResponse};
pub use self::health::Readiness;
pub use self::idempotency::{Once, Repetitions};
pub use self::mdm::{
    EditedMdmProfile, GivenMdmProfile, LintedMdmProfile, MdmChange, MdmChoices, MdmEndpoint, MdmFile,
    MdmFinding, MdmPlatform, MdmPreset, MdmProfile, MdmProfileChanges, MdmProfileReach, MdmProfiles, MdmStep,
    NewMdmProfile,
};
pub use self::ocsp::{Freshness, OcspReply, OcspResponder};
pub(crate) use self::openapi::PATH as API_DESCRIPTION;
pub use self::openapi::openapi;
pub use self::origin::Site;
pub use self::paging::{Asked, Cursor, Everything, Limit, Page};
pub use self::people::{People, SignedIn};
pub use self::policy::{Policies, PolicyQuestion, PolicyRule, PolicyRules, ReplayQuestion, Replayed};
pub use self::profiles::{
    CertificateProfiles, ProfileDetail, ProfileList, ProfileSummary, ProfileVersionText, PublishedVersion,
};
pub use self::publications::{CertificateFile, Publications};
pub use self::records::Records;
pub use self::requests::{CertificateRequests, RequestsListed, RequestsPage};
pub use self::revocations::{Revocations, Whose};
pub use self::servers::{Addresses, ServeError, Servers, Services};
pub use self::sightings::{Hint, Noted, Sightings};
pub use self::simulator::{Deed, SimulatedDevice, SimulatedFleet, Simulator};
pub use self::stalled::{StalledConversations, StalledRow};
pub use self::system::{
    AuthorityList, CertificateAuthority, Connection, ConnectionDirectory, ConnectionList, EffectiveSetting,
    HealthCounts, HealthReport, SettingList, System,
};
pub use self::tls::TlsError;
pub(crate) use self::tls::acceptor as tls_acceptor;
pub use self::webhooks::WebhookBook;

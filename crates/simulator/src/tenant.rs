//! Pretend Entra, Graph and Intune on loopback (wire contract, sections 3 to 6, 9, 10, 12, 14 and 20).
//!
//! ```no_run
//! # extern crate chancery_simulator as simulator;
//! # async fn example() -> Result<(), simulator::tenant::StartError> {
//! use simulator::tenant::{Platform, Profile, Tenant, TenantOptions};
//! let tenant = Tenant::start(TenantOptions::default()).await?;
//! let device = tenant.enrol_device(Platform::Windows, None);
//! let profile = tenant.add_profile(Profile::new("CN={{DeviceName}}"));
//! let challenge = tenant.mint_challenge(&device, &profile);
//! # Ok(()) }
//! ```

mod access;
mod challenge;
mod code;
mod configurations;
mod console;
mod control;
mod delivery;
mod directory;
mod entra;
mod exchange;
mod fault;
mod graph;
mod journal;
mod ledger;
mod lifecycle;
mod listener;
mod objects;
mod options;
mod revocation;
mod route;
mod rows;
mod scep_actions;
mod start;
pub mod subject;
mod world;

pub use challenge::{BlobFault, Payload, Seals};
pub use code::{Code, Verdict};
pub use configurations::{Deployed, DeployedRoot};
pub use delivery::{Delivery, MintOptions, TenantError, Values};
pub use directory::{AndroidManagement, Device, Directory, Group, Platform, Profile, San, SanKind, User};
pub use entra::{Application, DeviceCodes, PROFILE_PERMISSIONS, STATUS_ROLES, Secret, SignIn, Standing};
pub use exchange::{Answer, Call, Conduct, Ending};
pub use fault::{Fault, FaultBook, Hop, Rule, TransportFault, When, transport_faults};
pub use graph::{INTUNE_APP_ID, PKI_SERVICE, Pager, SCEP_SERVICE};
pub use journal::{Journal, Recorded};
pub use ledger::{Ledger, Transaction};
pub use options::{Credentials, Listen, TenantOptions};
pub use revocation::{Event, QueueRules, RevocationEntry, RevocationQueue, Uploaded};
pub use route::respond;
pub(crate) use scep_actions::profile_usage;
pub use scep_actions::{FailureNotification, SuccessNotification};
pub use start::{StartError, Tenant};
pub use world::{Rules, Urls, World};

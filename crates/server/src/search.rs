//! Finding things: certificates by anything that they say, enrolments, devices, users, the audit, and the numbers of the first page.
//!
//! The store's index (`store/sqlite/index.rs`) follows the audit chain beside the server, so that an enrolment pays nothing for being
//! found later. How a certificate stands comes from the store itself, never from the index.

mod answers;
mod around;
mod csv;
mod detail;
mod filters;
mod finder;
mod holders;
mod moment;
mod rows;
mod summary;
mod trails;

pub use answers::*;
pub use around::{Around, Installed};
pub use csv::{HEADING, heading, line};
pub use detail::Download;
pub use filters::{AuditFilter, CertificateFilter, EnrolmentFilter, HolderFilter};
pub use finder::{Finder, Paging, Sequel};

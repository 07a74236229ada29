//! SCEP and Trusted certificate profiles as Graph has them under `/deviceManagement/deviceConfigurations` (contract §12).
//!
//! What is written has the members that the portal writes for that platform. What is read may be an answer of Graph: in
//! any order, with `null` for what is not set, with annotations, with `$expand`ed root and assignments. A member that is
//! not known is named in the error, so that no setting is lost unseen.

mod assignment;
mod members;
mod read;
mod root;
mod word;
mod write;

pub(super) use write::{set, unbound};

pub use assignment::assign_body;
pub use read::{Imported, read};
pub use root::{read_root, write_root};
pub use write::write;

/// Where configurations are, and what a reference to one begins with; SCEP profiles are in the beta version alone.
pub const CONFIGURATIONS: &str = "https://graph.microsoft.com/beta/deviceManagement/deviceConfigurations";

/// What stands before every type name.
const TYPE_PREFIX: &str = "#microsoft.graph.";

/// The member that refers to the Trusted certificate profile when a profile is written.
pub(crate) const ROOT_BINDING: &str = "rootCertificate@odata.bind";

/// Members of every configuration that are no settings of a profile.
const OF_THE_SERVICE: [&str; 6] =
    ["id", "version", "createdDateTime", "lastModifiedDateTime", "roleScopeTagIds", "supportsScopeTags"];

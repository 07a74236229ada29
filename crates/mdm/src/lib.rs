//! What Microsoft Intune, Entra and Graph say on the wire, and the SCEP profiles that Intune delivers; no I/O.
//!
//! Section numbers in this crate (`contract §6.2`) are those of the project's Intune wire contract.
//! Types that carry a secret, a token or a challenge have a redacted `Debug`.

pub mod cloud;
pub mod device;
pub mod diff;
pub mod entra;
pub mod expand;
pub mod format;
pub mod graph;
pub mod intune;
pub mod lint;
pub mod platform;
pub mod preset;
pub mod profile;
pub mod rollout;
pub mod subject;
pub mod variable;

/// A JSON *object*, to be flattened into answers: it keeps unknown members and makes serde refuse an array, which a
/// derived `Deserialize` would otherwise read as the members in order (`["Success"]` is not an answer).
pub type OtherMembers = serde_json::Map<String, serde_json::Value>;

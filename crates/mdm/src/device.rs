//! What a device does with a profile that reaches it, as pure rules: who is reached, which URL is asked, where the key
//! goes, when there is a renewal, what it waits for. Which rule a platform has stands in [`crate::platform`].
//!
//! The linter says beforehand what these say of one device; the simulator plays devices by them.

mod hardware;
mod key;
mod reach;
mod renewal;
mod tpm;
mod urls;

pub use hardware::{Encryption, Hardware};
pub use key::{KeyPlace, NoKey};
pub use reach::Reach;
pub use renewal::{Due, Life};
pub use tpm::{BadFirmware, Tpm};
pub use urls::Delivered;

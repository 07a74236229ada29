//! Devices with the SCEP habits of their platform (contract section 18, scep.md section 3).

mod key;
mod request;

pub use key::{DeviceKey, WeakRsa};
pub use request::RequestPlan;

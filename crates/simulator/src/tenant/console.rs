//! What Intune's console shows of certificates.

use serde_json::Value;

use super::World;
use super::directory::AndroidManagement;

impl World {
    /// The certificates in the console's list (contract section 12). It leaves out those of Android devices that the
    /// organisation owns, with Google's services or without: they are with the authority alone.
    #[must_use]
    pub fn certificate_states(&self) -> Vec<Value> {
        let directory = self.directory();
        let listed = |row: &Value| {
            let device = row.get("deviceId").and_then(Value::as_str).unwrap_or_default();
            matches!(directory.android.get(device), None | Some(AndroidManagement::Knox))
        };
        let notified = self.ledger().certificates_json();
        notified.into_iter().filter(listed).collect()
    }
}

//! The Trusted certificate profile beside a SCEP profile.

use crate::platform::Platform;
use crate::profile::{Assignment, DeploymentChannel, Thumbprint};
use core::fmt::Write;
use pki::certificate::Certificate;

/// A Trusted certificate profile: it brings a CA's certificate onto the devices of a platform (M2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedRoot {
    /// The name in the portal; a SCEP profile refers to it by this.
    pub name: String,
    /// The description in the portal.
    pub description: String,
    /// The platform.
    pub platform: Platform,
    /// The certificate.
    pub certificate: Certificate,
    /// The name of the file that it came from, such as `root.cer`.
    pub file_name: String,
    /// macOS: which channel delivers it.
    pub deployment_channel: Option<DeploymentChannel>,
    /// Whom it is assigned to: the same as the SCEP profile (M3).
    pub assignments: Vec<Assignment>,
}

impl TrustedRoot {
    /// Whether it is a root, by its names: issued by itself.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.certificate.issuer() == self.certificate.subject()
    }

    /// The thumbprint that Windows compares: SHA-1 (contract §15).
    ///
    /// `None` never, since 20 octets are a thumbprint; the type does not say so.
    #[must_use]
    pub fn thumbprint(&self) -> Option<Thumbprint> {
        Thumbprint::parse(&hexadecimal(&self.certificate.sha1())).ok()
    }
}

/// Octets as upper-case hexadecimal digits.
pub(crate) fn hexadecimal(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut text, octet| {
        // Writing to a String does not fail.
        let _ = write!(text, "{octet:02X}");
        text
    })
}

//! Profiles in the forms of others.

use clap::ValueEnum;
use mdm::format::mobileconfig::{self, Configuration};
use mdm::format::steps::{self, Step};
use mdm::format::wifi::{self, WifiNetwork};
use mdm::format::{TrustedRoot, Unwritable, graph, mail, powershell, syncml};
use mdm::profile::Profile;
use std::fmt::Write as _;

/// The forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Microsoft Graph's JSON
    Graph,
    /// Apple's configuration
    Mobileconfig,
    /// Windows' SyncML
    Syncml,
    /// A script for Microsoft Graph PowerShell
    Powershell,
    /// What to enter on the portal's pages
    Steps,
    /// The network's profile for Windows, EAP-TLS with the certificate; needs --ssid
    Wlan,
    /// A script that lets Outlook on Windows sign with the certificate
    Outlook,
}

/// What goes along with a profile.
#[derive(Default)]
pub(crate) struct Companions {
    /// Certificates of the CA and others that devices are to trust.
    pub(crate) roots: Vec<TrustedRoot>,
    /// Roots of a RADIUS server, for a configuration.
    pub(crate) radius_roots: Vec<TrustedRoot>,
    /// Networks that the certificate opens.
    pub(crate) networks: Vec<WifiNetwork>,
}

/// The profile in that form, without a line's end at its end where the form has none.
///
/// # Errors
/// The sentence that says why it cannot be said in that form.
pub(crate) fn write(profile: &Profile, form: Form, with: Companions) -> Result<String, String> {
    let refused = |error: Unwritable| error.to_string();
    match form {
        Form::Graph => {
            let value = graph::write(profile, None).map_err(refused)?;
            serde_json::to_string_pretty(&value).map_err(|error| error.to_string())
        }
        Form::Mobileconfig => configuration(profile, with).map_err(refused),
        Form::Syncml => syncml::write(profile, "").map_err(refused),
        Form::Powershell => powershell::write(profile, &with.roots).map_err(refused),
        Form::Steps => Ok(steps_text(&all_steps(profile, &with.networks)?)),
        Form::Outlook => mail::outlook(profile).map(ToOwned::to_owned).map_err(refused),
        Form::Wlan => {
            let network = with.networks.first().ok_or("a network needs a name: --ssid NAME")?;
            wifi::write_wlan(network, profile.certificate_type).map_err(refused)
        }
    }
}

fn configuration(profile: &Profile, with: Companions) -> Result<String, Unwritable> {
    let mut certificates = with.roots;
    for one in with.radius_roots {
        // The CA's root may be the RADIUS server's, too: a payload stands in a configuration once.
        if certificates.iter().all(|known| known.certificate != one.certificate) {
            certificates.push(one);
        }
    }
    let with = Configuration {
        ca_name: "Chancery",
        challenge: None,
        certificates: &certificates,
        networks: with.networks.as_slice(),
    };
    mobileconfig::write(profile, &with)
}

/// The way through the MDM's pages, the networks' after the profile's.
///
/// # Errors
/// The sentence that says why there is none.
pub(crate) fn all_steps(profile: &Profile, networks: &[WifiNetwork]) -> Result<Vec<Step>, String> {
    let mut listed = steps::scep(profile).map_err(|error| error.to_string())?;
    listed.extend(networks.iter().flat_map(|network| steps::wifi(profile, network)));
    Ok(listed)
}

/// Each page's name, and below it what to enter there.
pub(crate) fn steps_text(steps: &[Step]) -> String {
    let (mut shown, mut page) = (String::new(), "");
    for step in steps {
        // Writing into a String cannot fail.
        if step.page != page {
            let _ = writeln!(shown, "{}", step.page);
            page = step.page;
        }
        let _ = writeln!(shown, "  {}: {}", step.field, step.value);
    }
    shown.trim_end().to_owned()
}

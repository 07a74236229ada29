//! The lines of the settings file that a step wants. A test reads them as settings.

use super::Step;

/// Empty where the step is done elsewhere.
pub(super) fn of(step: Step) -> &'static str {
    match step {
        Step::Url => "public_url = \"https://scep.example.org\"\n",
        Step::Ca => "[ca]\nname = \"Example\"\n",
        Step::Connection => {
            "[[endpoint]]\nname = \"intune\"\nprofile = \"device\"\nvalidator = \"intune\"\nndes = true\n\n\
             [endpoint.intune]\ntenant = \"example.onmicrosoft.com\"\n\
             app_id = \"00000000-0000-0000-0000-000000000000\"\n\
             client_secret_file = \"/etc/chancery/client-secret\"\n"
        }
        Step::Template => {
            "[[profile]]\nname = \"device\"\ndisplay_name = \"Wi-Fi device\"\nvalidity_days = 365\n\
             extended_key_usage = [\"clientAuth\"]\n"
        }
        Step::Policy => {
            "[[policy]]\nname = \"no-kiosks\"\nrefuse = \"Kiosks get no certificate.\"\nwhen.subject = [\"CN=kiosk-*\"]\n"
        }
        Step::Profiles | Step::Device | Step::Alerts => "",
    }
}

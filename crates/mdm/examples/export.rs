//! Writes every preset in every form that its platform has, for judges that are not ours, and one profile of hostile
//! texts beside a list of what they are: `cargo run --example export DIRECTORY CERTIFICATE.der`.

#![expect(clippy::disallowed_methods, reason = "an example is a program, not the library")]

use chancery_mdm::format::mobileconfig::{self, Configuration};
use chancery_mdm::format::wifi::{Security, Ssid, WifiNetwork, write_wlan};
use chancery_mdm::format::{TrustedRoot, graph, powershell, steps, syncml};
use chancery_mdm::graph::ConfigurationId;
use chancery_mdm::platform::Platform;
use chancery_mdm::preset::{Authority, Preset};
use chancery_mdm::profile::{AlternativeName, Profile, RootCertificate, ScepUrl, SubjectName};
use chancery_mdm::variable::SanType;
use pki::certificate::Certificate;
use std::path::Path;

type Failed = Box<dyn std::error::Error>;

/// Text that ends what it stands in wherever it is not escaped.
const HOSTILE: &str = "]]></Data></string> \"'& <!-- {};é😀 \\ '@ $(x)";

fn main() -> Result<(), Failed> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [directory, certificate] = arguments.as_slice() else {
        return Err("DIRECTORY CERTIFICATE.der".into());
    };
    let certificate =
        Certificate::parse(&std::fs::read(certificate)?).map_err(|_| "not a certificate in DER")?;
    let export = Export { directory: Path::new(directory), certificate };
    for platform in Platform::ALL {
        let root = export.root(platform);
        let thumbprints = root.thumbprint().into_iter().collect();
        let authority = Authority {
            urls: vec![ScepUrl::parse("https://scep.example/t/contoso")?],
            roots: vec![RootCertificate { name: root.name.clone(), thumbprints }],
        };
        for preset in Preset::ALL {
            let Some(profile) = preset.profile(platform, &authority) else { continue };
            export.all(&profile, &root)?;
            if preset == Preset::WifiDevice {
                export.all(&hostile(profile), &root)?;
            }
        }
    }
    export.save("hostile.txt", HOSTILE)
}

/// The same profile with hostile texts.
fn hostile(mut profile: Profile) -> Profile {
    profile.display_name = Some(HOSTILE.to_owned());
    profile.description = HOSTILE.to_owned();
    profile.subject = SubjectName::Custom(format!("CN=\"{}\"", HOSTILE.replace('"', "\"\"")));
    let value = HOSTILE.replace(';', "");
    profile.alternative_names =
        SanType::ALL.map(|kind| AlternativeName { kind, value: value.clone() }).into();
    if let Ok(name) = chancery_mdm::profile::ProfileName::parse(&format!("hostile-{}", profile.name)) {
        profile.name = name;
    }
    profile
}

struct Export<'a> {
    directory: &'a Path,
    certificate: Certificate,
}

impl Export<'_> {
    fn root(&self, platform: Platform) -> TrustedRoot {
        TrustedRoot {
            name: "Contoso root".to_owned(),
            description: String::new(),
            platform,
            certificate: self.certificate.clone(),
            file_name: "root.cer".to_owned(),
            deployment_channel: None,
            assignments: Vec::new(),
        }
    }

    fn all(&self, profile: &Profile, root: &TrustedRoot) -> Result<(), Failed> {
        let name = &profile.name;
        let network = WifiNetwork {
            ssid: Ssid::parse(if name.as_str().starts_with("hostile") {
                "]]></name>&'\"é"
            } else {
                "Contoso"
            })?,
            hidden: false,
            security: Security::Wpa2,
            server_names: vec!["radius.example".to_owned()],
            roots: root.thumbprint().into_iter().collect(),
        };
        let id = ConfigurationId::parse("6f0c0000-0000-4000-a000-000000000001");
        self.save(&format!("{name}.toml"), &toml::to_string(profile)?)?;
        let body = graph::write(profile, id.as_ref())?;
        self.save(&format!("{name}.graph.json"), &serde_json::to_string_pretty(&body)?)?;
        let body = graph::write_root(root)?;
        self.save(&format!("{name}.root.graph.json"), &serde_json::to_string_pretty(&body)?)?;
        self.save(&format!("{name}.ps1"), &powershell::write(profile, std::slice::from_ref(root))?)?;
        let way = (steps::scep(profile)?, steps::wifi(profile, &network));
        self.save(&format!("{name}.steps.json"), &serde_json::to_string_pretty(&way)?)?;
        match profile.platform {
            Platform::Windows => {
                self.save(&format!("{name}.syncml.xml"), &syncml::write(profile, "challenge]]>&")?)?;
                let wlan = write_wlan(&network, profile.certificate_type)?;
                self.save(&format!("{name}.wlan.xml"), &wlan)
            }
            Platform::Ios | Platform::MacOs => {
                let configuration = Configuration {
                    ca_name: "SCEP Authority",
                    challenge: Some("challenge]]>&"),
                    certificates: std::slice::from_ref(root),
                    networks: std::slice::from_ref(&network),
                };
                self.save(&format!("{name}.mobileconfig"), &mobileconfig::write(profile, &configuration)?)
            }
            _ => Ok(()),
        }
    }

    fn save(&self, name: &str, text: &str) -> Result<(), Failed> {
        Ok(std::fs::write(self.directory.join(name), text)?)
    }
}

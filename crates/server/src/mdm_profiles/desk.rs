//! What the administrative API says of MDM profiles.

use super::{Companions, Counter, Document, Form};
use crate::authority::Authority;
use crate::clock::Clock;
use crate::config::{Config, Validator};
use crate::explanation::{Explanation, administrator};
use crate::http::{
    ApiProblem, BoxFuture, EditedMdmProfile, GivenMdmProfile, LintedMdmProfile, MdmChange, MdmChoices,
    MdmEndpoint, MdmFile, MdmFinding, MdmPlatform, MdmPreset, MdmProfile, MdmProfileChanges, MdmProfileReach,
    MdmProfiles, MdmStep, NewMdmProfile,
};
use crate::rollout::{Office, Who};
use crate::validators::intune::IntuneSettings;
use mdm::format::TrustedRoot;
use mdm::lint::{Finding, Severity, Surroundings, lint, mend};
use mdm::platform::{Platform, Support};
use mdm::preset::{self, Preset};
use mdm::profile::{Profile, RootCertificate, ScepUrl};
use mdm::rollout::Definition;
use serde::Serialize;
use serde_json::{Map, Value};
use std::sync::Arc;

/// The Trusted certificate profile's name where nobody says another.
const ROOT_NAME: &str = "Chancery root";
/// The file that the root comes in.
const ROOT_FILE: &str = "root.cer";
/// Characters of a refusal's sentence.
const LONGEST: usize = 1_000;
/// The forms of a profile alone, with the endings of their files.
const FORMS: [(Form, &str, &str); 5] = [
    (Form::Graph, "graph", "json"),
    (Form::Powershell, "powershell", "ps1"),
    (Form::Mobileconfig, "mobileconfig", "mobileconfig"),
    (Form::Syncml, "syncml", "xml"),
    (Form::Steps, "steps", "txt"),
];

/// Writes and checks MDM profiles by what this server knows.
pub(crate) struct ProfileDesk {
    counters: Vec<Counter>,
    tenants: Vec<(String, IntuneSettings)>,
    authority: Arc<Authority>,
    clock: Arc<dyn Clock>,
}

impl ProfileDesk {
    /// That of a configuration.
    pub(crate) fn new(config: &Config, authority: Arc<Authority>, clock: Arc<dyn Clock>) -> ProfileDesk {
        let counters = config.endpoints.iter().filter(|one| one.speaks_scep());
        let counters = counters.map(|one| Counter::of(config, one)).collect();
        let tenant = |one: &crate::config::Endpoint| match &one.validator {
            Validator::Intune(settings) => Some((one.name.as_str().to_owned(), (**settings).clone())),
            Validator::Static(_) | Validator::OneTime(_) | Validator::Bound(_) | Validator::Request(_) => {
                None
            }
        };
        let tenants = config.endpoints.iter().filter_map(tenant).collect();
        ProfileDesk { counters, tenants, authority, clock }
    }

    /// The endpoint of that name, else the one that a URL names, else the first.
    fn counter(&self, name: Option<&str>, urls: &[ScepUrl]) -> Result<&Counter, ApiProblem> {
        if let Some(name) = name.filter(|name| !name.is_empty()) {
            let found = self.counters.iter().find(|one| one.endpoint == name);
            return found.ok_or_else(|| refused(format!("There is no endpoint {name:?}.")));
        }
        let meant = self.counters.iter().find(|one| one.urls.iter().any(|url| urls.contains(url)));
        meant.or(self.counters.first()).ok_or_else(|| refused("The settings have no endpoint."))
    }

    fn surroundings(&self, counter: &Counter) -> Surroundings {
        let now = Some(self.clock.now().unix());
        Surroundings { now, ..counter.surroundings(&self.authority) }
    }

    fn read(&self, text: &str, name: Option<&str>, platform: Option<&str>) -> Result<Profile, ApiProblem> {
        let given = |one: Option<&str>| one.filter(|text| !text.is_empty()).map(ToOwned::to_owned);
        let platform = given(platform).map(|word| super::platform(&word)).transpose().map_err(refused)?;
        let called = given(name);
        let document =
            Document { octets: text.as_bytes(), called: called.as_deref(), stem: "profile", platform };
        document.read().map_err(|why| refused(format!("This cannot be read as a profile: {why}.")))
    }

    fn begun(&self, wanted: &NewMdmProfile, counter: &Counter) -> Result<Profile, ApiProblem> {
        let preset = super::preset(&wanted.preset)
            .ok_or_else(|| refused(format!("There is no preset {:?}.", wanted.preset)))?;
        let platform = super::platform(&wanted.platform).map_err(refused)?;
        let urls: Result<Vec<ScepUrl>, ApiProblem> = match wanted.urls.as_slice() {
            [] => Ok(counter.urls.iter().take(1).cloned().collect()),
            given => given
                .iter()
                .map(|url| ScepUrl::parse(url).map_err(|error| refused(error.to_string())))
                .collect(),
        };
        let name = wanted.root_name.clone().filter(|name| !name.is_empty());
        let root = RootCertificate {
            name: name.unwrap_or_else(|| ROOT_NAME.to_owned()),
            thumbprints: self.root(platform).thumbprint().into_iter().collect(),
        };
        let authority = preset::Authority { urls: urls?, roots: vec![root] };
        let profile = super::begun(preset, platform, &authority, wanted.legacy).map_err(refused)?;
        changed(profile, &wanted.changes)
    }

    fn root(&self, platform: Platform) -> TrustedRoot {
        TrustedRoot {
            name: ROOT_NAME.to_owned(),
            description: String::new(),
            platform,
            certificate: self.authority.root.clone(),
            file_name: ROOT_FILE.to_owned(),
            deployment_channel: None,
            assignments: Vec::new(),
        }
    }

    /// Each form that the platform has; a profile by which devices fail is not handed on.
    fn files(&self, profile: &Profile) -> Vec<MdmFile> {
        let root = TrustedRoot {
            name: profile.root_certificates.first().map_or_else(|| ROOT_NAME.into(), |one| one.name.clone()),
            deployment_channel: profile.deployment_channel,
            assignments: profile.assignments.clone(),
            ..self.root(profile.platform)
        };
        let file = |&(form, word, ending): &(Form, &str, &str)| {
            let with = Companions { roots: vec![root.clone()], ..Companions::default() };
            let text = super::write(profile, form, with).ok()?;
            // As the command line ends what it prints.
            let text = format!("{}\n", text.trim_end_matches('\n'));
            let file_name = format!("{}.{ending}", profile.name.as_str());
            Some(MdmFile { form: word.to_owned(), file_name, text })
        };
        FORMS.iter().filter_map(file).collect()
    }

    async fn asked(&self, profile: Profile, settings: &IntuneSettings) -> Result<MdmProfileReach, String> {
        let told = |refusal: &crate::validators::Refusal| Explanation::from(refusal).operator.to_string();
        let office =
            Office::open(settings, Who::Application, None).await.map_err(|refusal| told(&refusal))?;
        let definition = Definition { profile: profile.clone(), roots: Vec::new() };
        let found = office.present(&[definition]).await.map_err(|refusal| told(&refusal))?;
        let mut found =
            found.profiles.into_iter().filter(|one| one.1.profile.platform.installs_on(profile.platform));
        let (Some((id, _)), None) = (found.next(), found.next()) else {
            return Err(format!("The tenant has not exactly one profile \"{}\".", profile.shown_name()));
        };
        let Some(kind) = profile.platform.rules().profile_type.value else {
            return Ok(MdmProfileReach::default());
        };
        let spread = office.spread(&id, kind).await.map_err(|refusal| told(&refusal))?;
        let Some(spread) = spread else {
            return Err("The tenant does not list certificates of this platform.".into());
        };
        let count = |number: usize| u64::try_from(number).ok();
        Ok(MdmProfileReach {
            certificates: count(spread.certificates),
            devices: count(spread.devices),
            unknown: None,
        })
    }
}

impl MdmProfiles for ProfileDesk {
    fn choices(&self) -> MdmChoices {
        let nobody = preset::Authority { urls: Vec::new(), roots: Vec::new() };
        let presets = Preset::ALL.iter().map(|preset| {
            let fits = |platform: &Platform| preset.profile_even_if_ended(*platform, &nobody).is_some();
            let platforms = Platform::ALL.into_iter().filter(fits).map(word).collect();
            MdmPreset { preset: preset.word().to_owned(), platforms }
        });
        let platform = |platform: Platform| {
            let support = platform.rules().support.value;
            let (name, legacy) = (platform.label().to_owned(), support == Support::Legacy);
            (support != Support::Never).then(|| MdmPlatform { platform: word(platform), name, legacy })
        };
        let endpoint = |one: &Counter| MdmEndpoint {
            endpoint: one.endpoint.clone(),
            urls: one.urls.iter().map(|url| url.as_str().to_owned()).collect(),
        };
        MdmChoices {
            presets: presets.collect(),
            platforms: Platform::ALL.into_iter().filter_map(platform).collect(),
            endpoints: self.counters.iter().map(endpoint).collect(),
        }
    }

    fn generate(&self, wanted: NewMdmProfile) -> Result<MdmProfile, ApiProblem> {
        let counter = self.counter(wanted.endpoint.as_deref(), &[])?;
        let profile = self.begun(&wanted, counter)?;
        let found = lint(&profile, &self.surroundings(counter));
        let sound = found.iter().all(|one| one.rule.severity != Severity::Error);
        let steps = super::all_steps(&profile, &[]).map_err(refused)?;
        let step = |one: mdm::format::steps::Step| MdmStep {
            page: one.page.to_owned(),
            field: one.field,
            value: one.value,
        };
        Ok(MdmProfile {
            name: profile.name.as_str().to_owned(),
            shown_name: profile.shown_name(),
            platform: word(profile.platform),
            platform_name: profile.platform.label().to_owned(),
            settings: members(&profile),
            toml: super::toml_of(&profile).map_err(refused)?,
            findings: found.iter().map(finding).collect(),
            steps: steps.into_iter().map(step).collect(),
            files: if sound { self.files(&profile) } else { Vec::new() },
        })
    }

    fn lint(&self, given: GivenMdmProfile) -> Result<LintedMdmProfile, ApiProblem> {
        let profile = self.read(&given.text, given.name.as_deref(), given.platform.as_deref())?;
        let counter = self.counter(given.endpoint.as_deref(), &profile.urls)?;
        let known = self.surroundings(counter);
        let found = lint(&profile, &known);
        let mended = mend(&profile, &known);
        let mended = (mended != profile).then(|| super::toml_of(&mended)).transpose().map_err(refused)?;
        Ok(LintedMdmProfile {
            shown_name: profile.shown_name(),
            platform_name: profile.platform.label().to_owned(),
            endpoint: counter.endpoint.clone(),
            findings: found.iter().map(finding).collect(),
            mended,
        })
    }

    fn diff(&self, given: EditedMdmProfile) -> Result<MdmProfileChanges, ApiProblem> {
        let read = |text: &str| self.read(text, Some("compared"), given.platform.as_deref());
        let (before, after) = (read(&given.before)?, read(&given.after)?);
        let changes = mdm::diff::changes(&before, &after);
        let enrols_again = changes.iter().any(mdm::diff::Change::enrols_again);
        let changes = changes.into_iter().map(|one| MdmChange {
            consequence: word(one.consequence),
            setting: one.setting,
            before: one.before,
            after: one.after,
            sentence: one.sentence,
            source: one.source.to_owned(),
        });
        Ok(MdmProfileChanges { changes: changes.collect(), enrols_again })
    }

    fn reach(&self, given: GivenMdmProfile) -> BoxFuture<'_, Result<MdmProfileReach, ApiProblem>> {
        Box::pin(async move {
            let profile = self.read(&given.text, given.name.as_deref(), given.platform.as_deref())?;
            let meant = self.counter(given.endpoint.as_deref(), &profile.urls)?;
            let tenant =
                self.tenants.iter().find(|(name, _)| *name == meant.endpoint).or(self.tenants.first());
            let (_, settings) = tenant.ok_or_else(|| ApiProblem::new(404, administrator::NO_INTUNE))?;
            let unknown = |why| MdmProfileReach { unknown: Some(why), ..MdmProfileReach::default() };
            Ok(self.asked(profile, settings).await.unwrap_or_else(unknown))
        })
    }
}

/// The profile with these settings in the place of its own.
fn changed(profile: Profile, changes: &Map<String, Value>) -> Result<Profile, ApiProblem> {
    if changes.is_empty() {
        return Ok(profile);
    }
    // A profile that keeps its name may not become another platform's.
    if let Some(fixed) = ["name", "platform"].into_iter().find(|one| changes.contains_key(*one)) {
        return Err(refused(format!("The setting {fixed} follows from preset and platform.")));
    }
    let mut settings = members(&profile);
    settings.extend(changes.clone());
    serde_json::from_value(Value::Object(settings))
        .map_err(|error| refused(format!("A setting cannot be so: {error}.")))
}

/// As a file has it.
fn members(profile: &Profile) -> Map<String, Value> {
    match serde_json::to_value(profile) {
        Ok(Value::Object(members)) => members,
        Ok(_) | Err(_) => Map::new(),
    }
}

/// As a file writes it.
fn word(value: impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn finding(one: &Finding) -> MdmFinding {
    MdmFinding {
        code: one.rule.code.to_owned(),
        severity: one.rule.severity.label().to_owned(),
        setting: one.setting.clone(),
        sentence: one.sentence.clone(),
        fix: one.fix.clone(),
        mendable: one.mend.is_some(),
        source: one.rule.source.to_owned(),
    }
}

/// Readers quote the line that they stumbled over, and a line may be as long as the body.
fn refused(sentence: impl Into<String>) -> ApiProblem {
    let sentence = sentence.into().chars().take(LONGEST).collect();
    ApiProblem { sentence, ..ApiProblem::new(400, administrator::PROFILE) }
}

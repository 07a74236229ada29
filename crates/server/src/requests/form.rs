//! What a caller sends: a request of their own, or a form.

use crate::explanation::{asking, ours};
use crate::http::ApiProblem;
use crate::keys::{HandedKey, KeyAlgorithm, SystemRandom};
use crate::validators::bound::Promise;
use ca::profile::names::SanKind;
use pki::certificate::assemble;
use pki::csr::{CertificateRequest, CertificationRequestInfo};
use pki::extension::Extension;
use pki::general_name::{GeneralName, SubjectAltName};
use pki::name::Name;
use pki::{Random as _, pem};
use serde::Deserialize;

/// `POST /api/v1/requests`. Either `csr`, or `subject` and `names` with `key = "server"`.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CertificateForm {
    /// The certificate profile.
    pub profile: String,
    /// The endpoint; the first that issues by this profile where absent.
    pub endpoint: Option<String>,
    /// A certification request (PKCS #10), PEM. Its key stays where it was made.
    pub csr: Option<String>,
    /// The subject, in the text syntax of Windows and Intune: `CN=web, O=Contoso`.
    pub subject: Option<String>,
    /// Alternative names, each with its kind: `[["dns", "web.contoso.com"]]`.
    #[schema(value_type = Vec<(String, String)>)]
    pub names: Vec<(SanKind, String)>,
    /// Where the key is: `own` (with `csr`) or `server`.
    pub key: Option<KeyPlace>,
    /// What kind of key the server makes; P-256 where absent.
    #[schema(value_type = Option<String>, pattern = "^(p256|p384|rsa2048|rsa3072|rsa4096)$")]
    pub key_algorithm: Option<KeyAlgorithm>,
}

/// Where the key of a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum KeyPlace {
    /// Where the request was made: a browser, a server.
    Own,
    /// It is made here, handed over once and kept nowhere.
    Server,
}

/// A form that says one thing.
pub(super) enum Wanted {
    Own(Box<CertificateRequest>),
    Server { subject: Name, names: Vec<GeneralName>, algorithm: KeyAlgorithm },
}

/// A request, with its key where that was made here.
pub(super) struct Made {
    pub(super) request: CertificateRequest,
    pub(super) key: Option<HandedKey>,
}

impl Wanted {
    /// Reads a form.
    ///
    /// # Errors
    /// It says neither of the two, or something of both; the request is none.
    pub(super) fn read(form: &CertificateForm) -> Result<Wanted, ApiProblem> {
        let described = form.subject.is_some() || !form.names.is_empty() || form.key_algorithm.is_some();
        match (&form.csr, form.key) {
            (Some(text), None | Some(KeyPlace::Own)) if !described => own(text),
            (None, Some(KeyPlace::Server)) => server(form),
            (Some(_), _) => Err(unfit("with a csr, subject, names and key are those of the csr")),
            (None, _) => Err(unfit("it has neither a csr nor key = \"server\"")),
        }
    }

    pub(super) const fn needs_key(&self) -> bool {
        matches!(self, Wanted::Server { .. })
    }

    /// Makes the key, if one is wanted, on a thread that nobody waits for, and the request that it signs.
    pub(super) async fn make(self) -> Result<Made, ApiProblem> {
        let (subject, names, algorithm) = match self {
            Wanted::Own(request) => return Ok(Made { request: *request, key: None }),
            Wanted::Server { subject, names, algorithm } => (subject, names, algorithm),
        };
        let made = tokio::task::spawn_blocking(move || HandedKey::generate(algorithm)).await;
        let key = made.ok().and_then(Result::ok).ok_or_else(no_key)?;
        let request = signed(&key, subject, names).await?;
        Ok(Made { request, key: Some(key) })
    }
}

fn own(text: &str) -> Result<Wanted, ApiProblem> {
    // RFC 7468 §7: some tools write the older label.
    let labels = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"];
    let blocks = labels.iter().filter_map(|label| pem::decode(label, text).ok()).flatten();
    let blocks: Vec<Vec<u8>> = blocks.collect();
    let [der] = blocks.as_slice() else {
        return Err(unfit("the csr is not one block of PEM that says CERTIFICATE REQUEST"));
    };
    let request = CertificateRequest::parse(der).map_err(|error| unfit(&format!("the csr: {error}")))?;
    Ok(Wanted::Own(Box::new(request)))
}

fn server(form: &CertificateForm) -> Result<Wanted, ApiProblem> {
    let subject = form.subject.clone().unwrap_or_default();
    let promise = Promise { subject, names: form.names.clone(), ..Promise::default() };
    let (subject, names) = promise.identity().map_err(|why| unfit(&why.to_string()))?;
    // An IA5String holds nothing else; what is wrong with a name beyond that says the decision.
    let beyond = names.iter().find(|name| match name {
        GeneralName::Dns(text) | GeneralName::Email(text) | GeneralName::Uri(text) => !text.is_ascii(),
        _ => false,
    });
    if let Some(name) = beyond {
        return Err(unfit(&format!("{name} has a character that this kind of name cannot hold")));
    }
    Ok(Wanted::Server { subject, names, algorithm: form.key_algorithm.unwrap_or(KeyAlgorithm::P256) })
}

/// The request that the key signs: as strict as one that comes from outside, since it is read like one.
async fn signed(
    handed: &HandedKey,
    subject: Name,
    names: Vec<GeneralName>,
) -> Result<CertificateRequest, ApiProblem> {
    let key = handed.key();
    // RFC 5280 §4.2.1.6: critical where there is no subject.
    let critical = subject.is_empty();
    let extension = |names| Extension::subject_alt_name(&SubjectAltName(names), critical);
    let info = CertificationRequestInfo {
        subject,
        public_key: key.public().spki().to_vec(),
        challenge_password: None,
        extensions: Some(names).filter(|names| !names.is_empty()).map(extension).into_iter().collect(),
        attributes: Vec::new(),
    };
    let (der, algorithm) = (info.to_der(), key.algorithm());
    let signature = key.sign(algorithm, &der).await.map_err(|_| no_key())?;
    CertificateRequest::parse(&assemble(&der, algorithm, &signature))
        .map_err(|error| unfit(&format!("subject and names: {error}")))
}

/// 128 random bits: whoever knows the id of a request has been told it.
pub(super) fn draw_id() -> Result<String, ApiProblem> {
    let mut octets = [0; 16];
    SystemRandom.fill(&mut octets).map_err(|_| ApiProblem::new(503, ours::RANDOM))?;
    Ok(octets.iter().map(|octet| format!("{octet:02x}")).collect())
}

pub(super) fn no_key() -> ApiProblem {
    ApiProblem::new(503, ours::KEY)
}

fn unfit(why: &str) -> ApiProblem {
    let sentence = format!("The request cannot be read: {why}.");
    ApiProblem { sentence, ..ApiProblem::new(400, asking::FORM) }
}

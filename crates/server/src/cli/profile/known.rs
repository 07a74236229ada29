//! What anybody's CA knows that the linter asks for, by GetCACert.

use super::failed;
use crate::cli::Failure;
use crate::mdm_profiles::{described, served_url};
use mdm::lint::{AuthorityCertificate, Role, Surroundings};
use mdm::profile::ScepUrl;
use pki::certificate::Certificate;
use scep::client::{CaCertificates, GetStyle, get_url};
use std::time::Duration;

/// Octets of an answer to GetCACert at most.
const LONGEST: usize = 256 << 10;

/// What a running server tells anybody: its certificates.
pub(in crate::cli) async fn of_running(url: ScepUrl) -> Result<Surroundings, Failure> {
    let no = |why: String| failed(format!("GetCACert of {}: {why}", url.as_str()));
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(10))
        .build()
        .map_err(|error| no(error.to_string()))?;
    let asked = get_url(url.as_str(), "GetCACert", None, GetStyle::Escaped);
    let answer = client.get(asked).send().await.map_err(|error| no(error.without_url().to_string()))?;
    if answer.status() != 200 {
        return Err(no(format!("it answers {}", answer.status().as_u16())));
    }
    let body = limited(answer).await.map_err(no)?;
    let served = CaCertificates::parse(&body).map_err(|error| no(error.to_string()))?;
    Ok(Surroundings {
        authority: Some(roles(&served)),
        server_urls: Some(vec![served_url(url)]),
        ..Surroundings::default()
    })
}

/// Whoever answers there is not known: no more is kept than certificates take.
async fn limited(mut answer: reqwest::Response) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(|error| error.without_url().to_string())? {
        body.extend_from_slice(&part);
        if body.len() > LONGEST {
            return Err("the answer is too long".to_owned());
        }
    }
    Ok(body)
}

/// By what each certificate is.
fn roles(served: &CaCertificates) -> Vec<AuthorityCertificate> {
    let issuing = served.ca().map(Certificate::der);
    let described = |one: &Certificate| {
        let (name, role) = match one {
            one if !one.is_ca() => ("RA", Role::Registration),
            one if Some(one.der()) == issuing => ("issuing CA", Role::Issuing),
            one if one.subject() == one.issuer() => ("root", Role::Root),
            _ => ("intermediate CA", Role::Intermediate),
        };
        described(name, role, one, true)
    };
    served.all().iter().map(described).collect()
}

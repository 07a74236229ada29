//! The administrative API, asked from within the process in the name of whoever is signed in.

use crate::http::{ApiProblem, Caller};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{Method, Request, StatusCode};
use axum::response::Response;
use http_body_util::BodyExt as _;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tower::ServiceExt as _;

/// Everything but the unreserved characters of RFC 3986 §2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The API's routes, for one person.
#[derive(Clone)]
pub(crate) struct Api {
    routes: Router,
    caller: Caller,
}

/// Why the API did not do it, as it says it itself (RFC 9457).
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Problem {
    /// HTTP status.
    pub(crate) status: u16,
    /// Its code, `CHY-` and four digits.
    #[serde(default)]
    pub(crate) code: String,
    /// What is wrong.
    pub(crate) title: String,
    /// What to do.
    #[serde(default)]
    pub(crate) fix: String,
}

/// `/api/v1` with these segments and parameters, each encoded; parameters without a value are left out.
pub(crate) fn url(segments: &[&str], parameters: &[(&str, &str)]) -> String {
    let path: String = segments.iter().map(|one| format!("/{}", encoded(one))).collect();
    let pairs = parameters.iter().filter(|(_, value)| !value.is_empty());
    let query: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("/api/v1{path}{mark}{}", query.join("&"))
}

/// For a segment or a parameter of an address.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

impl Api {
    pub(super) fn new(routes: Router, caller: Caller) -> Api {
        Api { routes, caller }
    }

    /// What is at `url`.
    ///
    /// # Errors
    /// [`Problem`], the API's own.
    pub(crate) async fn get<T: DeserializeOwned>(&self, url: &str) -> Result<T, Problem> {
        read(self.ask(Method::GET, url, Bytes::new()).await?)
    }

    /// Does what a POST of `body` to `url` does.
    ///
    /// # Errors
    /// [`Problem`], the API's own.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        url: &str,
        body: &impl Serialize,
    ) -> Result<T, Problem> {
        self.send(Method::POST, url, body).await
    }

    /// Does what this method with `body` does.
    ///
    /// # Errors
    /// [`Problem`], the API's own.
    pub(crate) async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        url: &str,
        body: &impl Serialize,
    ) -> Result<T, Problem> {
        let body = serde_json::to_vec(body).map_err(|error| Problem::unread(&error.to_string()))?;
        read(self.ask(method, url, body.into()).await?)
    }

    /// A file that the API gives, as it gives it.
    ///
    /// # Errors
    /// [`Problem`], the API's own.
    pub(crate) async fn file(&self, url: &str) -> Result<Response, Problem> {
        let response = self.call(Method::GET, url, Bytes::new()).await?;
        if response.status().is_success() { Ok(response) } else { Err(refused(response).await) }
    }

    async fn ask(&self, method: Method, url: &str, body: Bytes) -> Result<Bytes, Problem> {
        let response = self.call(method, url, body).await?;
        if !response.status().is_success() {
            return Err(refused(response).await);
        }
        collected(response).await
    }

    async fn call(&self, method: Method, url: &str, body: Bytes) -> Result<Response, Problem> {
        let request = Request::builder().method(method).uri(url).header(CONTENT_TYPE, "application/json");
        let mut request =
            request.body(Body::from(body)).map_err(|error| Problem::unread(&error.to_string()))?;
        // What came over the wire has no extensions: nobody but the portal can say who asks in this way.
        request.extensions_mut().insert(self.caller.clone());
        let Ok(response) = self.routes.clone().oneshot(request).await;
        Ok(response)
    }
}

impl Problem {
    fn unread(why: &str) -> Problem {
        let title = format!("The portal and the API do not understand each other: {why}");
        Problem { status: 500, code: String::new(), title, fix: String::new() }
    }

    /// There is no such thing, or no such page.
    pub(crate) fn not_found() -> Problem {
        Problem { status: 404, code: String::new(), title: String::new(), fix: String::new() }
    }
}

fn read<T: DeserializeOwned>(body: Bytes) -> Result<T, Problem> {
    // An answer without a body says that it is done.
    let body = if body.is_empty() { Bytes::from_static(b"null") } else { body };
    serde_json::from_slice(&body).map_err(|error| Problem::unread(&error.to_string()))
}

async fn refused(response: Response) -> Problem {
    let status = response.status();
    debug_assert!(response.headers().get(LOCATION).is_none(), "the API sends nobody elsewhere");
    let read = match collected(response).await {
        Ok(body) => serde_json::from_slice(&body).ok(),
        Err(problem) => Some(problem),
    };
    read.unwrap_or_else(|| Problem::plain(status))
}

impl From<ApiProblem> for Problem {
    fn from(problem: ApiProblem) -> Problem {
        let ApiProblem { status, code, sentence, fix } = problem;
        Problem { status, code: code.to_string(), title: sentence, fix: fix.into_owned() }
    }
}

impl Problem {
    fn plain(status: StatusCode) -> Problem {
        let title = status.canonical_reason().unwrap_or("?").to_owned();
        Problem { status: status.as_u16(), code: String::new(), title, fix: String::new() }
    }
}

async fn collected(response: Response) -> Result<Bytes, Problem> {
    let collected = response.into_body().collect().await;
    collected.map(http_body_util::Collected::to_bytes).map_err(|error| Problem::unread(&error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::url;

    #[test]
    fn what_people_type_stays_within_its_segment_and_its_parameter() {
        assert_eq!(url(&["certificates", "../x?y"], &[]), "/api/v1/certificates/..%2Fx%3Fy");
        assert_eq!(url(&["a"], &[("q", "a&b=c#d"), ("none", "")]), "/api/v1/a?q=a%26b%3Dc%23d");
    }
}

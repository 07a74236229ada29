//! `GET /api/openapi.json`: the administrative API's description (OpenAPI 3.1), made of the route table and of what each route
//! says of itself. Nothing of it is secret, so it is told without a token.

mod says;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;
use utoipa::openapi::path::{HttpMethod, PathsBuilder};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, License, OpenApi, OpenApiBuilder, RefOr, Schema};
use utoipa::{PartialSchema as _, ToSchema as _};

pub(super) use self::says::Says;
use super::api::Problem;
use super::reply;
use super::routes;

/// Where it is.
pub(crate) const PATH: &str = "/api/openapi.json";

/// The kind of every refusal (RFC 9457).
const PROBLEM: &str = "application/problem+json";

/// The one way to sign in that programs have.
const BEARER: &str = "token";

const ABOUT: &str = "Everything that can be asked of a Chancery, on its administrative listener. Each request carries a token \
    (`chancery token new`) as `Authorization: Bearer`; the scope that it needs stands with each route, as `x-scope`. Refusals are \
    `application/problem+json` with a stable code. docs/api.md says more.";

/// The route's handler.
pub(super) async fn show() -> Response {
    static TEXT: LazyLock<String> = LazyLock::new(|| openapi().to_string());
    reply::bytes(StatusCode::OK, "application/json", TEXT.as_str())
}

/// The description, its members in alphabetical order.
#[must_use]
pub fn openapi() -> Value {
    // A description is made of texts and numbers: nothing that JSON cannot say.
    serde_json::to_value(assemble().0).unwrap_or_default()
}

/// The description, and names under which two different schemas stand.
fn assemble() -> (OpenApi, Vec<String>) {
    let mut paths = PathsBuilder::new();
    let mut schemas: BTreeMap<String, RefOr<Schema>> = BTreeMap::new();
    let mut twice = Vec::new();
    schemas.insert(Problem::name().into_owned(), Problem::schema());
    for route in routes::API {
        let said = (route.says)().said(route.path, route.scope);
        paths = paths.path(route.path, utoipa::openapi::PathItem::new(said.verb, said.operation));
        for (name, schema) in said.schemas {
            if schemas.insert(name.clone(), schema.clone()).is_some_and(|before| before != schema) {
                twice.push(name);
            }
        }
    }
    let mut scheme = Http::new(HttpAuthScheme::Bearer);
    scheme.description = Some("A token of `chancery token new`, or the one of the settings.".to_owned());
    let components = ComponentsBuilder::new().schemas_from_iter(schemas);
    let components = components.security_scheme(BEARER, SecurityScheme::Http(scheme));
    let mut license = License::new("Apache-2.0 OR MIT");
    license.identifier = Some("Apache-2.0 OR MIT".to_owned());
    let info = InfoBuilder::new()
        .title("Chancery's administrative API")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .license(Some(license));
    let document = OpenApiBuilder::new().info(info).paths(paths).components(Some(components.build()));
    (document.build(), twice)
}

/// As the document writes it.
fn word(verb: &HttpMethod) -> &'static str {
    match verb {
        HttpMethod::Get => "get",
        HttpMethod::Post => "post",
        HttpMethod::Put => "put",
        HttpMethod::Delete => "delete",
        HttpMethod::Options => "options",
        HttpMethod::Head => "head",
        HttpMethod::Patch => "patch",
        HttpMethod::Trace => "trace",
    }
}

#[cfg(test)]
mod tests {
    use super::{PROBLEM, assemble, openapi};
    use crate::http::routes::API;
    use serde_json::Value;
    use std::collections::BTreeSet;

    /// Method, path and operation of all.
    fn operations(document: &Value) -> Vec<(String, String, Value)> {
        let paths = document["paths"].as_object().unwrap().iter();
        paths
            .flat_map(|(path, item)| {
                let item = item.as_object().unwrap().iter();
                item.map(|(verb, operation)| (verb.clone(), path.clone(), operation.clone()))
            })
            .collect()
    }

    #[test]
    fn every_route_of_the_table_is_described_with_its_scope_and_nothing_else_is() {
        let document = openapi();
        let described: BTreeSet<(String, String)> = operations(&document)
            .iter()
            .map(|(_, path, operation)| (path.clone(), operation["x-scope"].as_str().unwrap().to_owned()))
            .collect();
        let table = API.iter().map(|route| (route.path.to_owned(), route.scope.to_string())).collect();
        assert_eq!(described, table);
        assert_eq!(operations(&document).len(), API.len(), "no description takes the place of another");
        for (verb, path, operation) in operations(&document) {
            let needed = &operation["security"][0]["token"][0];
            assert_eq!(needed, &operation["x-scope"], "{verb} {path}");
        }
    }

    #[test]
    fn every_part_parameter_and_answer_is_explained() {
        let document = openapi();
        let mut ids = BTreeSet::new();
        for (verb, path, operation) in operations(&document) {
            let said = |value: &Value| value.as_str().is_some_and(|text| text.len() > 3);
            assert!(said(&operation["summary"]), "{verb} {path}: no summary");
            assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{verb} {path}");
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                assert!(said(&parameter["description"]), "{verb} {path}: {parameter}");
            }
            let answers = operation["responses"].as_object().unwrap();
            assert!(answers.keys().any(|status| status.starts_with('2')), "{verb} {path}: no answer");
            for (status, answer) in answers {
                assert!(said(&answer["description"]), "{verb} {path}: {status}");
                let refused = status.starts_with('4') || status == "503";
                assert_eq!(answer["content"][PROBLEM].is_object(), refused, "{verb} {path}: {status}");
            }
        }
    }

    #[test]
    fn one_name_stands_for_one_schema_and_each_reference_leads_somewhere() {
        assert_eq!(assemble().1, Vec::<String>::new(), "two types of one name: rename one");
        let document = openapi();
        let text = document.to_string();
        let mut followed = 0;
        for rest in text.split("\"#/components/schemas/").skip(1) {
            let name = rest.split('"').next().unwrap();
            assert!(document["components"]["schemas"][name].is_object(), "{name} is nowhere");
            followed += 1;
        }
        assert!(followed > 20, "{followed}");
    }
}

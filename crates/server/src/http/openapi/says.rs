//! What a route says of itself: verb, question, answers and refusals. It stands beside the handler; what all routes have in
//! common (sign-in, scope, the store that fails) is added here once.

use std::collections::BTreeMap;

use utoipa::openapi::path::{HttpMethod, Operation, OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Required, Response, ResponseBuilder, Schema};
use utoipa::{IntoParams, ToSchema};

use crate::explanation::{Entry, administrator, ours, rest};
use crate::http::api::Problem;
use crate::http::idempotency;
use crate::http::paging::{Limit, Page};
use crate::tokens::Scope;
use crate::validators::refusal::BEARER_TOKEN;

/// Schemas by name, as they were met.
pub(super) type Schemas = Vec<(String, RefOr<Schema>)>;

/// A route's description.
pub(in crate::http) struct Says {
    verb: HttpMethod,
    operation: OperationBuilder,
    parts: BTreeMap<&'static str, &'static str>,
    answers: Vec<(u16, Response)>,
    refusals: BTreeMap<u16, Vec<Entry>>,
    schemas: Schemas,
}

/// A description that is whole.
pub(super) struct Said {
    pub(super) verb: HttpMethod,
    pub(super) operation: Operation,
    pub(super) schemas: Schemas,
}

impl Says {
    /// A route that reads. `summary`: what it does, in a few words.
    pub(in crate::http) fn get(summary: &str) -> Says {
        Says::new(HttpMethod::Get, summary)
    }

    /// A route that does something.
    pub(in crate::http) fn post(summary: &str) -> Says {
        Says::new(HttpMethod::Post, summary)
    }

    /// A route that puts something in the place of what was there.
    pub(in crate::http) fn put(summary: &str) -> Says {
        Says::new(HttpMethod::Put, summary)
    }

    /// A route that changes a part of something.
    pub(in crate::http) fn patch(summary: &str) -> Says {
        Says::new(HttpMethod::Patch, summary)
    }

    /// A route that takes something away.
    pub(in crate::http) fn delete(summary: &str) -> Says {
        Says::new(HttpMethod::Delete, summary)
    }

    fn new(verb: HttpMethod, summary: &str) -> Says {
        let says = Says {
            verb,
            operation: OperationBuilder::new().summary(Some(summary)),
            parts: BTreeMap::new(),
            answers: Vec::new(),
            refusals: BTreeMap::new(),
            schemas: Vec::new(),
        };
        let says = says.refuses(401, &[BEARER_TOKEN]).refuses(403, &[administrator::SCOPE]);
        says.refuses(503, &[ours::STORE])
    }

    /// What whoever calls it should know.
    pub(in crate::http) fn details(mut self, text: &str) -> Says {
        self.operation = self.operation.description(Some(text));
        self
    }

    /// What the `{name}` in the path is.
    pub(in crate::http) fn part(mut self, name: &'static str, text: &'static str) -> Says {
        self.parts.insert(name, text);
        self
    }

    /// The parameters of the query.
    pub(in crate::http) fn asks<Q: IntoParams>(mut self) -> Says {
        let parameters = Q::into_params(|| Some(ParameterIn::Query));
        self.operation = parameters.into_iter().fold(self.operation, OperationBuilder::parameter);
        self.refuses(400, &[rest::QUERY])
    }

    /// A header of the request, which may be absent.
    fn header(mut self, name: &str, text: &str) -> Says {
        let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Header);
        let parameter = parameter.required(Required::False).description(Some(text));
        self.operation = self.operation.parameter(parameter.schema(Some(string())));
        self
    }

    /// What is done once for each `Idempotency-Key`.
    pub(in crate::http) fn once(self) -> Says {
        let text = "A word of the caller's own, a new UUID for each thing that is to be done. A repetition under the same key within \
            24 hours does nothing and gets the same answer, but for what is secret in it.";
        let says = self.header(idempotency::HEADER, text).refuses(400, &[rest::KEY]);
        says.refuses(409, &[rest::KEY_IN_USE])
            .refuses(422, &[rest::KEY_REUSED])
            .refuses(429, &[rest::KEYS_FULL])
    }

    /// A list: pages of `T`, with `limit`, `cursor` and the filter `Q`.
    pub(in crate::http) fn lists<T: ToSchema, Q: IntoParams>(self, text: &str) -> Says {
        self.lists_within::<Page<T>, Q>(text)
    }

    /// An answer `T` that has such pages in it.
    pub(in crate::http) fn lists_within<T: ToSchema, Q: IntoParams>(mut self, text: &str) -> Says {
        let limit = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(1))
            .maximum(Some(Limit::MOST))
            .default(Some(Limit::USUAL.into()));
        let parameter = |name: &str, text: &str, schema: ObjectBuilder| {
            let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Query);
            parameter.required(Required::False).description(Some(text)).schema(Some(schema))
        };
        self.operation =
            self.operation.parameter(parameter("limit", "How many rows, at most.", limit)).parameter(
                parameter("cursor", "The next of the page before; absent for the first page.", string()),
            );
        self.asks::<Q>().answers::<T>(200, text).refuses(400, &[rest::LIMIT, rest::CURSOR])
    }

    /// A JSON body.
    pub(in crate::http) fn takes<T: ToSchema>(self, required: bool) -> Says {
        let content = ContentBuilder::new().schema(Some(reference::<T>())).build();
        self.meets::<T>().body("application/json", content, required)
    }

    /// A body that is text of that kind.
    pub(in crate::http) fn takes_text(self, kind: &str, text: &str) -> Says {
        let content = ContentBuilder::new().schema(Some(string().description(Some(text)))).build();
        self.body(kind, content, true)
    }

    fn body(mut self, kind: &str, content: utoipa::openapi::Content, required: bool) -> Says {
        let required = if required { Required::True } else { Required::False };
        let body = RequestBodyBuilder::new().content(kind, content).required(Some(required)).build();
        self.operation = self.operation.request_body(Some(body));
        self.refuses(400, &[administrator::BODY]).refuses(413, &[administrator::BODY])
    }

    /// An answer in JSON.
    pub(in crate::http) fn answers<T: ToSchema>(mut self, status: u16, text: &str) -> Says {
        let content = ContentBuilder::new().schema(Some(reference::<T>())).build();
        let response = ResponseBuilder::new().description(text).content("application/json", content);
        self.answers.push((status, response.build()));
        self.meets::<T>()
    }

    /// An answer that is a file or a text of one of these kinds.
    pub(in crate::http) fn sends(mut self, status: u16, kinds: &[&str], text: &str) -> Says {
        let content = ContentBuilder::new().schema(Some(string())).build();
        let told = ResponseBuilder::new().description(text);
        let response = kinds.iter().fold(told, |response, kind| response.content(*kind, content.clone()));
        self.answers.push((status, response.build()));
        self
    }

    /// Refusals with that status, by their codes.
    pub(in crate::http) fn refuses(mut self, status: u16, codes: &[Entry]) -> Says {
        self.refusals.entry(status).or_default().extend_from_slice(codes);
        self
    }

    /// Refusals with that status whose codes are those of every request for a certificate, too many to list.
    pub(in crate::http) fn refuses_requests(mut self, status: u16) -> Says {
        let content = ContentBuilder::new().schema(Some(reference::<Problem>())).build();
        let text = "The request for a certificate is refused: any code of docs/errors/ that a device could get, too.";
        let response = ResponseBuilder::new().description(text).content(super::PROBLEM, content);
        self.answers.push((status, response.build()));
        self
    }

    fn meets<T: ToSchema>(mut self) -> Says {
        self.schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(&mut self.schemas);
        self
    }

    /// The whole description of the route at `path`, which needs `scope`.
    pub(super) fn said(self, path: &str, scope: Scope) -> Said {
        let names: Vec<&str> = names(path).collect();
        let mut says = if names.is_empty() { self } else { self.refuses(404, &[rest::NO_ROUTE]) };
        let mut operation = std::mem::take(&mut says.operation);
        for name in names {
            let text = says.parts.get(name).copied().unwrap_or_default();
            let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path);
            let parameter = parameter.required(Required::True).description(Some(text));
            operation = operation.parameter(parameter.schema(Some(string().min_length(Some(1)))));
        }
        for (status, response) in says.answers {
            operation = operation.response(status.to_string(), response);
        }
        for (status, codes) in &says.refusals {
            operation = operation.response(status.to_string(), refusal(codes));
        }
        let operation = operation
            .response("500", broken())
            .tag(tag(path))
            .operation_id(Some(id(&says.verb, path)))
            .security(SecurityRequirement::new(super::BEARER, [scope.as_str()]))
            .extensions(Some([("x-scope", scope.as_str())].into_iter().collect()));
        Said { verb: says.verb, operation: operation.build(), schemas: says.schemas }
    }
}

/// The names in braces.
fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

/// The first word behind the version.
fn tag(path: &str) -> &str {
    path.split('/').nth(3).unwrap_or_default()
}

/// Verb and path in one word: `get_certificates_serial_status`.
fn id(verb: &HttpMethod, path: &str) -> String {
    let verb = super::word(verb);
    let words = path.split(['/', '{', '}', '-', '.']).filter(|word| !["", "api", "v1"].contains(word));
    words.fold(verb.to_owned(), |id, word| format!("{id}_{word}"))
}

fn string() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn reference<T: ToSchema>() -> Ref {
    Ref::from_schema_name(T::name())
}

fn refusal(codes: &[Entry]) -> Response {
    let sentences: Vec<String> = codes.iter().map(|code| format!("{code}: {}", code.sentence)).collect();
    let names: Vec<String> = codes.iter().map(ToString::to_string).collect();
    let content = ContentBuilder::new().schema(Some(reference::<Problem>())).build();
    let response = ResponseBuilder::new().description(sentences.join(" ")).content(super::PROBLEM, content);
    response.extensions(Some([("x-codes", names)].into_iter().collect())).build()
}

/// A panic ends one request, with a text.
fn broken() -> Response {
    let content = ContentBuilder::new().schema(Some(string())).build();
    ResponseBuilder::new().description(ours::PANIC.sentence).content("text/plain", content).build()
}

//! All paths of the tenant on one screen.

use super::World;
use super::configurations::ConfigurationCall;
use super::control;
use super::entra;
use super::exchange::{Answer, Call, Conduct, form_pairs};
use super::fault::{Fault, Hop, conduct};
use super::graph;
use super::graph::Read;
use super::revocation::{AuthorityCall, authority};
use super::scep_actions::{Action, act, envelope};

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// `POST /{tenant}/oauth2/v2.0/token`
    Token { tenant: String },
    /// `POST /{tenant}/oauth2/v2.0/devicecode`
    DeviceCode { tenant: String },
    /// `/beta/deviceManagement/deviceConfigurations` and what is below
    Configurations(ConfigurationCall),
    /// `GET /common/discovery/instance`
    Instance,
    /// `GET /{tenant}/v2.0/.well-known/openid-configuration`
    OpenId { tenant: String },
    /// `GET /{tenant}/discovery/v2.0/keys`
    Keys,
    /// `GET /v1.0/servicePrincipals/appId={id}/endpoints`
    Endpoints { app_id: String },
    /// `POST {scale unit}/…/ScepActions/{action}`
    Action { action: Action, base: String },
    /// `GET /{version}/devices` and its kin
    Directory(Read),
    /// `POST {scale unit}/…/CertificateAuthorityRequests/{call}`
    Authority { call: AuthorityCall, base: String },
    /// `/sim/…`
    Control { path: Vec<String> },
    /// No service has it.
    Nowhere,
}

impl Route {
    /// The route of a request.
    #[must_use]
    pub(crate) fn of(call: &Call) -> Self {
        let path = call.path.trim_start_matches('/');
        let parts: Vec<&str> = path.split('/').collect();
        match (call.method.as_str(), parts.as_slice()) {
            (_, ["sim", rest @ ..]) => Self::Control { path: rest.iter().map(ToString::to_string).collect() },
            ("POST", [tenant, "oauth2", "v2.0", "token"]) => Self::Token { tenant: (*tenant).into() },
            ("POST", [tenant, "oauth2", "v2.0", "devicecode"]) => {
                Self::DeviceCode { tenant: (*tenant).into() }
            }
            (method, ["beta", "deviceManagement", rest @ ..])
                if ConfigurationCall::of(method, rest).is_some() =>
            {
                ConfigurationCall::of(method, rest).map_or(Self::Nowhere, Self::Configurations)
            }
            ("GET", ["common", "discovery", "instance"]) => Self::Instance,
            ("GET", [tenant, "v2.0", ".well-known", "openid-configuration"]) => {
                Self::OpenId { tenant: (*tenant).into() }
            }
            ("GET", [_, "discovery", "v2.0", "keys"]) => Self::Keys,
            ("GET", ["v1.0", "servicePrincipals", id, "endpoints"]) => {
                Self::Endpoints { app_id: id.strip_prefix("appId=").unwrap_or_default().into() }
            }
            ("POST", [base @ .., "ScepActions", action]) => match Action::named(action) {
                Some(action) => Self::Action { action, base: base.join("/") },
                None => Self::Nowhere,
            },
            ("POST", [base @ .., "CertificateAuthorityRequests", call]) => match AuthorityCall::named(call) {
                Some(call) => Self::Authority { call, base: base.join("/") },
                None => Self::Nowhere,
            },
            ("GET", parts) => Read::of(parts).map_or(Self::Nowhere, Self::Directory),
            _ => Self::Nowhere,
        }
    }

    /// The hop, for faults and for the journal.
    #[must_use]
    pub(crate) fn hop(&self, world: &World, call: &Call) -> Option<Hop> {
        match self {
            Self::DeviceCode { .. } => Some(Hop::DeviceCode),
            Self::Configurations(call) => Some(call.hop()),
            Self::Token { .. } if entra::is_sign_in(call) => Some(Hop::SignIn),
            Self::Token { .. } => {
                let scope = form_pairs(&call.text()).into_iter().find(|(key, _)| key == "scope");
                let resource = scope.map(|(_, scope)| scope.trim_end_matches("/.default").to_owned());
                let graph = resource.is_some_and(|resource| world.is_graph_audience(&resource));
                Some(if graph { Hop::GraphToken } else { Hop::IntuneToken })
            }
            Self::Endpoints { .. } => Some(Hop::Endpoints),
            Self::Action { action: Action::ValidateRequest, .. } => Some(Hop::ValidateRequest),
            Self::Action { action: Action::SuccessNotification, .. } => Some(Hop::SuccessNotification),
            Self::Action { action: Action::FailureNotification, .. } => Some(Hop::FailureNotification),
            Self::Directory(read) => Some(read.hop()),
            Self::Authority { call: AuthorityCall::Download, .. } => Some(Hop::RevocationDownload),
            Self::Authority { call: AuthorityCall::Upload, .. } => Some(Hop::RevocationUpload),
            _ => None,
        }
    }

    fn answer(&self, world: &World, call: &Call, fault: Option<&Fault>) -> Answer {
        match self {
            Self::Token { tenant } => entra::token(world, call, tenant, fault),
            Self::DeviceCode { tenant } => entra::device_code(world, call, tenant),
            Self::Configurations(what) => what.answer(world, call),
            Self::Instance => entra::instance(world, call),
            Self::OpenId { tenant } => entra::openid_configuration(world, tenant),
            Self::Keys => entra::keys(world),
            Self::Endpoints { app_id } => graph::endpoints(world, call, app_id, fault),
            Self::Action { action, base } if world.urls().scep_service.ends_with(&format!("/{base}")) => {
                act(world, call, *action)
            }
            Self::Authority { call: what, base }
                if world.urls().pki_service.ends_with(&format!("/{base}")) =>
            {
                authority(world, call, *what)
            }
            Self::Directory(read) => graph::read(world, call, read),
            Self::Action { .. } | Self::Authority { .. } => {
                envelope(404, "ResourceNotFound", "No service stands at this address.")
            }
            Self::Control { path } => control::answer(world, call, path),
            Self::Nowhere => Answer::text(404, "text/plain", "Not found"),
        }
    }
}

/// Answers a request, with the faults that are due.
pub fn respond(world: &World, call: &Call) -> Conduct {
    let route = Route::of(call);
    if matches!(route, Route::Control { .. }) {
        return Conduct::Reply(route.answer(world, call, None));
    }
    let hop = route.hop(world, call);
    let number = world.journal().record(call, hop, world.clock.now());
    let fault = hop.and_then(|hop| world.faults().draw(hop));
    let result = match (&fault, hop) {
        (Some(fault), Some(hop)) => conduct(fault, hop, || route.answer(world, call, Some(fault))),
        _ => Conduct::Reply(route.answer(world, call, None)),
    };
    let status = match &result {
        Conduct::Reply(answer) | Conduct::Late(answer, _) => answer.status,
        Conduct::Break(..) => 0,
    };
    world.journal().conclude(number, status, fault.map(|fault| format!("{fault:?}")));
    result
}

//! Every page, with the right that it takes to see it. What the page shows and does is the API's to give or refuse.

mod account;
mod approvals;
mod audit;
mod cas;
mod certificates;
mod connections;
#[cfg(test)]
mod desk;
mod docs;
mod doctor;
mod door;
mod enrolments;
mod holders;
mod home;
mod people;
mod policies;
mod profiles;
mod renewals;
mod requests;
mod revocation;
mod setup;
mod sim;
mod stalled;
mod templates;
mod trace;
mod webhooks;
mod wizard;

use super::visit::{Shown, Visit};
use crate::tokens::Scope;

/// A page, or what a form of one is sent to.
pub(super) struct Page {
    /// As axum writes it.
    pub(super) path: &'static str,
    /// Names it in the navigation (`nav-…`) and in tests.
    pub(super) name: &'static str,
    /// The group of the navigation where it stands.
    pub(super) group: Option<&'static str>,
    /// Who may see it.
    pub(super) who: Who,
    /// GET.
    pub(super) show: Option<fn(Visit) -> Shown>,
    /// POST, from a form of ours.
    pub(super) act: Option<fn(Visit) -> Shown>,
}

/// Who may see a page, and send its forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// Whoever comes, signed in or not.
    Anyone,
    /// Whoever is signed in.
    SignedIn,
    /// Whoever may do this.
    May(Scope),
}

/// The groups of the navigation, in order.
pub(super) const GROUPS: &[&str] = &["watch", "certificates", "set-up", "system"];

/// A page of the navigation.
const fn page(
    (group, name): (&'static str, &'static str),
    path: &'static str,
    scope: Scope,
    show: fn(Visit) -> Shown,
) -> Page {
    Page { path, name, group: Some(group), who: Who::May(scope), show: Some(show), act: None }
}

/// A page that others lead to.
const fn below(name: &'static str, path: &'static str, scope: Scope, show: fn(Visit) -> Shown) -> Page {
    Page { path, name, group: None, who: Who::May(scope), show: Some(show), act: None }
}

/// What a form is sent to.
const fn deed(name: &'static str, path: &'static str, scope: Scope, act: fn(Visit) -> Shown) -> Page {
    Page { path, name, group: None, who: Who::May(scope), show: None, act: Some(act) }
}

/// A page for whoever comes, and what its form does.
const fn open(
    name: &'static str,
    path: &'static str,
    show: Option<fn(Visit) -> Shown>,
    act: Option<fn(Visit) -> Shown>,
) -> Page {
    Page { path, name, group: None, who: Who::Anyone, show, act }
}

/// The same for whoever is signed in.
const fn own(
    name: &'static str,
    path: &'static str,
    show: Option<fn(Visit) -> Shown>,
    act: Option<fn(Visit) -> Shown>,
) -> Page {
    Page { path, name, group: None, who: Who::SignedIn, show, act }
}

/// A page whose form is sent to its own address; what the form does needs more, which the API knows.
const fn both(
    (group, name): (Option<&'static str>, &'static str),
    path: &'static str,
    scope: Scope,
    show: fn(Visit) -> Shown,
    act: fn(Visit) -> Shown,
) -> Page {
    Page { path, name, group, who: Who::May(scope), show: Some(show), act: Some(act) }
}

/// All of them.
pub(super) const PAGES: &[Page] = &[
    Page {
        path: "/",
        name: "home",
        group: Some("watch"),
        who: Who::SignedIn,
        show: Some(home::show),
        act: None,
    },
    page(("watch", "enrolments"), "/enrolments", Scope::EnrolmentRead, enrolments::list),
    below("trace", "/enrolments/{transaction}", Scope::EnrolmentRead, trace::show),
    page(("watch", "stalled"), "/stalled", Scope::EnrolmentRead, stalled::list),
    page(("watch", "renewals"), "/renewals", Scope::CertRead, renewals::show),
    page(("watch", "revocation"), "/revocation", Scope::CertRead, revocation::show),
    page(("watch", "events"), "/events", Scope::AuditRead, audit::troubles),
    page(("watch", "audit"), "/audit", Scope::AuditRead, audit::list),
    page(("certificates", "certificates"), "/certificates", Scope::CertRead, certificates::list),
    below("certificates-csv", "/certificates.csv", Scope::CertRead, certificates::csv),
    both(
        (None, "certificates-ask"),
        "/certificates/ask",
        Scope::CertRevoke,
        certificates::ask,
        certificates::ask,
    ),
    deed("certificates-revoke", "/certificates/revoke", Scope::CertRevoke, certificates::carry_out),
    below("certificate", "/certificates/{serial}", Scope::CertRead, certificates::show),
    below(
        "certificate-file",
        "/certificates/{serial}/download/{form}",
        Scope::CertRead,
        certificates::download,
    ),
    page(("certificates", "devices"), "/devices", Scope::DirectoryRead, holders::devices),
    below("device", "/devices/{id}", Scope::DirectoryRead, holders::device),
    page(("certificates", "users"), "/users", Scope::DirectoryRead, holders::users),
    below("user", "/users/{id}", Scope::DirectoryRead, holders::user),
    page(("certificates", "requests"), "/requests", Scope::CertRequest, requests::list),
    both((None, "request-new"), "/requests/new", Scope::CertRequest, requests::new, requests::create),
    below("request", "/requests/{id}", Scope::CertRequest, requests::show),
    page(("set-up", "cas"), "/cas", Scope::SystemRead, cas::show),
    below("ca-file", "/cas/files/{file}", Scope::SystemRead, cas::download),
    open("docs", "/docs", Some(docs::index), None),
    open("doc", "/docs/{page}", Some(docs::page), None),
    open("doc-within", "/docs/{folder}/{page}", Some(docs::within), None),
    page(("watch", "approvals"), "/approvals", Scope::ApprovalRead, approvals::list),
    below("approval", "/approvals/{id}", Scope::ApprovalRead, approvals::show),
    page(("set-up", "setup-start"), "/setup/start", Scope::SystemRead, wizard::start),
    both((None, "setup-step"), "/setup/{step}", Scope::SystemRead, wizard::step, wizard::test),
    page(("set-up", "connections"), "/connections", Scope::SystemRead, connections::list),
    both(
        (None, "connection"),
        "/connections/{name}",
        Scope::SystemRead,
        connections::show,
        connections::test,
    ),
    page(("set-up", "profiles"), "/profiles", Scope::ProfileRead, profiles::page),
    below("profiles-review", "/profiles/review", Scope::ProfileRead, profiles::review),
    below("profiles-file", "/profiles/file", Scope::ProfileRead, profiles::file),
    deed("profiles-lint", "/profiles/lint", Scope::ProfileRead, profiles::lint),
    deed("profiles-diff", "/profiles/diff", Scope::ProfileRead, profiles::diff),
    deed("profiles-reach", "/profiles/reach", Scope::SystemTest, profiles::reach),
    page(("set-up", "templates"), "/templates", Scope::ProfileRead, templates::list),
    below("template", "/templates/{name}", Scope::ProfileRead, templates::show),
    deed("template-preview", "/templates/{name}/preview", Scope::ProfileRead, templates::preview),
    page(("set-up", "policies"), "/policies", Scope::ProfileRead, policies::page),
    deed("policy-test", "/policies/test", Scope::SystemTest, policies::test),
    deed("policy-replay", "/policies/replay", Scope::SystemTest, policies::replay),
    page(("system", "doctor"), "/doctor", Scope::SystemTest, doctor::doctor),
    page(("system", "settings"), "/settings", Scope::SystemRead, doctor::settings),
    both((Some("system"), "webhooks"), "/webhooks", Scope::WebhookRead, webhooks::list, webhooks::add),
    both((None, "webhook"), "/webhooks/{id}", Scope::WebhookRead, webhooks::show, webhooks::act),
    page(("system", "sim"), "/sim", Scope::SystemRead, sim::page),
    deed("sim-act", "/sim/{device}", Scope::SystemTest, sim::act),
    deed("approval-decide", "/approvals/{id}/decide", Scope::ApprovalDecide, approvals::decide),
    open("sign-in", "/sign-in", Some(door::show), Some(door::by_password)),
    open("passkey-options", "/sign-in/passkey/options", None, Some(door::passkey_options)),
    open("passkey", "/sign-in/passkey", None, Some(door::by_passkey)),
    open("provider", "/sign-in/provider", Some(door::depart), None),
    open("callback", "/sign-in/callback", Some(door::arrive), None),
    open("sign-out", "/sign-out", None, Some(door::out)),
    open("language", "/language", None, Some(door::language)),
    open("setup", "/setup", Some(setup::show), Some(setup::begin)),
    open("setup-password", "/setup/password", None, Some(setup::by_password)),
    open("setup-passkey-options", "/setup/passkey/options", None, Some(setup::passkey_options)),
    open("setup-passkey", "/setup/passkey", None, Some(setup::by_passkey)),
    own("account", "/account", Some(account::show), None),
    own("account-password", "/account/password", Some(account::password), Some(account::set_password)),
    own("account-passkeys", "/account/passkeys", None, Some(account::add_passkey)),
    own("account-passkey-options", "/account/passkeys/options", None, Some(account::passkey_options)),
    own("account-passkey-remove", "/account/passkeys/{id}/remove", None, Some(account::remove_passkey)),
    own("account-sessions-end", "/account/sessions/end", None, Some(account::end_sessions)),
    own("account-session-end", "/account/sessions/{id}/end", None, Some(account::end_session)),
    both((Some("system"), "people"), "/people", Scope::PeopleRead, people::list, people::invite),
    both((None, "person"), "/people/{id}", Scope::PeopleRead, people::show, people::change),
    deed("person-link", "/people/{id}/link", Scope::PeopleManage, people::link),
];

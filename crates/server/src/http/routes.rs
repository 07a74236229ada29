//! The administrative API's routes, each with the right that it takes and what is said of it.

use axum::routing::{delete, get, patch, post, put};

use super::access::Route;
use super::{
    approvals, challenges, mdm, me, policy, profiles, records, requests, revocations, roll, searches,
    sightings, simulator, stalled, system, traffic, webhooks,
};
use crate::tokens::Scope;

/// The administrative API: each route with the scope that a token must have. A test sees to it that none is added past it.
pub(super) const API: &[Route] = &[
    Route {
        path: "/api/v1/challenges",
        scope: Scope::ChallengeNew,
        method: || post(challenges::create),
        says: challenges::says,
    },
    Route {
        path: "/api/v1/certificates/{serial}/status",
        scope: Scope::CertRead,
        method: || get(records::status),
        says: records::status_says,
    },
    Route {
        path: "/api/v1/enrolments/{transaction}",
        scope: Scope::EnrolmentRead,
        method: || get(records::enrolment),
        says: records::enrolment_says,
    },
    Route {
        path: "/api/v1/stalled",
        scope: Scope::EnrolmentRead,
        method: || get(stalled::list),
        says: stalled::says,
    },
    Route {
        path: "/api/v1/certificates/{serial}/revoke",
        scope: Scope::CertRevoke,
        method: || post(revocations::one),
        says: revocations::one_says,
    },
    Route {
        path: "/api/v1/certificates/{serial}/seen",
        scope: Scope::DirectoryWrite,
        method: || post(sightings::seen),
        says: sightings::says,
    },
    Route {
        path: "/api/v1/certificates/revoke",
        scope: Scope::CertRevoke,
        method: || post(revocations::many),
        says: revocations::many_says,
    },
    Route {
        path: "/api/v1/directory/{endpoint}",
        scope: Scope::DirectoryWrite,
        method: || put(records::list),
        says: records::list_says,
    },
    Route {
        path: "/api/v1/ca/profiles",
        scope: Scope::ProfileRead,
        method: || get(profiles::list),
        says: profiles::list_says,
    },
    Route {
        path: "/api/v1/ca/profiles/{name}",
        scope: Scope::ProfileRead,
        method: || get(profiles::show),
        says: profiles::show_says,
    },
    Route {
        path: "/api/v1/traffic",
        scope: Scope::CertRead,
        method: || get(traffic::show),
        says: traffic::says,
    },
    Route {
        path: "/api/v1/approvals",
        scope: Scope::ApprovalRead,
        method: || get(approvals::list),
        says: approvals::list_says,
    },
    Route {
        path: "/api/v1/approvals/{id}",
        scope: Scope::ApprovalRead,
        method: || get(approvals::show),
        says: approvals::show_says,
    },
    Route {
        path: "/api/v1/requests",
        scope: Scope::CertRequest,
        method: || post(requests::create),
        says: requests::create_says,
    },
    Route {
        path: "/api/v1/requests",
        scope: Scope::CertRequest,
        method: || get(requests::list),
        says: requests::list_says,
    },
    Route {
        path: "/api/v1/requests/{id}",
        scope: Scope::CertRequest,
        method: || get(requests::show),
        says: requests::show_says,
    },
    Route {
        path: "/api/v1/ca/profiles/{name}/versions/{version}",
        scope: Scope::ProfileRead,
        method: || get(profiles::version),
        says: profiles::version_says,
    },
    Route {
        path: "/api/v1/ca/profiles/{name}/preview",
        scope: Scope::ProfileRead,
        method: || post(profiles::preview),
        says: profiles::preview_says,
    },
    Route {
        path: "/api/v1/mdm/choices",
        scope: Scope::ProfileRead,
        method: || get(mdm::choices),
        says: mdm::choices_says,
    },
    Route {
        path: "/api/v1/mdm/profiles/generate",
        scope: Scope::ProfileRead,
        method: || post(mdm::generate),
        says: mdm::generate_says,
    },
    Route {
        path: "/api/v1/mdm/profiles/lint",
        scope: Scope::ProfileRead,
        method: || post(mdm::lint),
        says: mdm::lint_says,
    },
    Route {
        path: "/api/v1/mdm/profiles/diff",
        scope: Scope::ProfileRead,
        method: || post(mdm::diff),
        says: mdm::diff_says,
    },
    Route {
        path: "/api/v1/mdm/profiles/reach",
        scope: Scope::SystemTest,
        method: || post(mdm::reach),
        says: mdm::reach_says,
    },
    Route {
        path: "/api/v1/policy",
        scope: Scope::ProfileRead,
        method: || get(policy::rules),
        says: policy::rules_says,
    },
    Route {
        path: "/api/v1/policy/test",
        scope: Scope::SystemTest,
        method: || post(policy::test),
        says: policy::test_says,
    },
    Route {
        path: "/api/v1/policy/replay",
        scope: Scope::SystemTest,
        method: || post(policy::replay),
        says: policy::replay_says,
    },
    Route {
        path: "/api/v1/simulator",
        scope: Scope::SystemRead,
        method: || get(simulator::fleet),
        says: simulator::fleet_says,
    },
    Route {
        path: "/api/v1/simulator/{device}/{deed}",
        scope: Scope::SystemTest,
        method: || post(simulator::act),
        says: simulator::act_says,
    },
    Route {
        path: "/api/v1/approvals/{id}/approve",
        scope: Scope::ApprovalDecide,
        method: || post(approvals::approve),
        says: approvals::approve_says,
    },
    Route {
        path: "/api/v1/approvals/{id}/deny",
        scope: Scope::ApprovalDecide,
        method: || post(approvals::deny),
        says: approvals::deny_says,
    },
    Route { path: "/api/v1/me", scope: Scope::AccountOwn, method: || get(me::show), says: me::show_says },
    Route {
        path: "/api/v1/me",
        scope: Scope::AccountOwn,
        method: || patch(me::change),
        says: me::change_says,
    },
    Route {
        path: "/api/v1/me/sessions",
        scope: Scope::AccountOwn,
        method: || get(me::sessions),
        says: me::sessions_says,
    },
    Route {
        path: "/api/v1/me/sessions",
        scope: Scope::AccountOwn,
        method: || delete(me::end_all),
        says: me::end_all_says,
    },
    Route {
        path: "/api/v1/me/sessions/{id}",
        scope: Scope::AccountOwn,
        method: || delete(me::end),
        says: me::end_says,
    },
    Route {
        path: "/api/v1/me/passkeys",
        scope: Scope::AccountOwn,
        method: || get(me::passkeys),
        says: me::passkeys_says,
    },
    Route {
        path: "/api/v1/me/passkeys/{id}",
        scope: Scope::AccountOwn,
        method: || delete(me::remove_passkey),
        says: me::remove_passkey_says,
    },
    Route {
        path: "/api/v1/me/tokens",
        scope: Scope::AccountOwn,
        method: || post(me::token),
        says: me::token_says,
    },
    Route {
        path: "/api/v1/people",
        scope: Scope::PeopleRead,
        method: || get(roll::list),
        says: roll::list_says,
    },
    Route {
        path: "/api/v1/people",
        scope: Scope::PeopleManage,
        method: || post(roll::invite),
        says: roll::invite_says,
    },
    Route {
        path: "/api/v1/people/{id}",
        scope: Scope::PeopleRead,
        method: || get(roll::show),
        says: roll::show_says,
    },
    Route {
        path: "/api/v1/people/{id}",
        scope: Scope::PeopleManage,
        method: || patch(roll::change),
        says: roll::change_says,
    },
    Route {
        path: "/api/v1/people/{id}/link",
        scope: Scope::PeopleManage,
        method: || post(roll::link),
        says: roll::link_says,
    },
    Route {
        path: "/api/v1/webhooks",
        scope: Scope::WebhookRead,
        method: || get(webhooks::list),
        says: webhooks::list_says,
    },
    Route {
        path: "/api/v1/webhooks",
        scope: Scope::WebhookManage,
        method: || post(webhooks::create),
        says: webhooks::create_says,
    },
    Route {
        path: "/api/v1/webhooks/{id}",
        scope: Scope::WebhookManage,
        method: || delete(webhooks::remove),
        says: webhooks::remove_says,
    },
    Route {
        path: "/api/v1/webhooks/{id}/test",
        scope: Scope::WebhookManage,
        method: || post(webhooks::test),
        says: webhooks::test_says,
    },
    Route {
        path: "/api/v1/webhooks/{id}/deliveries",
        scope: Scope::WebhookRead,
        method: || get(webhooks::deliveries),
        says: webhooks::deliveries_says,
    },
    Route {
        path: "/api/v1/certificates",
        scope: Scope::CertRead,
        method: || get(searches::certificates),
        says: searches::certificates_says,
    },
    Route {
        path: "/api/v1/certificates.csv",
        scope: Scope::CertRead,
        method: || get(searches::export),
        says: searches::export_says,
    },
    Route {
        path: "/api/v1/certificates/{serial}",
        scope: Scope::CertRead,
        method: || get(searches::certificate),
        says: searches::certificate_says,
    },
    Route {
        path: "/api/v1/certificates/{serial}/download",
        scope: Scope::CertRead,
        method: || get(searches::download),
        says: searches::download_says,
    },
    Route {
        path: "/api/v1/enrolments",
        scope: Scope::EnrolmentRead,
        method: || get(searches::enrolments),
        says: searches::enrolments_says,
    },
    Route {
        path: "/api/v1/devices",
        scope: Scope::DirectoryRead,
        method: || get(searches::devices),
        says: searches::devices_says,
    },
    Route {
        path: "/api/v1/devices/{id}",
        scope: Scope::DirectoryRead,
        method: || get(searches::device),
        says: searches::device_says,
    },
    Route {
        path: "/api/v1/users",
        scope: Scope::DirectoryRead,
        method: || get(searches::users),
        says: searches::users_says,
    },
    Route {
        path: "/api/v1/users/{upn}",
        scope: Scope::DirectoryRead,
        method: || get(searches::user),
        says: searches::user_says,
    },
    Route {
        path: "/api/v1/audit",
        scope: Scope::AuditRead,
        method: || get(searches::audit),
        says: searches::audit_says,
    },
    Route {
        path: "/api/v1/audit.jsonl",
        scope: Scope::AuditRead,
        method: || get(searches::audit_lines),
        says: searches::audit_lines_says,
    },
    Route {
        path: "/api/v1/summary",
        scope: Scope::CertRead,
        method: || get(searches::summary),
        says: searches::summary_says,
    },
    Route {
        path: "/api/v1/renewals",
        scope: Scope::CertRead,
        method: || get(searches::renewals),
        says: searches::renewals_says,
    },
    Route {
        path: "/api/v1/cas",
        scope: Scope::SystemRead,
        method: || get(system::authorities),
        says: system::authorities_says,
    },
    Route {
        path: "/api/v1/connections",
        scope: Scope::SystemRead,
        method: || get(system::connections),
        says: system::connections_says,
    },
    Route {
        path: "/api/v1/connections/{name}/test",
        scope: Scope::SystemTest,
        method: || post(system::try_connection),
        says: system::try_connection_says,
    },
    Route {
        path: "/api/v1/settings",
        scope: Scope::SystemRead,
        method: || get(system::settings),
        says: system::settings_says,
    },
    Route {
        path: "/api/v1/health",
        scope: Scope::SystemRead,
        method: || get(system::health),
        says: system::health_says,
    },
    Route {
        path: "/api/v1/doctor",
        scope: Scope::SystemTest,
        method: || get(system::doctor),
        says: system::doctor_says,
    },
];

#[cfg(test)]
mod tests {
    use super::API;

    #[test]
    fn every_route_of_the_api_declares_a_scope() {
        let source = include_str!("routes.rs");
        let (shipped, _) = source.split_once("#[cfg(test)]").unwrap();
        let paths = shipped.matches("\"/api").count();
        assert_eq!((paths, shipped.matches("path: \"/api/v1/").count()), (API.len(), API.len()));
    }
}

//! `[admin.oidc]`: the identity provider whose people may sign in.

use serde::{Deserialize, Serialize};

use super::problem::{Code, Problem, Problems};
use super::secret::Secret;
use super::source::{self, Files, Loaded};
use super::url::BaseUrl;
use crate::people::Role;

/// `[admin.oidc]`.
#[derive(Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each key is explained once, in the example that a test holds to these types"
)]
pub struct OidcSettings {
    pub issuer: String,
    pub client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret_file: Option<String>,
    pub title: String,
    pub scopes: Vec<String>,
    pub login_claim: String,
    pub role: Vec<OidcRoleSettings>,
}

impl Default for OidcSettings {
    fn default() -> Self {
        Self {
            issuer: String::new(),
            client_id: String::new(),
            client_secret_file: None,
            title: "single sign-on".to_owned(),
            scopes: vec!["openid".to_owned(), "profile".to_owned(), "email".to_owned()],
            login_claim: "email".to_owned(),
            role: Vec::new(),
        }
    }
}

/// `[[admin.oidc.role]]`.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each key is explained once, in the example that a test holds to these types"
)]
pub struct OidcRoleSettings {
    pub claim: String,
    pub value: String,
    pub role: String,
}

/// An identity provider.
#[derive(Clone)]
pub struct Oidc {
    /// Exactly as the provider writes it.
    pub issuer: String,
    /// This server, there.
    pub client_id: String,
    /// What proves it, where the provider wants that.
    pub client_secret: Option<Secret>,
    /// What the button says.
    pub title: String,
    /// What is asked for; `openid` is among it.
    pub scopes: Vec<String>,
    /// The claim that a new person's login is made of.
    pub login_claim: String,
    /// Who gets which role; the strongest that fits.
    pub roles: Vec<OidcRole>,
    /// A test: plain HTTP on loopback.
    pub insecure_loopback: bool,
}

/// A role for whoever has this value in that claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OidcRole {
    /// The claim's name.
    pub claim: String,
    /// The value, or one of the values.
    pub value: String,
    /// The role.
    pub role: Role,
}

impl OidcSettings {
    pub(super) fn believe(
        &self,
        files: &dyn Files,
        loaded: &Loaded,
        problems: &mut Problems,
    ) -> Option<Oidc> {
        let before = problems.0.len();
        if let Some(url) = problems.note(BaseUrl::believe("admin.oidc.issuer", &self.issuer))
            && !(url.is_tls() || (loaded.local && url.is_loopback()))
        {
            problems.push(
                Problem::new(Code::Rule, "admin.oidc.issuer", &self.issuer)
                    .rule("an identity provider is asked by https:// alone")
                    .fix("write the issuer as the provider's discovery document has it"),
            );
        }
        if self.client_id.is_empty() || self.role.is_empty() || !self.scopes.iter().any(|one| one == "openid")
        {
            problems.push(
                Problem::new(Code::Missing, "admin.oidc", "")
                    .rule("it needs client_id, openid among the scopes, and at least one [[admin.oidc.role]]: without one nobody gets in")
                    .fix(r#"write [[admin.oidc.role]] claim = "roles", value = "chancery-owner", role = "owner""#),
            );
        }
        let roles = self.role.iter().filter_map(|role| problems.note(role.believe())).collect();
        let secret = self.client_secret_file.as_deref();
        let client_secret = secret.and_then(|path| {
            source::secret_file("admin.oidc.client_secret_file", path, files, loaded, problems)
        });
        (problems.0.len() == before).then(|| Oidc {
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            client_secret,
            title: self.title.clone(),
            scopes: self.scopes.clone(),
            login_claim: self.login_claim.clone(),
            roles,
            insecure_loopback: loaded.local && self.issuer.starts_with("http://"),
        })
    }
}

impl OidcRoleSettings {
    fn believe(&self) -> Result<OidcRole, Problem> {
        let problem = || {
            Problem::new(Code::Rule, "admin.oidc.role", &self.role)
                .rule("a mapping has a claim, a value, and a role: owner, operator, helpdesk, auditor or requester")
                .fix(r#"write claim = "roles", value = "chancery-owner", role = "owner""#)
        };
        let role = Role::parse(&self.role).ok_or_else(problem)?;
        if self.claim.is_empty() || self.value.is_empty() {
            return Err(problem());
        }
        Ok(OidcRole { claim: self.claim.clone(), value: self.value.clone(), role })
    }
}

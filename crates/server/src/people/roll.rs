//! Who there is: added, changed and locked out, in somebody's name. The command line and the API both come here.

use pki::Time;
use serde::Deserialize;
use serde_json::json;

use super::door::problem;
use super::links::Link;
use super::reception::{Reception, unread};
use super::{Login, RequestLimits, Role, display_name};
use crate::explanation::people;
use crate::http::{ApiProblem, Caller};
use crate::store::{
    AuditEvent, NewPerson, PeopleStore, Person, PersonChange, PersonChanged, PersonId, StoreError,
};

/// Somebody to be added. What is not said is by default: the name is the login, a requester may ask for nothing.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = NewPerson)]
pub struct Invited {
    /// 1 to 254 of `A-Z a-z 0-9 . @ _ + -`.
    pub login: String,
    /// 1 to 100 characters.
    pub name: Option<String>,
    /// `owner`, `operator`, `helpdesk`, `auditor` or `requester`.
    pub role: String,
    /// What a requester may ask for.
    pub limits: RequestLimits,
}

/// What of somebody shall change; the rest stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = ChangeOfPerson)]
pub struct Changed {
    /// 1 to 100 characters.
    pub name: Option<String>,
    /// One of the five roles; ends the person's sessions.
    pub role: Option<String>,
    /// What a requester may ask for; ends the person's sessions.
    pub limits: Option<RequestLimits>,
    /// Locks out, which ends the sessions, or lets in again.
    pub locked: Option<bool>,
}

fn bad(sentence: &str) -> ApiProblem {
    problem(400, people::PERSON, sentence)
}

fn role(word: &str) -> Result<Role, ApiProblem> {
    Role::parse(word).ok_or_else(|| bad("A role is owner, operator, helpdesk, auditor or requester."))
}

fn sensible(limits: RequestLimits) -> Result<RequestLimits, ApiProblem> {
    if limits.is_sensible() {
        Ok(limits)
    } else {
        Err(bad("Limits have at most 100 entries, none empty or with a space."))
    }
}

/// Adds somebody, with the audit row `person.added`; they cannot sign in before they used a link.
///
/// # Errors
/// [`people::PERSON`], [`people::LOGIN_TAKEN`], or the store.
pub async fn add(store: &dyn PeopleStore, new: Invited, by: &str, at: Time) -> Result<PersonId, ApiProblem> {
    let login = Login::parse(new.login.trim()).ok_or_else(|| {
        bad("A login is 1 to 254 of A-Z a-z 0-9 . @ _ + -, first and last a letter or digit.")
    })?;
    let name = new.name.as_deref().filter(|name| !name.trim().is_empty()).unwrap_or(login.as_str());
    let name = display_name(name).ok_or_else(|| bad("A name is 1 to 100 characters."))?;
    let (role, limits) = (role(&new.role)?, sensible(new.limits)?);
    let detail = json!({ "by": by, "login": login.as_str(), "name": name, "role": role, "limits": limits });
    let row = NewPerson {
        login,
        name,
        role,
        limits,
        elsewhere: None,
        event: AuditEvent::detail(detail.to_string()),
        at,
    };
    let put = store.put_person(row).await.map_err(unread)?;
    put.ok_or_else(|| ApiProblem::new(409, people::LOGIN_TAKEN))
}

/// Changes somebody, with the audit row `person.changed`.
///
/// # Errors
/// [`people::PERSON`], [`people::NO_PERSON`], [`people::LAST_OWNER`], or the store.
pub async fn change(
    store: &dyn PeopleStore,
    id: PersonId,
    wanted: Changed,
    by: &str,
    at: Time,
) -> Result<(), ApiProblem> {
    let before =
        store.person(id).await.map_err(unread)?.ok_or_else(|| ApiProblem::new(404, people::NO_PERSON))?;
    let name = match wanted.name {
        Some(name) => Some(display_name(&name).ok_or_else(|| bad("A name is 1 to 100 characters."))?),
        None => None,
    };
    let detail = json!({
        "by": by, "login": before.login.as_str(), "name": name, "role": wanted.role,
        "limits": wanted.limits, "locked": wanted.locked,
    });
    let rights = match (wanted.role, wanted.limits) {
        (None, None) => None,
        (word, limits) => {
            let role = word.map_or(Ok(before.role), |word| role(&word))?;
            let limits = sensible(limits.unwrap_or_else(|| before.limits.clone()))?;
            // What is no change of rights ends no session.
            Some((role, limits)).filter(|(role, limits)| *role != before.role || *limits != before.limits)
        }
    };
    let change = PersonChange { name, role: rights, locked: wanted.locked };
    let event = AuditEvent::new("person.changed", detail.to_string());
    match store.change_person(id, change, event, at).await.map_err(unread)? {
        PersonChanged::Done => Ok(()),
        PersonChanged::Unknown => Err(ApiProblem::new(404, people::NO_PERSON)),
        PersonChanged::LastOwner => Err(ApiProblem::new(409, people::LAST_OWNER)),
    }
}

/// The person of this number or login.
///
/// # Errors
/// The store's.
pub async fn find(store: &dyn PeopleStore, text: &str) -> Result<Option<Person>, StoreError> {
    match (text.parse(), Login::parse(text)) {
        (Ok(id), _) => store.person(PersonId(id)).await,
        (_, Some(login)) => store.person_by_login(&login).await,
        _ => Ok(None),
    }
}

impl Reception {
    /// People after that one, at most so many.
    ///
    /// # Errors
    /// The store's.
    pub async fn people(&self, after: PersonId, limit: u32) -> Result<Vec<Person>, ApiProblem> {
        self.store.people(after, limit).await.map_err(unread)
    }

    /// The person of this number or login.
    ///
    /// # Errors
    /// [`people::NO_PERSON`], or the store.
    pub async fn who(&self, text: &str) -> Result<Person, ApiProblem> {
        let found = find(&*self.store, text).await.map_err(unread)?;
        found.ok_or_else(|| ApiProblem::new(404, people::NO_PERSON))
    }

    /// Adds somebody and makes their link.
    ///
    /// # Errors
    /// As [`add`].
    pub async fn invite(&self, new: Invited, caller: &Caller) -> Result<(Person, Link), ApiProblem> {
        let id = add(&*self.store, new, caller.as_str(), self.clock.now()).await?;
        let person = self.who(&id.0.to_string()).await?;
        let link = self.new_link(&self.base, id).await?;
        Ok((person, link))
    }

    /// A new link for somebody, who may have lost every credential; with the audit row `person.link_made`.
    ///
    /// # Errors
    /// [`people::NO_PERSON`], or the store.
    pub async fn invite_again(&self, text: &str, caller: &Caller) -> Result<(Person, Link), ApiProblem> {
        let person = self.who(text).await?;
        let detail = json!({ "by": caller.as_str(), "login": person.login.as_str() });
        let event = AuditEvent::new("person.link_made", detail.to_string());
        self.store.append_audit(event, self.clock.now()).await.map_err(unread)?;
        let link = self.new_link(&self.base, person.id).await?;
        Ok((person, link))
    }

    /// Changes somebody.
    ///
    /// # Errors
    /// As [`change`].
    pub async fn change(&self, text: &str, wanted: Changed, caller: &Caller) -> Result<Person, ApiProblem> {
        let person = self.who(text).await?;
        change(&*self.store, person.id, wanted, caller.as_str(), self.clock.now()).await?;
        self.who(&person.id.0.to_string()).await
    }
}

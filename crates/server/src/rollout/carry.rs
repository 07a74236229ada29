//! The requests of a plan, one after the other.

use super::Office;
use crate::validators::Refusal;
use crate::validators::intune::{Hop, trouble::Trouble};
use mdm::graph::{Configuration, ConfigurationId, Entry, one};
use mdm::rollout::{Deed, GraphRequest, Place, Plan, Step};
use serde_json::Value;
use std::collections::BTreeMap;

/// Why a plan was not carried out to its end.
#[derive(Debug)]
pub struct Stopped {
    /// So many steps were done.
    pub done: usize,
    /// Why the next one was not.
    pub why: Box<Refusal>,
}

impl Office {
    /// The requests as they would be sent, with the address of each. An id that an earlier one brings is written as
    /// `{id of step 1}`.
    #[must_use]
    pub fn requests(&self, plan: &Plan) -> Vec<(String, GraphRequest)> {
        let made = |step: usize| Some(format!("{{id of step {}}}", step + 1));
        let asked = plan.steps.iter().filter_map(|step| step.request(self.line.base(), made));
        asked.map(|request| (format!("{}/{}", self.line.base(), request.path), request)).collect()
    }

    /// Carries a plan out. `tell` hears of each step that is done.
    ///
    /// # Errors
    /// The first step that is not done; those before it are, and a new plan begins with it.
    pub async fn carry_out(&self, plan: &Plan, tell: impl Fn(&Step)) -> Result<(), Stopped> {
        let mut made = BTreeMap::new();
        for (at, step) in plan.steps.iter().enumerate() {
            match self.perform(step, &made).await {
                Ok(Some(id)) => {
                    made.insert(at, id.to_string());
                }
                Ok(None) => {}
                Err(why) => return Err(Stopped { done: at, why: Box::new(why) }),
            }
            tell(step);
        }
        Ok(())
    }

    async fn perform(
        &self,
        step: &Step,
        made: &BTreeMap<usize, String>,
    ) -> Result<Option<ConfigurationId>, Refusal> {
        let unknown = || Trouble::Ours("an earlier step brought no id").refusal(Hop::Graph);
        let request = step.request(self.line.base(), |at| made.get(&at).cloned()).ok_or_else(unknown)?;
        let reply = self.line.send(request.method, &request.path, &request.body).await?;
        if !(200..=299).contains(&reply.status) {
            return Err(super::refused(&reply, &request.path, true));
        }
        proved(step, &reply.body)
    }
}

/// Whether the answer is Graph's, and says that it was done: a proxy's 200 proves nothing. Gives the id of what is new;
/// without it nothing can be bound to that or assigned.
fn proved(step: &Step, body: &[u8]) -> Result<Option<ConfigurationId>, Refusal> {
    let unproved = |why: &str| Trouble::Unreadable(why.to_owned()).refusal(Hop::Graph);
    if matches!(step.deed, Deed::AssignRoot | Deed::AssignProfile) {
        let said: Option<Value> = serde_json::from_slice(body).ok();
        let list = said.as_ref().and_then(|said| said.get("value")).and_then(Value::as_array);
        let assigned = list.is_some_and(|list| !list.is_empty());
        return if assigned { Ok(None) } else { Err(unproved("it does not say what is assigned")) };
    }
    match one::<Configuration>(body) {
        Ok(Entry::Item(found)) if step.deed.creates() => Ok(Some(found.id)),
        Ok(Entry::Item(found)) if step.target == Some(Place::Known(found.id.clone())) => Ok(None),
        _ => Err(unproved("it has no id of what was written")),
    }
}

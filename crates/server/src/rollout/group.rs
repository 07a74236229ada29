//! Groups by their names or object ids.

use super::Office;
use crate::explanation::administrator;
use crate::validators::Refusal;
use crate::validators::refusal::shown;
use mdm::graph::{DirectoryGroup, Known, ObjectId, request};
use mdm::profile::{Assignment, Group};

impl Office {
    /// Puts the object id in the place of each name.
    ///
    /// # Errors
    /// No group of that name or id, or several.
    pub async fn resolve(&self, assignments: &mut [Assignment]) -> Result<(), Refusal> {
        for assignment in assignments {
            if let Assignment::Group(group) | Assignment::Exclude(group) = assignment {
                *group = Group { id: self.group_id(&group.id).await?, members: group.members };
            }
        }
        Ok(())
    }

    async fn group_id(&self, named: &str) -> Result<String, Refusal> {
        let url = match ObjectId::parse(named).filter(|_| is_guid(named)) {
            Some(id) => request::group(self.line.base(), &id),
            None => return self.named(named).await,
        };
        let reply = self.line.get(&url).await?;
        match (reply.status, mdm::graph::Refusal::of(reply.status, &reply.body)) {
            (200, _) => Ok(named.to_ascii_lowercase()),
            (_, mdm::graph::Refusal::NotFound) => Err(nowhere(named)),
            _ => Err(super::refused(&reply, &url, false)),
        }
    }

    async fn named(&self, name: &str) -> Result<String, Refusal> {
        let found = self.all::<DirectoryGroup>(request::groups_named(self.line.base(), name)).await?;
        let has_name = |group: &DirectoryGroup| {
            group.display_name.value().is_some_and(|found| found.to_lowercase() == name.to_lowercase())
        };
        // A filter that was not heeded must not assign anything to the first group of the directory.
        let ids: Vec<String> = found
            .into_objects()
            .into_values()
            .filter_map(|known| match known {
                Known::Item(group) if has_name(&group) => Some(group.id.to_string()),
                _ => None,
            })
            .collect();
        match ids.as_slice() {
            [] => Err(nowhere(name)),
            [id] => Ok(id.clone()),
            several => {
                let sentence =
                    format!("Several groups are called \"{}\": {}.", shown(name, 200), several.join(", "));
                Err(Refusal::without_request(administrator::SEVERAL_GROUPS, sentence))
            }
        }
    }
}

fn nowhere(named: &str) -> Refusal {
    Refusal::without_request(
        administrator::NO_GROUP,
        format!("The tenant has no group \"{}\".", shown(named, 200)),
    )
}

fn is_guid(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

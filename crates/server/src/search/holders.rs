//! Devices and users, with the certificates that name them.

use super::answers::{HolderDetail, HolderGroup, HolderRow, Known};
use super::filters::{HolderFilter, short, words};
use super::finder::{Finder, Paging, Sequel, unread};
use crate::explanation::administrator;
use crate::http::ApiProblem;
use crate::store::{Named, PageSought, Place, Sought};

/// Certificates of one holder that are told.
const TOLD: u32 = 500;

impl Finder {
    /// A page of devices or users that certificates name, those with the newest certificate first.
    ///
    /// # Errors
    /// What is sought cannot be, or the store cannot be read.
    pub async fn holders(
        &self,
        named: Named,
        filter: HolderFilter,
        paging: Paging<Place>,
    ) -> Result<Sequel<HolderRow, Place>, ApiProblem> {
        let sought = Sought { words: words(filter.q)?, newest_of: Some(named), ..Sought::default() };
        let page = PageSought { limit: paging.limit, after: paging.after, now: self.clock.now() };
        let found = self.store.seek(sought, page).await.map_err(|_| unread())?;
        let mut items = Vec::with_capacity(found.hits.len());
        for hit in found.hits {
            let Some(id) = hit.entry.holder(named).map(str::to_owned) else { continue };
            let known = self.known(&id).await?;
            let certificates = self.store.holder_count(named, &id).await.map_err(|_| unread())?;
            let newest = super::rows::certificate(hit, self.clock.now());
            items.push(HolderRow { name: name(&known), id, certificates, newest, known });
        }
        Ok(Sequel { items, next: found.next })
    }

    /// One device or user, whether certificates name it or a directory knows it.
    ///
    /// # Errors
    /// Neither is so, or the store cannot be read.
    pub async fn holder(&self, named: Named, id: &str) -> Result<HolderDetail, ApiProblem> {
        let id = short(Some(id.to_lowercase()))?.unwrap_or_default();
        let known = self.known(&id).await?;
        let mut sought = Sought::default();
        match named {
            Named::Device => sought.device = Some(id.clone()),
            Named::User => sought.user = Some(id.clone()),
        }
        let page = PageSought { limit: TOLD, after: None, now: self.clock.now() };
        let found = self.store.seek(sought, page).await.map_err(|_| unread())?;
        let certificates = self.rows(found);
        if known.is_empty() && certificates.items.is_empty() {
            let sentence =
                format!("No {} of that name is known, and no certificate names one.", named.as_str());
            return Err(ApiProblem { sentence, ..ApiProblem::new(404, administrator::NO_HOLDER) });
        }
        let mut groups: Vec<HolderGroup> = Vec::new();
        for row in certificates.items {
            match groups.iter_mut().find(|group| group.profile == row.profile) {
                Some(group) => group.certificates.push(row),
                None => groups.push(HolderGroup { profile: row.profile.clone(), certificates: vec![row] }),
            }
        }
        Ok(HolderDetail { name: name(&known), id, known, groups, more: certificates.next.is_some() })
    }
}

fn name(known: &[Known]) -> Option<String> {
    known.iter().find_map(|one| one.name.clone())
}

use super::facts;
use super::source::{Place, Reading};
use crate::standing::{Kind, Record};
use crate::store::{RecordId, Store, StoreError};
use pki::Time;
use std::collections::{BTreeMap, BTreeSet};

/// Rows read at once.
const PAGE: u32 = 1_000;

/// What the store holds of one directory, with ways to find it.
#[derive(Default)]
pub(super) struct Mirror {
    known: BTreeMap<Place, Known>,
    by_id: BTreeMap<RecordId, Place>,
    /// By key, and of devices in Intune by their id in Entra.
    by_key: BTreeMap<String, BTreeSet<Place>>,
    by_link: BTreeMap<String, BTreeSet<Place>>,
}

struct Known {
    id: Option<RecordId>,
    record: Record,
}

impl Mirror {
    pub(super) async fn load(store: &dyn Store, source: &str) -> Result<Mirror, StoreError> {
        let mut mirror = Mirror::default();
        let mut after = RecordId(0);
        loop {
            let page = store.known(source, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(mirror) };
            after = last.id;
            for row in page {
                let place = (row.record.kind, row.record.object.clone());
                mirror.put(place.clone(), row.record);
                mirror.note(&[place], &[row.id]);
            }
        }
    }

    /// Who is known to be there and was left out of a whole list, with the key.
    pub(super) fn missing(&self, reading: &Reading) -> Vec<(Place, Option<String>)> {
        let left_out = |(place, known): &(&Place, &Known)| {
            known.record.present.value
                && reading.whole.contains(&place.0)
                && !reading.said.contains_key(*place)
        };
        let missing = self.known.iter().filter(left_out);
        missing.map(|(place, known)| (place.clone(), known.record.key.clone())).collect()
    }

    /// How many are known to be there.
    pub(super) fn present(&self) -> usize {
        self.known.values().filter(|known| known.record.present.value).count()
    }

    /// Takes over what was said; gives who has changed.
    pub(super) fn take(&mut self, reading: Reading, at: Time) -> Vec<Place> {
        let mut changed = Vec::new();
        for (place, said) in reading.said {
            let known = self.record(&place);
            let after = facts::after(known, place.0, &place.1, &said, at.unix());
            if let Some(after) = after.filter(|after| known != Some(after)) {
                self.put(place.clone(), after);
                changed.push(place);
            }
        }
        if let Some(risks) = reading.risks {
            let users: Vec<Place> =
                self.known.keys().filter(|place| place.0 == Kind::User).cloned().collect();
            for place in users {
                let Some(known) = self.record(&place) else { continue };
                let after = facts::at_risk(known, risks.get(&place.1), at.unix());
                if *known != after {
                    self.put(place.clone(), after);
                    changed.push(place);
                }
            }
        }
        if let Some(groups) = reading.groups {
            let places: Vec<Place> =
                self.known.keys().filter(|place| place.0 != Kind::Managed).cloned().collect();
            for place in places {
                let after = self.record(&place).and_then(|known| facts::in_groups(known, &groups));
                let Some(after) = after else { continue };
                self.put(place.clone(), after);
                changed.push(place);
            }
        }
        changed.sort();
        changed.dedup();
        changed
    }

    fn put(&mut self, place: Place, record: Record) {
        let id = self.known.get(&place).and_then(|known| known.id);
        if let Some(Known { record: before, .. }) = self.known.get(&place) {
            let (key, link) = (before.key.clone(), before.link.clone());
            remove(&mut self.by_key, key, &place);
            remove(&mut self.by_link, link, &place);
        }
        if let Some(key) = record.key.clone() {
            self.by_key.entry(key).or_default().insert(place.clone());
        }
        if let Some(link) = record.link.clone() {
            self.by_link.entry(link).or_default().insert(place.clone());
        }
        self.known.insert(place, Known { id, record });
    }

    pub(super) fn records(&self, places: &[Place]) -> Vec<Record> {
        places.iter().filter_map(|place| self.record(place).cloned()).collect()
    }

    /// The rows that the store gave them.
    pub(super) fn note(&mut self, places: &[Place], ids: &[RecordId]) {
        for (place, id) in places.iter().zip(ids) {
            if let Some(known) = self.known.get_mut(place) {
                known.id = Some(*id);
                self.by_id.insert(*id, place.clone());
            }
        }
    }

    pub(super) fn record(&self, place: &Place) -> Option<&Record> {
        self.known.get(place).map(|known| &known.record)
    }

    pub(super) fn id(&self, place: &Place) -> Option<RecordId> {
        self.known.get(place).and_then(|known| known.id)
    }

    pub(super) fn place(&self, id: RecordId) -> Option<&Place> {
        self.by_id.get(&id)
    }

    /// Who bears this key, among these kinds.
    pub(super) fn bearing(&self, key: &str, kinds: &[Kind]) -> Vec<&Place> {
        let places = self.by_key.get(key).into_iter().flatten();
        places.filter(|place| kinds.contains(&place.0)).collect()
    }

    /// The same device elsewhere: in Entra for one of Intune, in Intune for one of Entra.
    pub(super) fn linked(&self, place: &Place) -> Vec<&Place> {
        let Some(record) = self.record(place) else { return Vec::new() };
        match record.kind {
            Kind::Managed => {
                record.link.as_deref().map(|link| self.bearing(link, &[Kind::Device])).unwrap_or_default()
            }
            Kind::Device => {
                let key = record.key.as_ref();
                key.and_then(|key| self.by_link.get(key)).into_iter().flatten().collect()
            }
            Kind::User => Vec::new(),
        }
    }
}

fn remove(index: &mut BTreeMap<String, BTreeSet<Place>>, key: Option<String>, place: &Place) {
    let Some(key) = key else { return };
    if let Some(places) = index.get_mut(&key) {
        places.remove(place);
        if places.is_empty() {
            index.remove(&key);
        }
    }
}

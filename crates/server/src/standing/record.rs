use serde::{Deserialize, Serialize};

/// A fact, with when it was learned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Learned<T> {
    /// The fact.
    pub value: T,
    /// Unix seconds of the reading that first found it so.
    pub at: i64,
}

/// What a record is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// A device in Intune, or in a list of devices.
    Managed,
    /// A device in Entra.
    Device,
    /// A user.
    User,
}

/// What a directory says of one device or user. A fact that is absent is not known, and no rule holds it against anybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Of what.
    pub kind: Kind,
    /// Its id in the directory.
    pub object: String,
    /// What certificates carry, in lower case: Intune's or Entra's device id, or the user principal name.
    pub key: Option<String>,
    /// Of a device in Intune: the same device's id in Entra.
    pub link: Option<String>,
    /// To show.
    pub name: Option<String>,
    /// Whether it is there.
    pub present: Learned<bool>,
    /// `accountEnabled`.
    pub enabled: Option<Learned<bool>>,
    /// `managementState`, in Graph's words.
    pub management: Option<Learned<String>>,
    /// Whether the device complies with the organisation's rules.
    pub compliant: Option<Learned<bool>>,
    /// `enrolledDateTime`, Unix seconds.
    pub enrolled: Option<i64>,
    /// `riskLevel` of a user who is at risk now, in Graph's words.
    pub risk: Option<Learned<String>>,
    /// `onPremisesSecurityIdentifier`.
    pub sid: Option<Learned<String>>,
    /// `operatingSystem`, in the directory's words.
    pub system: Option<String>,
    /// `company` or `personal`.
    pub ownership: Option<String>,
    /// Groups that it is in, by name.
    pub groups: Option<Vec<String>>,
    /// The names of the only groups that were asked about; `None` where `groups` are all that there are. Whoever asks about
    /// others knows nothing by them.
    #[serde(default)]
    pub groups_asked: Option<Vec<String>>,
}

impl Record {
    /// One of which nothing is known but that it is there.
    #[must_use]
    pub fn new(kind: Kind, object: &str, at: i64) -> Record {
        Record {
            kind,
            object: object.to_owned(),
            key: None,
            link: None,
            name: None,
            present: Learned { value: true, at },
            enabled: None,
            management: None,
            compliant: None,
            enrolled: None,
            risk: None,
            sid: None,
            system: None,
            ownership: None,
            groups: None,
            groups_asked: None,
        }
    }

    /// How people call it.
    #[must_use]
    pub fn shown(&self) -> String {
        let what = match self.kind {
            Kind::Managed => "managed device",
            Kind::Device => "device",
            Kind::User => "user",
        };
        let id = self.key.as_deref().unwrap_or(&self.object);
        match self.name.as_deref() {
            Some(name) => format!("{what} {id} ({})", name.escape_debug()),
            None => format!("{what} {id}"),
        }
    }
}

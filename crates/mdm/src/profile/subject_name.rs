//! The subject name format.

use super::invalid::Invalid;
use crate::subject::{AttributeType, Subject, SubjectError, Value};
use crate::variable::{Place, Template, TemplateError, Variable};
use core::fmt;
use serde::{Deserialize, Serialize};

macro_rules! formats {
    ($($(#[$doc:meta])* $variant:ident = $text:expr;)+) => {
        /// A subject name format of Intune's list, without what a custom one says (contract §12). In Graph's order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum SubjectFormat {
            $($(#[$doc])* $variant,)+
            /// A text of the administrator's
            Custom,
        }

        /// The subject of a profile: a fixed format by its name, or `{ custom = "CN=…" }`, kept as written.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum SubjectName {
            $($(#[$doc])* $variant,)+
            /// A text of the administrator's
            Custom(String),
        }

        impl SubjectName {
            /// The format.
            #[must_use]
            pub const fn format(&self) -> SubjectFormat {
                match self {
                    $(Self::$variant => SubjectFormat::$variant,)+
                    Self::Custom(_) => SubjectFormat::Custom,
                }
            }

            /// The subject of a fixed format; `None` for the custom one, which needs a text.
            #[must_use]
            pub const fn fixed(format: SubjectFormat) -> Option<Self> {
                match format {
                    $(SubjectFormat::$variant => Some(Self::$variant),)+
                    SubjectFormat::Custom => None,
                }
            }

            /// The text of the subject; `None` for a format that no variable gives.
            #[must_use]
            pub fn text(&self) -> Option<&str> {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Custom(text) => Some(text),
                }
            }
        }
    };
}

formats! {
    /// The user's name
    CommonName = Some("CN={{UserName}}");
    /// The user's name and mail address
    CommonNameIncludingEmail = Some("CN={{UserName}},E={{EmailAddress}}");
    /// The mail address
    CommonNameAsEmail = Some("CN={{EmailAddress}}");
    /// The IMEI
    CommonNameAsImei = Some("CN={{IMEI}}");
    /// The serial number
    CommonNameAsSerialNumber = Some("CN={{SerialNumber}}");
    /// The device's identifier in Entra
    CommonNameAsAadDeviceId = Some("CN={{AAD_Device_ID}}");
    /// The device's identifier in Intune
    CommonNameAsIntuneDeviceId = Some("CN={{DeviceId}}");
    /// Configuration Manager's durable identifier, which Intune has no variable for
    CommonNameAsDurableDeviceId = None;
}

impl SubjectFormat {
    /// All of them, in Graph's order but for the custom one, which is last.
    pub const ALL: [Self; 9] = [
        Self::CommonName,
        Self::CommonNameIncludingEmail,
        Self::CommonNameAsEmail,
        Self::CommonNameAsImei,
        Self::CommonNameAsSerialNumber,
        Self::CommonNameAsAadDeviceId,
        Self::CommonNameAsIntuneDeviceId,
        Self::CommonNameAsDurableDeviceId,
        Self::Custom,
    ];

    /// Those of Apple's platforms.
    pub const OF_APPLE: [Self; 6] = [
        Self::CommonName,
        Self::CommonNameIncludingEmail,
        Self::CommonNameAsEmail,
        Self::CommonNameAsImei,
        Self::CommonNameAsSerialNumber,
        Self::Custom,
    ];
}

/// What an attribute of a profile's subject holds: octets, or text with variables.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Held {
    /// Text with variables
    Text(Template),
    /// Octets, as they are
    Octets(Vec<u8>),
}

/// The structure of a profile's subject. Facts go into its values and leave the structure alone.
pub type SubjectTemplate = Subject<Held>;

/// Why a profile's subject cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubjectNameError {
    /// The format has no text.
    NoText(Invalid),
    /// The syntax of the subject.
    Syntax(SubjectError),
    /// The text of one value; its place is counted from the start of the value.
    Value(AttributeType, TemplateError),
}

impl fmt::Display for SubjectNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoText(invalid) => invalid.fmt(f),
            Self::Syntax(wrong) => wrong.fmt(f),
            Self::Value(kind, wrong) => write!(f, "in the value of {kind}, {wrong}"),
        }
    }
}

impl core::error::Error for SubjectNameError {}

impl SubjectName {
    /// Reads the structure first and the variables within its values then, so that no value becomes structure.
    ///
    /// # Errors
    /// What is wrong, where, and how to mend it.
    pub fn template(&self) -> Result<SubjectTemplate, SubjectNameError> {
        let rule = "a format that variables give, or a custom one";
        let text = self.text().ok_or(SubjectNameError::NoText(Invalid { setting: "subject", rule }))?;
        let subject = Subject::parse(text).map_err(SubjectNameError::Syntax)?;
        subject.try_map(|attribute| match &attribute.value {
            Value::Octets(octets) => Ok(Held::Octets(octets.clone())),
            Value::Text(text) => Template::parse(text, Place::Subject)
                .map(Held::Text)
                .map_err(|wrong| SubjectNameError::Value(attribute.kind, wrong)),
        })
    }
}

impl SubjectTemplate {
    /// The variables in it, in order.
    pub fn variables(&self) -> impl Iterator<Item = Variable> {
        self.attributes().flat_map(|attribute| match &attribute.value {
            Held::Text(template) => template.variables().collect(),
            Held::Octets(_) => Vec::new(),
        })
    }
}

//! Identifiers of directory objects. All compare without regard to letter case and are kept in lower case.

use std::fmt;

/// Characters that an identifier may have; a GUID has 36, a user principal name up to 113.
const LONGEST: usize = 256;

/// The GUID that Intune writes where a device is in no directory. It must never match anything.
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

/// What all identifiers can do.
pub trait Identifier: Sized + Clone + Ord + fmt::Debug {
    /// Reads one. `None` if it is empty, the GUID of zeros, too long or holds characters that no identifier has.
    fn parse(text: &str) -> Option<Self>;
    /// In lower case.
    fn as_str(&self) -> &str;
}

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident: $permitted:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Reads one, in any letter case. `None` if it is empty, the GUID of zeros, longer than 256 characters or
            /// holds characters that no identifier has.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                let permitted: fn(char) -> bool = $permitted;
                let readable = (1..=LONGEST).contains(&text.chars().count()) && text.chars().all(permitted);
                (readable && text != NOBODY).then(|| Self(text.to_lowercase()))
            }

            /// In lower case.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Identifier for $name {
            fn parse(text: &str) -> Option<Self> {
                Self::parse(text)
            }

            fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

identifiers! {
    /// A directory object's `id`. For a device this is **not** the id that certificates carry.
    ObjectId: is_of_a_guid;
    /// A device's `deviceId` in Entra: `{{AAD_Device_ID}}` of a profile (contract §13).
    EntraDeviceId: is_of_a_guid;
    /// A managed device's `id` in Intune: `{{DeviceId}}` of a profile (contract §13).
    IntuneDeviceId: is_of_a_guid;
    /// The `id` of a configuration profile in Intune.
    ConfigurationId: is_of_a_guid;
    /// The `id` of a certificate's state in Intune, put together of others' ids.
    StateId: |c| c.is_ascii_graphic();
    /// A user principal name.
    Upn: |c| !c.is_control() && !c.is_whitespace();
}

/// Object ids are GUIDs in practice and opaque by contract: what can stand in a URL without harm.
fn is_of_a_guid(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_compare_in_any_letter_case() {
        let upper = EntraDeviceId::parse("6A7B0F8E-0000-4000-A000-00000000000F").unwrap();
        assert_eq!(upper, EntraDeviceId::parse("6a7b0f8e-0000-4000-a000-00000000000f").unwrap());
        assert_eq!(Upn::parse("Ada@Contoso.Example"), Upn::parse("ada@contoso.example"));
        assert_eq!(Upn::parse("ÅSA@contoso.example").unwrap().as_str(), "åsa@contoso.example");
    }

    #[test]
    fn nobody_is_no_identifier() {
        for text in ["", NOBODY, " ", "a b", "a/b", "a?b", "a'b", "a\n", "é", &"a".repeat(257)] {
            assert_eq!(EntraDeviceId::parse(text), None, "{text}");
        }
        for text in ["", "a b", "a\u{0}", "\u{85}"] {
            assert_eq!(Upn::parse(text), None, "{text:?}");
        }
        assert!(Upn::parse("o'hara_fabrikam.example#EXT#@contoso.example").is_some());
    }
}

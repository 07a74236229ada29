//! Whom a certificate names (M17, M162): a device by a URI name or the common name, a user by the user principal name.

use crate::store::{Binding, Named};
use pki::general_name::{GeneralName, SubjectAltName};
use pki::name::Name;

/// What a directory's devices are called in certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceNames {
    /// By GUIDs, as Intune and Entra do.
    Guids,
    /// By whatever stands in the common name.
    CommonNames,
}

/// At most one device and one user.
#[must_use]
pub fn bindings(source: &str, names: DeviceNames, subject: &Name, san: &SubjectAltName) -> Vec<Binding> {
    let binding = |named, (key, evidence): (String, &str)| Binding {
        named,
        source: source.to_owned(),
        key: key.to_lowercase(),
        evidence: evidence.to_owned(),
        record: None,
    };
    let user = user(subject, san).map(|found| binding(Named::User, found));
    let device = device(names, subject, san, user.is_some()).map(|found| binding(Named::Device, found));
    device.into_iter().chain(user).collect()
}

/// A GUID in a URI, such as `IntuneDeviceId://{{DeviceId}}`, says more than one in the common name.
fn device(
    names: DeviceNames,
    subject: &Name,
    san: &SubjectAltName,
    has_user: bool,
) -> Option<(String, &'static str)> {
    let uris = san.0.iter().filter_map(|name| match name {
        GeneralName::Uri(uri) => guid_within(uri),
        _ => None,
    });
    let in_uri = uris.map(|guid| (guid, "URI in the subject alternative name")).next();
    let common = subject.common_name().filter(|name| !name.trim().is_empty());
    in_uri.or_else(|| {
        let named = match names {
            DeviceNames::Guids => guid_within(common.as_deref()?),
            // A user's certificate bears the user's name there.
            DeviceNames::CommonNames if has_user => None,
            DeviceNames::CommonNames => common,
        };
        named.map(|name| (name, "common name"))
    })
}

fn user(subject: &Name, san: &SubjectAltName) -> Option<(String, &'static str)> {
    let principal = san.0.iter().find_map(|name| match name {
        GeneralName::Upn(upn) => Some((upn.clone(), "user principal name in the subject alternative name")),
        _ => None,
    });
    principal.or_else(|| {
        let common = subject.common_name()?;
        let (local, domain) = common.split_once('@')?;
        let plausible = !local.is_empty() && domain.contains('.') && !common.contains(char::is_whitespace);
        plausible.then_some((common, "common name"))
    })
}

/// The first run of 36 characters that is a GUID and not part of a longer word. That of nobody names nobody.
fn guid_within(text: &str) -> Option<String> {
    let word = |c: char| c.is_ascii_hexdigit() || c == '-';
    text.split(|c: char| !word(c)).find(|part| is_guid(part)).map(str::to_owned)
}

fn is_guid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().any(|byte| !matches!(byte, b'0' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pki::oid;

    const GUID: &str = "6A7B0F8E-0000-4000-A000-00000000000F";

    fn found(cn: &str, san: Vec<GeneralName>, names: DeviceNames) -> Vec<(Named, String)> {
        let subject = Name::from_pairs(&[(oid::CN, cn)]);
        let found = bindings("s", names, &subject, &SubjectAltName(san));
        found.into_iter().map(|one| (one.named, one.key)).collect()
    }

    #[test]
    fn m17_m162_whom_a_certificate_names() {
        let guid = GUID.to_lowercase();
        let uri = GeneralName::Uri(format!("IntuneDeviceId://{GUID}"));
        let upn = GeneralName::Upn("Ada@Contoso.example".into());
        let device = (Named::Device, guid.clone());
        let user = (Named::User, "ada@contoso.example".to_owned());
        let guids = DeviceNames::Guids;
        assert_eq!(found("LAPTOP-1", vec![uri.clone()], guids), std::slice::from_ref(&device));
        assert_eq!(found(GUID, vec![], guids), std::slice::from_ref(&device));
        assert_eq!(found("Ada", vec![upn.clone()], guids), std::slice::from_ref(&user));
        assert_eq!(found("ada@contoso.example", vec![], guids), std::slice::from_ref(&user));
        assert_eq!(found(GUID, vec![upn.clone()], guids), [device.clone(), user.clone()]);
        assert_eq!(found("LAPTOP-1", vec![], guids), []);
        assert_eq!(found("LAPTOP-1", vec![], DeviceNames::CommonNames), [(Named::Device, "laptop-1".into())]);
        assert_eq!(found("Ada", vec![upn], DeviceNames::CommonNames), [user]);
        let ise = GeneralName::Uri(format!("ID:Microsoft Endpoint Manager:GUID:{GUID}"));
        assert_eq!(found("x", vec![ise], guids), [device]);
    }

    #[test]
    fn what_is_no_guid_names_nobody() {
        for cn in [
            "",
            "0",
            "00000000-0000-0000-0000-000000000000",
            &format!("{GUID}0"),
            &format!("a-{GUID}"),
            &GUID[1..],
        ] {
            assert_eq!(found(cn, vec![], DeviceNames::Guids), [], "{cn}");
        }
        let sid = GeneralName::Uri("tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-500".into());
        assert_eq!(found("x", vec![sid], DeviceNames::Guids), []);
    }
}

//! Variables and the texts that hold them.

use mdm::variable::{Need, Owner, Piece, Place, SanType, Template, TemplateFault, Variable};
use proptest::prelude::*;

const URI: Place = Place::San(SanType::Uri);

fn fault(text: &str, place: Place) -> (usize, TemplateFault) {
    let wrong = Template::parse(text, place).unwrap_err();
    (wrong.at, wrong.fault)
}

#[test]
fn m99_to_m109_every_name_in_any_letter_case() {
    for (names, variable) in [
        (&["UserName"][..], Variable::UserName),
        (&["UserPrincipalName"], Variable::UserPrincipalName),
        (&["AAD_Device_ID", "AzureADDeviceId"], Variable::EntraDeviceId),
        (&["DeviceId"], Variable::DeviceId),
        (&["SERIALNUMBER", "SerialNumber", "Device_Serial"], Variable::SerialNumber),
        (&["IMEINumber", "Device_IMEI", "IMEI"], Variable::Imei),
        (&["MEID"], Variable::Meid),
        (&["WiFiMacAddress"], Variable::WifiMacAddress),
        (&["DeviceName"], Variable::DeviceName),
        (&["FullyQualifiedDomainName"], Variable::FullyQualifiedDomainName),
        (&["OnPrem_Distinguished_Name"], Variable::OnPremDistinguishedName),
        (&["OnPremisesSamAccountName"], Variable::OnPremisesSamAccountName),
        (&["OnPremisesSecurityIdentifier"], Variable::OnPremisesSecurityIdentifier),
    ] {
        for name in names {
            for spelt in [(*name).to_owned(), name.to_lowercase(), name.to_uppercase()] {
                assert_eq!(Variable::parse(&spelt), Some(variable), "{spelt}");
            }
        }
    }
    let names: Vec<String> = Variable::ALL.iter().flat_map(|v| v.names()).map(str::to_lowercase).collect();
    let distinct: std::collections::BTreeSet<&String> = names.iter().collect();
    assert_eq!(distinct.len(), names.len(), "no name means two");
}

#[test]
fn m95_single_braces_are_errors() {
    for (text, at, wanted) in [
        ("{UserName}", 0, TemplateFault::SingleBrace('{')),
        ("a}", 1, TemplateFault::SingleBrace('}')),
        ("é{{UserName}", 1, TemplateFault::Open),
        ("{{UserName", 0, TemplateFault::Open),
        ("{{{{UserName}}}}", 0, TemplateFault::Open),
        ("{{UserName}}}", 12, TemplateFault::SingleBrace('}')),
        ("{{UserName}}\u{7}", 12, TemplateFault::Control('\u{7}')),
    ] {
        for place in [Place::Subject, URI] {
            assert_eq!(fault(text, place), (at, wanted.clone()), "{text}");
        }
    }
    assert!(matches!(fault("{{{UserName}}", URI), (2, TemplateFault::Unknown(..))));
}

#[test]
fn m95_an_unknown_variable_is_told_with_the_one_that_was_meant() {
    for (text, meant) in [
        ("é-{{Usernme}}", Some(Variable::UserName)),
        ("é-{{ UserName }}", Some(Variable::UserName)),
        ("é-{{AAD_DeviceID}}", Some(Variable::EntraDeviceId)),
        ("é-{{UPN}}", None),
        ("é-{{}}", None),
    ] {
        let name = text.trim_start_matches("é-{{").trim_end_matches("}}").to_owned();
        assert_eq!(fault(text, URI), (4, TemplateFault::Unknown(name, meant)), "{text}");
    }
    let wrong = Template::parse("{{SerialNumbr}}", URI).unwrap_err().to_string();
    assert_eq!(wrong, "at character 3: Intune knows no variable `SerialNumbr`; write {{SerialNumber}}");
}

#[test]
fn m115_what_may_not_follow_a_variable_in_an_alternative_name() {
    for character in [';', '|'] {
        let text = format!("{{{{UserName}}}}-a{character}b");
        assert_eq!(fault(&text, URI), (14, TemplateFault::AfterVariable(character)));
        assert!(Template::parse(&text, Place::Subject).is_ok(), "the rule is about alternative names");
        assert!(
            Template::parse(&format!("a{character}{{{{UserName}}}}"), URI).is_ok(),
            "and about what follows"
        );
    }
    for brace in ['{', '}'] {
        assert_eq!(fault(&format!("{{{{UserName}}}} {brace}"), URI).1, TemplateFault::SingleBrace(brace));
    }
}

#[test]
fn m116_the_documented_examples() {
    let literal = |text: &str| Piece::Literal(text.to_owned());
    for (text, pieces) in [
        ("{{DeviceName}}Device1", vec![Piece::Variable(Variable::DeviceName), literal("Device1")]),
        (
            "{{AzureADDeviceId}}.domain.com",
            vec![Piece::Variable(Variable::EntraDeviceId), literal(".domain.com")],
        ),
        (
            "{{FullyQualifiedDomainName}}User1@Contoso.com",
            vec![Piece::Variable(Variable::FullyQualifiedDomainName), literal("User1@Contoso.com")],
        ),
        ("{{UserName}}-Home", vec![Piece::Variable(Variable::UserName), literal("-Home")]),
        (
            "IntuneDeviceId://{{DeviceId}}",
            vec![literal("IntuneDeviceId://"), Piece::Variable(Variable::DeviceId)],
        ),
        ("", vec![]),
    ] {
        assert_eq!(Template::parse(text, URI).unwrap().pieces(), pieces, "{text}");
    }
}

#[test]
fn m188_the_sid_variable_only_in_a_uri() {
    for variable in Variable::ALL {
        for place in SanType::ALL.map(Place::San).into_iter().chain([Place::Subject]) {
            let allowed = *variable != Variable::OnPremisesSecurityIdentifier || place == URI;
            assert_eq!(variable.may_stand_in(place), allowed, "{variable} in {place}");
        }
    }
}

#[test]
fn m78_whose_attribute_a_variable_is() {
    let of = |owner: Owner| Variable::ALL.iter().filter(move |v| v.owner() == owner).count();
    assert_eq!((of(Owner::User), of(Owner::Device), of(Owner::Either)), (9, 8, 1));
    assert_eq!(Variable::FullyQualifiedDomainName.need(), Need::WindowsDomain);
    assert_eq!(Variable::OnPremDistinguishedName.need(), Need::DirectorySync);
}

#[test]
fn m70_what_the_holder_of_a_device_can_forge() {
    let forged: Vec<&str> = Variable::ALL.iter().filter(|v| v.is_spoofable()).map(|v| v.name()).collect();
    assert_eq!(forged, ["SerialNumber", "IMEI", "MEID", "FullyQualifiedDomainName"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn m95_no_text_panics_and_what_is_read_is_written(text in "(\\{\\{|\\}\\}|\\{|\\}|UserName|imei|é|;|\\|){0,8}") {
        for place in [Place::Subject, URI] {
            match Template::parse(&text, place) {
                Ok(template) => prop_assert_eq!(Template::parse(&template.to_string(), place), Ok(template)),
                Err(wrong) => prop_assert!(wrong.at <= text.chars().count()),
            }
        }
    }
}

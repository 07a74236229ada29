//! The security identifier of strong mapping (KB5014754).

use super::examined::{Examined, Name, Used};
use super::finding::{Fault, Rule};
use crate::profile::Profile;
use crate::variable::{Place, SanType, Variable};

const SID: Variable = Variable::OnPremisesSecurityIdentifier;
/// What the variable becomes begins so (M186).
const TAG: &str = "tag:microsoft.com";

pub(super) const RULES: &[Rule] = &[
    Rule::error("PRF-321", "M188", "The security identifier stands elsewhere than in a URI.", misplaced)
        .mended(as_uri),
    Rule::error(
        "PRF-322",
        "M186, M188",
        "The security identifier does not stand alone in its URI.",
        with_others,
    )
    .mended(alone),
    Rule::error("PRF-323", "M194", "The same security identifier is given to everybody.", written_out),
    Rule::error("PRF-324", "M187", "The CA does not keep the URI of a security identifier.", dropped),
    Rule::error("PRF-325", "M191", "Users have no security identifier without Active Directory.", cloud_only),
];

fn misplaced(examined: &Examined<'_>) -> Vec<Fault> {
    let misplaced = examined.variables().filter(|used| !used.variable.may_stand_in(used.place));
    let fault = |Used { variable, setting, place }: Used<'_>| {
        let sentence = format!("{variable} stands in {place}; Intune expands it in a URI alone.");
        Fault::new(setting, sentence, "Make it an alternative name of type URI.")
    };
    misplaced.map(fault).collect()
}

fn as_uri(examined: &Examined<'_>) -> Option<Profile> {
    let is_alone = |value: &str| value.trim().eq_ignore_ascii_case(&SID.to_string());
    examined.changed(|profile| {
        let names = profile.alternative_names.iter_mut();
        names.filter(|name| is_alone(&name.value)).for_each(|name| name.kind = SanType::Uri);
    })
}

/// The URIs that hold the variable.
fn uris<'a>(examined: &'a Examined<'_>) -> impl Iterator<Item = &'a Name> {
    let holds = |name: &&Name| name.template.iter().any(|text| text.variables().any(|one| one == SID));
    examined.names.iter().filter(|name| name.entry.kind == SanType::Uri).filter(holds)
}

fn with_others(examined: &Examined<'_>) -> Vec<Fault> {
    let wrong = uris(examined).filter(|name| name.template.iter().any(|text| text.pieces().len() != 1));
    let fault = |name: &Name| {
        let sentence =
            format!("`{}` becomes no tag; Intune writes the whole tag for {SID}.", name.entry.value);
        Fault::new(&name.setting, sentence, format!("Let the URI be {SID} and nothing else."))
    };
    wrong.map(fault).collect()
}

fn alone(examined: &Examined<'_>) -> Option<Profile> {
    let of_the_tag = |value: &str| value.starts_with(TAG) && value.ends_with(&SID.to_string());
    examined.changed(|profile| {
        let names = profile.alternative_names.iter_mut();
        names.filter(|name| of_the_tag(&name.value)).for_each(|name| name.value = SID.to_string());
    })
}

fn written_out(examined: &Examined<'_>) -> Vec<Fault> {
    let tag =
        |name: &&Name| name.entry.kind == SanType::Uri && name.entry.value.to_lowercase().starts_with(TAG);
    let fixed = |name: &&Name| name.template.iter().any(|text| text.variables().next().is_none());
    let fault = |name: &Name| {
        let sentence =
            format!("Everybody who gets this profile is mapped to the account of `{}`.", name.entry.value);
        Fault::new(&name.setting, sentence, format!("Write {SID}, so that each gets their own."))
    };
    examined.names.iter().filter(tag).filter(fixed).map(fault).collect()
}

fn dropped(examined: &Examined<'_>) -> Vec<Fault> {
    let dropped = examined.surroundings.limits.keeps_security_identifier == Some(false);
    let fault = |name: &Name| {
        Fault::new(
            &name.setting,
            "The CA refuses or drops the URI of strong mapping.",
            "Let the CA's profile permit it.",
        )
    };
    uris(examined).filter(|_| dropped).map(fault).collect()
}

fn cloud_only(examined: &Examined<'_>) -> Vec<Fault> {
    let profile = examined.profile;
    let cloud_only = examined.surroundings.users_synchronised == Some(false);
    let of_user = |used: &Used<'_>| {
        used.variable == SID
            && used.place == Place::San(SanType::Uri)
            && used.variable.is_users_in(profile.certificate_type)
    };
    let fault = |used: Used<'_>| {
        let sentence = "The users are not synchronised from Active Directory, so that none has a value.";
        Fault::new(used.setting, sentence, "Remove the alternative name.")
    };
    examined.variables().filter(of_user).filter(|_| cloud_only).map(fault).collect()
}

//! macOS' deployment channel.

use super::examined::Examined;
use super::finding::{Fault, Rule};
use crate::profile::{CertificateType, DeploymentChannel, Profile};

const SETTING: &str = "deployment_channel";

pub(super) const RULES: &[Rule] = &[
    Rule::error(
        "PRF-121",
        "M80",
        "The user channel has certificates of type User only.",
        device_in_user_channel,
    )
    .mended(of_the_type),
    Rule::warning(
        "PRF-122",
        "M75",
        "A user's certificate goes through the device channel.",
        user_in_device_channel,
    )
    .mended(of_the_type),
    Rule::warning("PRF-123", "M75, M76", "The profile does not say its deployment channel.", unsaid)
        .mended(of_the_type),
    Rule::advice("PRF-124", "M75", "The platform has no deployment channels.", without_effect).mended(none),
    Rule::error("PRF-125", "M76", "The deployment channel cannot be changed once deployed.", changed),
];

fn has_channels(examined: &Examined<'_>) -> bool {
    !examined.rules.channels.value.is_empty()
}

fn is(examined: &Examined<'_>, certificate_type: CertificateType, channel: DeploymentChannel) -> bool {
    let profile = examined.profile;
    has_channels(examined)
        && profile.certificate_type == certificate_type
        && profile.deployment_channel == Some(channel)
}

fn device_in_user_channel(examined: &Examined<'_>) -> Vec<Fault> {
    let profile = examined.profile;
    let offered = profile.platform.certificate_types(profile.deployment_channel);
    let wrong = has_channels(examined) && !offered.contains(&profile.certificate_type);
    let sentence = || "The certificate type is Device, and the channel is the user's.".to_owned();
    let fix = "Choose the device channel; it cannot be changed later.";
    Fault::when(wrong, SETTING, sentence, fix)
}

fn user_in_device_channel(examined: &Examined<'_>) -> Vec<Fault> {
    let wrong = is(examined, CertificateType::User, DeploymentChannel::Device);
    let sentence = || {
        "The certificate type is User, and the device channel puts the key into the system keychain, where every user \
         of the Mac has it."
            .to_owned()
    };
    Fault::when(wrong, SETTING, sentence, "Choose the user channel; it cannot be changed later.")
}

fn unsaid(examined: &Examined<'_>) -> Vec<Fault> {
    let unsaid = has_channels(examined) && examined.profile.deployment_channel.is_none();
    let sentence = || "No deployment channel is set, and it decides the keychain for good.".to_owned();
    Fault::when(
        unsaid,
        SETTING,
        sentence,
        "Choose the user channel for users, the device channel for devices.",
    )
}

fn of_the_type(examined: &Examined<'_>) -> Option<Profile> {
    let channel = match examined.profile.certificate_type {
        CertificateType::User => DeploymentChannel::User,
        CertificateType::Device => DeploymentChannel::Device,
    };
    examined.changed(|profile| profile.deployment_channel = Some(channel))
}

fn without_effect(examined: &Examined<'_>) -> Vec<Fault> {
    let set = !has_channels(examined) && examined.profile.deployment_channel.is_some();
    let sentence =
        || format!("{} has no deployment channels; the setting does nothing.", examined.profile.platform);
    Fault::when(set, SETTING, sentence, "Leave it out.")
}

fn none(examined: &Examined<'_>) -> Option<Profile> {
    examined.changed(|profile| profile.deployment_channel = None)
}

fn changed(examined: &Examined<'_>) -> Vec<Fault> {
    let channel = examined.profile.deployment_channel;
    let changed = |before: &Profile| before.deployment_channel.is_some_and(|before| Some(before) != channel);
    let changed = has_channels(examined) && examined.surroundings.deployed.as_deref().is_some_and(changed);
    let sentence = || {
        "Devices have the profile with the other channel, and Intune does not let it be edited.".to_owned()
    };
    Fault::when(changed, SETTING, sentence, "Make a new profile, and take the assignment from the old one.")
}

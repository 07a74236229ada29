//! Ten deliberate failures: devices that ask for what they must not get.

use pki::cms::enveloped::EnvelopedData;
use pki::cms::signed::SignedData;
use pki::oid;
use serde::{Deserialize, Serialize};

use super::handset::Handset;
use super::key::DeviceKey;
use super::outcome::{GaveUp, Outcome};
use super::request::RequestPlan;
use crate::tenant::{Delivery, Device, MintOptions, Profile, San, SanKind, TenantError, World, subject};

/// What a hostile or unlucky device does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trick {
    /// M50: a bit of the signed message is flipped under way.
    Tampered,
    /// M58: another subject than Intune expects.
    SubjectChanged,
    /// M58: one alternative name more than Intune expects.
    SanChanged,
    /// M59: no challenge.
    NoChallenge,
    /// M61: Intune does not know the device any more.
    UnknownDevice,
    /// The challenge is older than 60 minutes.
    ExpiredChallenge,
    /// The challenge has already been spent, with another key.
    ReplayedChallenge,
    /// M64: the profile escapes a comma with a backslash.
    EscapedComma,
    /// M194: the SID of another account.
    SpoofedSid,
    /// M21: an RSA key of 1024 bits, which the profile even asks for.
    WeakKey,
}

impl Trick {
    /// All ten.
    pub const ALL: [Self; 10] = [
        Self::Tampered,
        Self::SubjectChanged,
        Self::SanChanged,
        Self::NoChallenge,
        Self::UnknownDevice,
        Self::ExpiredChallenge,
        Self::ReplayedChallenge,
        Self::EscapedComma,
        Self::SpoofedSid,
        Self::WeakKey,
    ];

    /// The row that it belongs to; `-` where the rows name none.
    #[must_use]
    pub fn row(self) -> &'static str {
        match self {
            Self::Tampered => "M50",
            Self::SubjectChanged | Self::SanChanged => "M58",
            Self::NoChallenge => "M59",
            Self::UnknownDevice => "M61",
            Self::ExpiredChallenge | Self::ReplayedChallenge => "-",
            Self::EscapedComma => "M64",
            Self::SpoofedSid => "M194",
            Self::WeakKey => "M21",
        }
    }

    /// One line for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Tampered => "message tampered with under way",
            Self::SubjectChanged => "subject changed on the device",
            Self::SanChanged => "alternative name added on the device",
            Self::NoChallenge => "no challenge in the request",
            Self::UnknownDevice => "device unknown to Intune",
            Self::ExpiredChallenge => "challenge expired",
            Self::ReplayedChallenge => "challenge replayed with another key",
            Self::EscapedComma => "escaped comma in the profile's subject",
            Self::SpoofedSid => "SID of another account",
            Self::WeakKey => "RSA key of 1024 bits",
        }
    }

    /// Delivers the profile (or the one that the trick needs) to the device.
    ///
    /// # Errors
    /// As [`World::deliver`].
    pub fn delivery(
        self,
        world: &World,
        device: &Device,
        profile: &Profile,
    ) -> Result<Delivery, TenantError> {
        let mut options = MintOptions::default();
        let mut profile = profile.clone();
        match self {
            Self::ExpiredChallenge => options.age = 3_700,
            Self::EscapedComma => profile.subject = format!("CN={} \\(Contoso\\, LLC\\)", device.name),
            Self::WeakKey => profile.key_length = 1_024,
            _ => {}
        }
        if matches!(self, Self::EscapedComma | Self::WeakKey) {
            profile.id = String::new();
            profile = world.add_profile(profile);
        }
        let delivery = world.deliver(&device.id, &profile.id, &options)?;
        if self == Self::UnknownDevice {
            world.delete_device(&device.id);
        }
        Ok(delivery)
    }

    /// What the device asks for.
    #[must_use]
    pub fn plan(self, delivery: &Delivery) -> RequestPlan {
        let mut plan = RequestPlan::honest(delivery);
        match self {
            Self::SubjectChanged => {
                let text = format!("CN=Domain Admin{}", tail(&delivery.subject));
                plan.subject = subject::to_name(&text).unwrap_or(plan.subject);
            }
            Self::SanChanged => plan.sans.push(San::new(SanKind::Dns, "dc01.contoso.example")),
            Self::NoChallenge => plan.challenge = None,
            Self::SpoofedSid => {
                plan.sans.push(San::new(
                    SanKind::Uri,
                    "tag:microsoft.com,2022-09-14:sid:S-1-5-21-1004336348-1177238915-682003330-500",
                ));
            }
            _ => {}
        }
        plan
    }

    /// Makes the attempt with the key that the trick needs. A replay enrols once honestly first, and gives that
    /// outcome back if it was no certificate.
    pub async fn attempt(self, handset: &Handset<'_>, delivery: &Delivery, key: &DeviceKey) -> Outcome {
        let plan = self.plan(delivery);
        match self {
            Self::Tampered => handset.attempt(&plan, key, |message| flip(message)).await,
            Self::WeakKey => handset.enrol(&plan, &DeviceKey::weak()).await,
            Self::ReplayedChallenge => {
                let first = handset.enrol(&plan, key).await;
                match (first.certificate().is_some(), DeviceKey::generate(delivery.key_length)) {
                    (true, Ok(other)) => handset.enrol(&plan, &other).await,
                    (true, Err(error)) => Outcome::GaveUp(GaveUp::Key(error)),
                    (false, _) => first,
                }
            }
            _ => handset.enrol(&plan, key).await,
        }
    }
}

fn tail(subject: &str) -> &str {
    subject.find(',').and_then(|at| subject.get(at..)).unwrap_or_default()
}

/// Flips a bit of what the signature covers, so that everything still parses and only the signature can tell.
fn flip(message: &mut [u8]) {
    let whole = |bytes: &[u8]| {
        let signed = SignedData::parse(bytes).ok()?;
        EnvelopedData::parse(signed.content.as_deref()?).ok()
    };
    for at in message.len() / 3..message.len() {
        message.iter_mut().skip(at).take(1).for_each(|octet| *octet ^= 1);
        if whole(message).is_some() {
            return;
        }
        message.iter_mut().skip(at).take(1).for_each(|octet| *octet ^= 1);
    }
}

/// True for a certificate that carries anything of the SID extension (M194).
#[must_use]
pub fn carries_sid(certificate: &pki::certificate::Certificate) -> bool {
    certificate.extensions().iter().any(|extension| extension.oid == oid::MS_SID)
}

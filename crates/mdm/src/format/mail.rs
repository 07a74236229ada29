//! What has to be set in Outlook and Outlook on the web before a certificate signs mail there (M182, M183): a script for
//! each user's session, and a line for the tenant's administrator.

use super::Unwritable;
use crate::platform::Platform;
use crate::profile::{CertificateType, KeyUse, Profile, Purpose};

/// For Exchange Online, once for the tenant, in a session of `Connect-ExchangeOnline` (M183).
pub const OUTLOOK_ON_THE_WEB: &str = "Set-SmimeConfig -OWAAllowUserChoiceOfSigningCertificate $true";

/// Outlook takes the newest certificate for Secure Email with the account's address by itself once it is to sign; what
/// it does not do by itself is to sign. The policy's values are those of Outlook's administrative template.
const OUTLOOK: &str = "\
# Run in the user's session once the certificate is there. Without it nothing is changed: Outlook would refuse to send.
$ErrorActionPreference = 'Stop'
$purpose = '1.3.6.1.5.5.7.3.4'
$now = Get-Date
$found = @(Get-ChildItem Cert:\\CurrentUser\\My | Where-Object {
    $_.HasPrivateKey -and $_.NotBefore -le $now -and $_.NotAfter -gt $now -and
    $_.EnhancedKeyUsageList.ObjectId -contains $purpose
})
if ($found.Count -eq 0) {
    Write-Error 'There is no certificate for Secure Email yet; synchronise the device and try again.'
}
$policy = 'HKCU:\\Software\\Policies\\Microsoft\\Office\\16.0\\Outlook\\Security'
if (-not (Test-Path $policy)) { New-Item -Path $policy -Force | Out-Null }
# Every message is signed, and readable where no signature is understood.
Set-ItemProperty -Path $policy -Name 'AlwaysSign' -Value 1 -Type DWord
Set-ItemProperty -Path $policy -Name 'ClearSign' -Value 1 -Type DWord
# Nothing is ever encrypted to a key of which there is no copy.
Set-ItemProperty -Path $policy -Name 'AlwaysEncrypt' -Value 0 -Type DWord
";

/// The script that lets Outlook on Windows sign with the certificates of a profile.
///
/// # Errors
/// A profile whose certificates sign no mail: another platform, a device's, without the purpose or the usage.
pub fn outlook(profile: &Profile) -> Result<&'static str, Unwritable> {
    if profile.platform != Platform::Windows {
        return Err(Unwritable::new("platform", "must be Windows 10 and 11 for Outlook's policy"));
    }
    if profile.certificate_type != CertificateType::User {
        return Err(Unwritable::new("certificate_type", "must be User: a device signs no mail (M180)"));
    }
    if !profile.extended_key_usages.iter().any(|one| one.oid() == Purpose::SecureEmail.oid()) {
        return Err(Unwritable::new("extended_key_usages", "must have Secure Email (M180)"));
    }
    if !profile.key_usage.contains(KeyUse::DigitalSignature) {
        return Err(Unwritable::new("key_usage", "must have digital signature (M180)"));
    }
    Ok(OUTLOOK)
}

//! What is known of a device and its user when a profile is expanded.

use crate::platform::Platform;
use crate::profile::CertificateType;
use crate::variable::Variable;
use serde::{Deserialize, Serialize};

/// A device, and its user if it has one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// The device.
    pub device: DeviceFacts,
    /// Its user.
    #[serde(default)]
    pub user: Option<UserFacts>,
}

macro_rules! facts {
    ($($(#[$doc:meta])* $name:ident { $($(#[$extra:meta])* $extra_field:ident: $extra_type:ty,)* ; $($(#[$of:meta])* $field:ident = $variable:ident,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$extra])* pub $extra_field: $extra_type,)*
            $($(#[$of])* #[serde(default, skip_serializing_if = "Option::is_none")] pub $field: Option<String>,)+
        }

        impl $name {
            /// The value of a variable, if this is whose attribute it is and Intune knows it; the security identifier
            /// bare.
            #[must_use]
            pub fn value(&self, variable: Variable) -> Option<&str> {
                match variable {
                    $(Variable::$variable => self.$field.as_deref(),)+
                    _ => None,
                }
            }
        }
    )+};
}

facts! {
    /// What Intune and Entra know of a device. Nothing of it is believed to be clean.
    DeviceFacts {
        /// What kind of device it is.
        platform: Platform,
        ;
        /// Entra's device id, if it is registered there.
        entra_id = EntraDeviceId,
        /// Intune's device id.
        intune_id = DeviceId,
        /// The device's name.
        name = DeviceName,
        /// The address of the Wi-Fi adapter.
        wifi_mac_address = WifiMacAddress,
        /// The manufacturer's serial number.
        serial_number = SerialNumber,
        /// IMEI.
        imei = Imei,
        /// MEID.
        meid = Meid,
        /// Name in DNS, if it runs Windows and is joined to a domain.
        fqdn = FullyQualifiedDomainName,
        /// The SID of its computer object, if it is hybrid-joined and synchronised (M190).
        on_premises_sid = OnPremisesSecurityIdentifier,
    }
    /// What Entra knows of a user. Nothing of it is believed to be clean.
    UserFacts {
        ;
        /// The name, without domain.
        user_name = UserName,
        /// User principal name.
        upn = UserPrincipalName,
        /// Mail address.
        email = EmailAddress,
        /// Given name.
        given_name = GivenName,
        /// Surname.
        surname = Surname,
        /// Department.
        department = Department,
        /// Distinguished name in Active Directory, if the user is synchronised.
        on_premises_distinguished_name = OnPremDistinguishedName,
        /// SAM account name, if synchronised; with or without the domain (M109).
        on_premises_sam_account_name = OnPremisesSamAccountName,
        /// UPN in Active Directory, if synchronised.
        on_premises_upn = OnPremisesUserPrincipalName,
        /// SID, if synchronised (M191).
        on_premises_sid = OnPremisesSecurityIdentifier,
    }
}

impl DeviceFacts {
    /// A device of which nothing else is known yet.
    #[must_use]
    pub const fn new(platform: Platform) -> Self {
        Self {
            platform,
            entra_id: None,
            intune_id: None,
            name: None,
            wifi_mac_address: None,
            serial_number: None,
            imei: None,
            meid: None,
            fqdn: None,
            on_premises_sid: None,
        }
    }
}

impl Facts {
    /// The value of a variable in a certificate of that type: what the device has, or what the user has. The security
    /// identifier is the user's in a user's certificate and the device's in a device's (M189, M190).
    #[must_use]
    pub fn value(&self, variable: Variable, certificate_type: CertificateType) -> Option<&str> {
        let of_user = || self.user.as_ref()?.value(variable);
        match (variable, certificate_type) {
            (Variable::OnPremisesSecurityIdentifier, CertificateType::User) => of_user(),
            (Variable::OnPremisesSecurityIdentifier, CertificateType::Device) => self.device.value(variable),
            _ => self.device.value(variable).or_else(of_user),
        }
    }
}

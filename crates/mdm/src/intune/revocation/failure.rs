//! Why a certificate was not revoked: the table of contract §9.2.

macro_rules! failures {
    ($($(#[$doc:meta])* $name:ident = $number:literal;)+) => {
        /// A reason for not having revoked. Numbers from 4100 on are worth another try, and Intune will ask again.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Failure {
            $($(#[$doc])* $name,)+
        }

        impl Failure {
            /// All, in the contract's order.
            pub const ALL: [Self; 12] = [$(Self::$name),+];

            /// The number, which is what is sent, as a string.
            #[must_use]
            pub fn number(self) -> u16 {
                match self {
                    $(Self::$name => $number),+
                }
            }

            /// Microsoft's name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name)),+
                }
            }
        }
    };
}

failures! {
    /// Anything that another try will not mend.
    NonRetryableServiceException = 4000;
    /// A body could not be written or read.
    DataSerializationError = 4001;
    /// The serial number cannot be read.
    ParameterDataInvalidError = 4002;
    /// Cryptography failed.
    CryptographyError = 4003;
    /// No certificate has this serial number.
    CertificateNotFoundError = 4004;
    /// It is revoked already. For us that is a success.
    ConflictError = 4005;
    /// It was not issued through this tenant.
    NotSupportedError = 4006;
    /// Too much at once.
    PayloadTooLargeError = 4007;
    /// Anything that another try may mend.
    RetryableServiceException = 4100;
    /// The CA cannot be reached.
    ServiceUnavailableException = 4101;
    /// The CA has too much to do.
    ServiceTooBusyException = 4102;
    /// The CA did not let the connector in.
    AuthenticationException = 4103;
}

/// The name of the code that goes with success.
pub const SUCCESS_NAME: &str = "None";
/// Its number.
pub const SUCCESS_NUMBER: u16 = 0;

impl Failure {
    /// Whether another try may succeed.
    #[must_use]
    pub fn is_retryable(self) -> bool {
        self.number() >= 4100
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contract_9_2_table() {
        let numbers: Vec<_> = Failure::ALL.map(Failure::number).to_vec();
        assert_eq!(numbers, [4000, 4001, 4002, 4003, 4004, 4005, 4006, 4007, 4100, 4101, 4102, 4103]);
        let again: Vec<_> = Failure::ALL.into_iter().filter(|failure| failure.is_retryable()).collect();
        assert_eq!(
            again.iter().map(|failure| failure.name()).collect::<Vec<_>>(),
            [
                "RetryableServiceException",
                "ServiceUnavailableException",
                "ServiceTooBusyException",
                "AuthenticationException"
            ]
        );
        assert_eq!(Failure::CertificateNotFoundError.name(), "CertificateNotFoundError");
    }
}

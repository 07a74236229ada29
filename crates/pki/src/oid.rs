//! Object identifiers by the names of their standards.

use crate::Oid;

macro_rules! oids {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$doc])* pub const $name: Oid = Oid::new_unwrap($text);)*
    };
}

oids! {
    /// id-at-commonName
    CN = "2.5.4.3";
    /// id-at-surname
    SURNAME = "2.5.4.4";
    /// id-at-serialNumber
    SERIAL_NUMBER = "2.5.4.5";
    /// id-at-countryName
    COUNTRY = "2.5.4.6";
    /// id-at-localityName
    LOCALITY = "2.5.4.7";
    /// id-at-stateOrProvinceName
    STATE = "2.5.4.8";
    /// id-at-streetAddress
    STREET = "2.5.4.9";
    /// id-at-organizationName
    ORGANIZATION = "2.5.4.10";
    /// id-at-organizationalUnitName
    ORGANIZATIONAL_UNIT = "2.5.4.11";
    /// id-at-title
    TITLE = "2.5.4.12";
    /// id-at-postalCode
    POSTAL_CODE = "2.5.4.17";
    /// id-at-givenName
    GIVEN_NAME = "2.5.4.42";
    /// id-at-initials
    INITIALS = "2.5.4.43";
    /// id-at-dnQualifier
    DN_QUALIFIER = "2.5.4.46";
    /// id-at-organizationIdentifier
    ORGANIZATION_IDENTIFIER = "2.5.4.97";
    /// domainComponent, RFC 4519
    DOMAIN_COMPONENT = "0.9.2342.19200300.100.1.25";
    /// userid, RFC 4519
    USER_ID = "0.9.2342.19200300.100.1.1";
    /// PKCS #9 emailAddress
    EMAIL_ADDRESS = "1.2.840.113549.1.9.1";
    /// PKCS #9 unstructuredName
    UNSTRUCTURED_NAME = "1.2.840.113549.1.9.2";
    /// PKCS #9 unstructuredAddress
    UNSTRUCTURED_ADDRESS = "1.2.840.113549.1.9.8";

    /// rsaEncryption, PKCS #1
    RSA_ENCRYPTION = "1.2.840.113549.1.1.1";
    /// id-RSAES-OAEP, RFC 4055
    RSAES_OAEP = "1.2.840.113549.1.1.7";
    /// id-mgf1
    MGF1 = "1.2.840.113549.1.1.8";
    /// id-pSpecified
    P_SPECIFIED = "1.2.840.113549.1.1.9";
    /// md5WithRSAEncryption
    MD5_WITH_RSA = "1.2.840.113549.1.1.4";
    /// sha1WithRSAEncryption
    SHA1_WITH_RSA = "1.2.840.113549.1.1.5";
    /// sha256WithRSAEncryption
    SHA256_WITH_RSA = "1.2.840.113549.1.1.11";
    /// sha384WithRSAEncryption
    SHA384_WITH_RSA = "1.2.840.113549.1.1.12";
    /// sha512WithRSAEncryption
    SHA512_WITH_RSA = "1.2.840.113549.1.1.13";
    /// id-ecPublicKey
    EC_PUBLIC_KEY = "1.2.840.10045.2.1";
    /// secp256r1
    P256 = "1.2.840.10045.3.1.7";
    /// secp384r1
    P384 = "1.3.132.0.34";
    /// ecdsa-with-SHA1
    ECDSA_WITH_SHA1 = "1.2.840.10045.4.1";
    /// ecdsa-with-SHA256
    ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
    /// ecdsa-with-SHA384
    ECDSA_WITH_SHA384 = "1.2.840.10045.4.3.3";
    /// ecdsa-with-SHA512
    ECDSA_WITH_SHA512 = "1.2.840.10045.4.3.4";

    /// id-md5
    MD5 = "1.2.840.113549.2.5";
    /// id-sha1
    SHA1 = "1.3.14.3.2.26";
    /// id-sha256
    SHA256 = "2.16.840.1.101.3.4.2.1";
    /// id-sha384
    SHA384 = "2.16.840.1.101.3.4.2.2";
    /// id-sha512
    SHA512 = "2.16.840.1.101.3.4.2.3";
    /// id-hmacWithSHA1
    HMAC_SHA1 = "1.2.840.113549.2.7";
    /// id-hmacWithSHA256
    HMAC_SHA256 = "1.2.840.113549.2.9";

    /// id-aes128-CBC
    AES128_CBC = "2.16.840.1.101.3.4.1.2";
    /// id-aes192-CBC
    AES192_CBC = "2.16.840.1.101.3.4.1.22";
    /// id-aes256-CBC
    AES256_CBC = "2.16.840.1.101.3.4.1.42";
    /// des-ede3-cbc
    DES_EDE3_CBC = "1.2.840.113549.3.7";
    /// desCBC
    DES_CBC = "1.3.14.3.2.7";
    /// id-PBKDF2
    PBKDF2 = "1.2.840.113549.1.5.12";
    /// id-PBES2
    PBES2 = "1.2.840.113549.1.5.13";
    /// id-alg-PWRI-KEK, RFC 3211
    PWRI_KEK = "1.2.840.113549.1.9.16.3.9";

    /// id-data
    DATA = "1.2.840.113549.1.7.1";
    /// id-signedData
    SIGNED_DATA = "1.2.840.113549.1.7.2";
    /// id-envelopedData
    ENVELOPED_DATA = "1.2.840.113549.1.7.3";
    /// id-encryptedData
    ENCRYPTED_DATA = "1.2.840.113549.1.7.6";
    /// pkcs8ShroudedKeyBag of PKCS #12
    PKCS12_SHROUDED_KEY_BAG = "1.2.840.113549.1.12.10.1.2";
    /// certBag of PKCS #12
    PKCS12_CERT_BAG = "1.2.840.113549.1.12.10.1.3";
    /// PKCS #9 friendlyName
    PKCS9_FRIENDLY_NAME = "1.2.840.113549.1.9.20";
    /// PKCS #9 localKeyId
    PKCS9_LOCAL_KEY_ID = "1.2.840.113549.1.9.21";
    /// PKCS #9 x509Certificate
    PKCS9_X509_CERTIFICATE = "1.2.840.113549.1.9.22.1";
    /// id-contentType
    CONTENT_TYPE = "1.2.840.113549.1.9.3";
    /// id-messageDigest
    MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
    /// id-signingTime
    SIGNING_TIME = "1.2.840.113549.1.9.5";
    /// PKCS #9 challengePassword
    CHALLENGE_PASSWORD = "1.2.840.113549.1.9.7";
    /// PKCS #9 extensionRequest
    EXTENSION_REQUEST = "1.2.840.113549.1.9.14";
    /// szOID_CERT_EXTENSIONS: Microsoft's older name for extensionRequest
    MS_CERT_EXTENSIONS = "1.3.6.1.4.1.311.2.1.14";

    /// id-ce-subjectKeyIdentifier
    SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
    /// id-ce-keyUsage
    KEY_USAGE = "2.5.29.15";
    /// id-ce-subjectAltName
    SUBJECT_ALT_NAME = "2.5.29.17";
    /// id-ce-basicConstraints
    BASIC_CONSTRAINTS = "2.5.29.19";
    /// id-ce-cRLNumber
    CRL_NUMBER = "2.5.29.20";
    /// id-ce-cRLReasons
    CRL_REASON = "2.5.29.21";
    /// id-ce-nameConstraints
    NAME_CONSTRAINTS = "2.5.29.30";
    /// id-ce-issuingDistributionPoint
    ISSUING_DISTRIBUTION_POINT = "2.5.29.28";
    /// id-ce-cRLDistributionPoints
    CRL_DISTRIBUTION_POINTS = "2.5.29.31";
    /// id-ce-certificatePolicies
    CERTIFICATE_POLICIES = "2.5.29.32";
    /// id-ce-authorityKeyIdentifier
    AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
    /// id-ce-extKeyUsage
    EXTENDED_KEY_USAGE = "2.5.29.37";
    /// id-pe-authorityInfoAccess
    AUTHORITY_INFO_ACCESS = "1.3.6.1.5.5.7.1.1";
    /// id-ad-ocsp
    AD_OCSP = "1.3.6.1.5.5.7.48.1";
    /// id-pkix-ocsp-basic
    OCSP_BASIC = "1.3.6.1.5.5.7.48.1.1";
    /// id-pkix-ocsp-nonce
    OCSP_NONCE = "1.3.6.1.5.5.7.48.1.2";
    /// id-pkix-ocsp-nocheck
    OCSP_NO_CHECK = "1.3.6.1.5.5.7.48.1.5";
    /// id-pkix-ocsp-extended-revoke
    OCSP_EXTENDED_REVOKE = "1.3.6.1.5.5.7.48.1.9";
    /// id-ad-caIssuers
    AD_CA_ISSUERS = "1.3.6.1.5.5.7.48.2";

    /// anyExtendedKeyUsage
    ANY_EXTENDED_KEY_USAGE = "2.5.29.37.0";
    /// id-kp-serverAuth
    SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    /// id-kp-clientAuth
    CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    /// id-kp-codeSigning
    CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
    /// id-kp-emailProtection
    EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4";
    /// id-kp-ipsecEndSystem
    IPSEC_END_SYSTEM = "1.3.6.1.5.5.7.3.5";
    /// id-kp-ipsecTunnel
    IPSEC_TUNNEL = "1.3.6.1.5.5.7.3.6";
    /// id-kp-ipsecUser
    IPSEC_USER = "1.3.6.1.5.5.7.3.7";
    /// id-kp-OCSPSigning
    OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";
    /// Microsoft smart card logon
    MS_SMARTCARD_LOGON = "1.3.6.1.4.1.311.20.2.2";
    /// Microsoft user principal name, an otherName
    UPN = "1.3.6.1.4.1.311.20.2.3";
    /// szOID_NTDS_CA_SECURITY_EXT: Microsoft's SID extension
    MS_SID = "1.3.6.1.4.1.311.25.2";
    /// szOID_NTDS_OBJECTSID: the SID within it, an otherName
    MS_OBJECT_SID = "1.3.6.1.4.1.311.25.2.1";
    /// Microsoft certificate template name
    MS_TEMPLATE_NAME = "1.3.6.1.4.1.311.20.2";
    /// Microsoft certificate template information
    MS_TEMPLATE = "1.3.6.1.4.1.311.21.7";
    /// Microsoft application certificate policies
    MS_APPLICATION_POLICIES = "1.3.6.1.4.1.311.21.10";
}

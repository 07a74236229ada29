//! The types and their members, by hand from the contract (section 12), and nothing that the gateway's writer reads.

use Shape::{Binary, Entries, Flags, Rule, Text, Texts, Truth, Whole, Word};

/// What a member may hold; `null` besides, where it is not required.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    Text,
    Truth,
    /// Base64.
    Binary,
    /// `Edm.Int32` within these bounds.
    Whole(i64, i64),
    /// One of a type's words.
    Word(&'static str, &'static [&'static str]),
    /// Words with commas between; told in this order.
    Flags(&'static str, &'static [&'static str]),
    /// Texts.
    Texts,
    /// So many objects of these members at most.
    Entries(usize, &'static [(&'static str, Shape)]),
    /// One object of these members.
    Rule(&'static [(&'static str, Shape)]),
}

/// One member.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    /// A profile cannot be created without it.
    pub(super) required: bool,
    /// It stays as it was created (M76).
    pub(super) fixed: bool,
}

/// A type of configuration.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) name: &'static str,
    groups: &'static [&'static [Member]],
    /// For SCEP profiles: the types of Trusted certificate profile that may be bound.
    pub(super) roots: &'static [&'static str],
    /// Whether Intune lists the certificates.
    pub(super) lists_certificates: bool,
}

impl Kind {
    /// The type of that name, with `#microsoft.graph.` before it.
    pub(super) fn of(odata_type: &str) -> Option<&'static Self> {
        let name = odata_type.strip_prefix("#microsoft.graph.")?;
        KINDS.iter().find(|kind| kind.name == name)
    }

    pub(super) fn odata_type(&self) -> String {
        format!("#microsoft.graph.{}", self.name)
    }

    pub(super) fn is_scep(&self) -> bool {
        !self.roots.is_empty()
    }

    pub(super) fn members(&self) -> impl Iterator<Item = &'static Member> + use<> {
        self.groups.iter().flat_map(|group| group.iter())
    }
}

const fn needed(name: &'static str, shape: Shape) -> Member {
    Member { name, shape, required: true, fixed: false }
}

const fn free(name: &'static str, shape: Shape) -> Member {
    Member { name, shape, required: false, fixed: false }
}

const RULE: &str = "deviceManagementApplicabilityRuleType";

const EVERY: &[Member] = &[
    needed("displayName", Text),
    free("description", Text),
    free("roleScopeTagIds", Texts),
    free(
        "deviceManagementApplicabilityRuleOsEdition",
        Rule(&[("osEditionTypes", Texts), ("name", Text), ("ruleType", Word(RULE, &["include", "exclude"]))]),
    ),
    free(
        "deviceManagementApplicabilityRuleOsVersion",
        Rule(&[
            ("minOSVersion", Text),
            ("maxOSVersion", Text),
            ("name", Text),
            ("ruleType", Word(RULE, &["include", "exclude"])),
        ]),
    ),
    free("deviceManagementApplicabilityRuleDeviceMode", Rule(&[])),
];

const NAME_TYPES: &[&str] = &[
    "none",
    "emailAddress",
    "userPrincipalName",
    "customAzureADAttribute",
    "domainNameService",
    "universalResourceIdentifier",
];

const SCEP: &[Member] = &[
    needed("renewalThresholdPercentage", Whole(1, 99)),
    free("subjectNameFormatString", Text),
    free("subjectAlternativeNameType", Flags("subjectAlternativeNameType", NAME_TYPES)),
    free("subjectAlternativeNameFormatString", Text),
    needed("certificateValidityPeriodValue", Whole(1, i32::MAX as i64)),
    needed(
        "certificateValidityPeriodScale",
        Word("certificateValidityPeriodScale", &["days", "months", "years"]),
    ),
    needed("keyUsage", Flags("keyUsages", &["keyEncipherment", "digitalSignature"])),
    needed("keySize", Word("keySize", &["size1024", "size2048", "size4096"])),
    needed("extendedKeyUsages", Entries(500, &[("name", Text), ("objectIdentifier", Text)])),
    needed("scepServerUrls", Texts),
];

const SUBJECT: &[Member] = &[needed(
    "subjectNameFormat",
    Word(
        "subjectNameFormat",
        &[
            "commonName",
            "commonNameIncludingEmail",
            "commonNameAsEmail",
            "custom",
            "commonNameAsIMEI",
            "commonNameAsSerialNumber",
            "commonNameAsAadDeviceId",
            "commonNameAsIntuneDeviceId",
            "commonNameAsDurableDeviceId",
        ],
    ),
)];

const APPLE_SUBJECT: &[Member] = &[needed(
    "subjectNameFormat",
    Word(
        "appleSubjectNameFormat",
        &[
            "commonName",
            "commonNameAsEmail",
            "custom",
            "commonNameIncludingEmail",
            "commonNameAsIMEI",
            "commonNameAsSerialNumber",
        ],
    ),
)];

const STORE_AND_NAMES: &[Member] = &[
    needed("certificateStore", Word("certificateStore", &["user", "machine"])),
    needed(
        "customSubjectAlternativeNames",
        Entries(
            500,
            &[
                (
                    "sanType",
                    Word(
                        "subjectAlternativeNameType",
                        &[
                            "emailAddress",
                            "userPrincipalName",
                            "domainNameService",
                            "universalResourceIdentifier",
                        ],
                    ),
                ),
                ("name", Text),
            ],
        ),
    ),
];

const HASH: &[Member] = &[free("hashAlgorithm", Flags("hashAlgorithms", &["sha1", "sha2"]))];

const WINDOWS: &[Member] = &[free(
    "keyStorageProvider",
    Word(
        "keyStorageProviderOption",
        &[
            "useTpmKspOtherwiseUseSoftwareKsp",
            "useTpmKspOtherwiseFail",
            "usePassportForWorkKspOtherwiseFail",
            "useSoftwareKsp",
        ],
    ),
)];

const CHANNEL: &[Member] = &[Member {
    name: "deploymentChannel",
    shape: Word("appleDeploymentChannel", &["deviceChannel", "userChannel"]),
    required: false,
    fixed: true,
}];

const MACOS: &[Member] = &[free("allowAllAppsAccess", Truth)];

const ACCESS: &[Member] = &[
    free(
        "certificateAccessType",
        Word("androidDeviceOwnerCertificateAccessType", &["userApproval", "specificApps"]),
    ),
    free("silentCertificateAccessDetails", Entries(50, &[("packageId", Text)])),
];

const ROOT: &[Member] = &[needed("trustedRootCertificate", Binary), needed("certFileName", Text)];

const DESTINATION: &[Member] = &[needed(
    "destinationStore",
    Word(
        "certificateDestinationStore",
        &["computerCertStoreRoot", "computerCertStoreIntermediate", "userCertStoreIntermediate"],
    ),
)];

const WORK_PROFILE_ROOTS: &[&str] =
    &["androidWorkProfileTrustedRootCertificate", "androidForWorkTrustedRootCertificate"];

const fn scep(
    name: &'static str,
    groups: &'static [&'static [Member]],
    roots: &'static [&'static str],
    lists_certificates: bool,
) -> Kind {
    Kind { name, groups, roots, lists_certificates }
}

const fn root(name: &'static str, groups: &'static [&'static [Member]]) -> Kind {
    Kind { name, groups, roots: &[], lists_certificates: false }
}

static KINDS: [Kind; 16] = [
    scep(
        "windows81SCEPCertificateProfile",
        &[EVERY, SCEP, SUBJECT, STORE_AND_NAMES, HASH, WINDOWS],
        &["windows81TrustedRootCertificate"],
        true,
    ),
    scep(
        "iosScepCertificateProfile",
        &[EVERY, SCEP, APPLE_SUBJECT, STORE_AND_NAMES],
        &["iosTrustedRootCertificate"],
        true,
    ),
    scep(
        "macOSScepCertificateProfile",
        &[EVERY, SCEP, APPLE_SUBJECT, STORE_AND_NAMES, HASH, CHANNEL, MACOS],
        &["macOSTrustedRootCertificate"],
        true,
    ),
    scep(
        "androidScepCertificateProfile",
        &[EVERY, SCEP, SUBJECT, HASH],
        &["androidTrustedRootCertificate"],
        true,
    ),
    scep(
        "androidForWorkScepCertificateProfile",
        &[EVERY, SCEP, SUBJECT, STORE_AND_NAMES, HASH],
        WORK_PROFILE_ROOTS,
        true,
    ),
    scep(
        "androidWorkProfileScepCertificateProfile",
        &[EVERY, SCEP, SUBJECT, STORE_AND_NAMES, HASH],
        WORK_PROFILE_ROOTS,
        true,
    ),
    scep(
        "androidDeviceOwnerScepCertificateProfile",
        &[EVERY, SCEP, SUBJECT, STORE_AND_NAMES, HASH, ACCESS],
        &["androidDeviceOwnerTrustedRootCertificate"],
        false,
    ),
    scep(
        "aospDeviceOwnerScepCertificateProfile",
        &[EVERY, SCEP, SUBJECT, STORE_AND_NAMES, HASH],
        &["aospDeviceOwnerTrustedRootCertificate"],
        false,
    ),
    root("windows81TrustedRootCertificate", &[EVERY, ROOT, DESTINATION]),
    root("iosTrustedRootCertificate", &[EVERY, ROOT]),
    root("macOSTrustedRootCertificate", &[EVERY, ROOT, CHANNEL]),
    root("androidTrustedRootCertificate", &[EVERY, ROOT]),
    root("androidForWorkTrustedRootCertificate", &[EVERY, ROOT]),
    root("androidWorkProfileTrustedRootCertificate", &[EVERY, ROOT]),
    root("androidDeviceOwnerTrustedRootCertificate", &[EVERY, ROOT]),
    root("aospDeviceOwnerTrustedRootCertificate", &[EVERY, ROOT]),
];

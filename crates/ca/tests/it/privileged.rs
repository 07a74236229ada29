//! Threat 25: namespaces for each kind of name, and names of tier-0 accounts and domain controllers, denied by default.

use crate::world::{Ca, cn, csr, profile, profile_with, refused, san, uri, verdict};
use ca::decide::{self, KnownSid, Request, Sid, SidVouching, Vouching};
use ca::profile::CertificateProfile;
use pki::general_name::GeneralName;
use pki::name::Name;
use pki::oid;

fn dns(text: &str) -> GeneralName {
    GeneralName::Dns(text.into())
}

fn upn(text: &str) -> GeneralName {
    GeneralName::Upn(text.into())
}

fn email(text: &str) -> GeneralName {
    GeneralName::Email(text.into())
}

/// What becomes of a request with this common name and these alternative names.
fn ask(profile: &CertificateProfile, common: &str, names: &[GeneralName]) -> &'static str {
    let extensions = if names.is_empty() { vec![] } else { vec![san(names)] };
    let asked = csr(&cn(common), &extensions);
    match Ca::new().decide(&asked, profile) {
        Ok(_) => "issued",
        Err(rejection) => rejection.reason().name,
    }
}

#[test]
fn t25_each_kind_of_name_has_a_namespace_of_its_own() {
    let profile = profile_with(|settings| {
        settings.domains = vec!["contoso.com".into()];
        settings.dns_domains = vec!["devices.contoso.com".into()];
        settings.email_domains = vec!["mail.example".into()];
        settings.dns_excluded = vec!["srv.devices.contoso.com".into()];
        settings.upn_excluded = vec!["Admin.contoso.com".into()];
    });
    for (name, outcome) in [
        (dns("a.devices.contoso.com"), "issued"),
        (dns("a.contoso.com"), "Domain"),
        (dns("a.srv.devices.contoso.com"), "Excluded"),
        (dns("SRV.devices.contoso.com"), "Excluded"),
        (dns("asrv.devices.contoso.com"), "issued"),
        (email("ada@mail.example"), "issued"),
        (email("ada@contoso.com"), "Domain"),
        (upn("ada@contoso.com"), "issued"),
        (upn("ada@sales.contoso.com"), "issued"),
        (upn("ada@admin.contoso.com"), "Excluded"),
        (upn("ada@x.ADMIN.contoso.com"), "Excluded"),
        (upn("ada@mail.example"), "Domain"),
    ] {
        assert_eq!(ask(&profile, "d", std::slice::from_ref(&name)), outcome, "{name}");
    }
    // A common name may be either, and neither may be excluded; one without an @ may be a host's.
    for (common, outcome) in [
        ("ada@contoso.com", "issued"),
        ("ada@mail.example", "issued"),
        ("ada@fabrikam.com", "Domain"),
        ("ada@admin.contoso.com", "Excluded"),
        ("web.srv.devices.contoso.com", "Excluded"),
        ("Jane Doe", "issued"),
    ] {
        assert_eq!(ask(&profile, common, &[]), outcome, "{common}");
    }
}

#[test]
fn t25_an_exclusion_alone_permits_everything_else() {
    let profile = profile_with(|settings| settings.upn_excluded = vec!["admin.contoso.com".into()]);
    assert_eq!(ask(&profile, "d", &[upn("ada@anywhere.example")]), "issued");
    assert_eq!(ask(&profile, "d", &[upn("ada@admin.contoso.com")]), "Excluded");
}

#[test]
fn t25_tier_0_accounts_are_denied_without_any_setting() {
    let usual = ca::profile::Settings::named("devices").check().unwrap().numbered(1);
    for common in ["Administrator", "CONTOSO\\Administrator", "krbtgt", "Guest", "administrator@contoso.com"]
    {
        assert_eq!(ask(&usual, common, &[]), "Privileged", "{common}");
    }
    for name in [
        upn("Administrator@contoso.com"),
        upn("krbtgt@contoso.com"),
        upn("Administrátor@contoso.com"),
        upn("AZUREADSSOACC$@contoso.com"),
        upn("MSOL_0a1b2c3d4e5f@contoso.onmicrosoft.com"),
        email("administrator@contoso.com"),
    ] {
        assert_eq!(ask(&usual, "d", std::slice::from_ref(&name)), "Privileged", "{name}");
    }
    for name in [upn("ada@contoso.com"), dns("guest.contoso.com"), upn("administrators@contoso.com")] {
        assert_eq!(ask(&usual, "d", std::slice::from_ref(&name)), "issued", "{name}");
    }
    let other = Name::from_pairs(&[(oid::USER_ID, "krbtgt"), (oid::CN, "d")]);
    assert_eq!(refused(Ca::new().decide(&csr(&other, &[]), &usual)), "Privileged");
}

#[test]
fn t25_a_profile_lets_a_name_through_that_it_names() {
    let profile = profile_with(|settings| {
        settings.allow_privileged = vec!["Administrator@contoso.com".into(), "breakglass".into()];
    });
    assert_eq!(ask(&profile, "d", &[upn("administrator@contoso.com")]), "issued");
    assert_eq!(ask(&profile, "d", &[upn("administrator@fabrikam.com")]), "Privileged");
    assert_eq!(ask(&profile, "administrator", &[]), "Privileged");
}

#[test]
fn t25_certificates_that_authenticate_nobody_may_name_a_mailbox_of_that_name() {
    let profile = profile_with(|settings| {
        settings.extended_key_usage = vec!["emailProtection".into()];
        settings.key_usage = vec!["digitalSignature".into()];
    });
    assert_eq!(ask(&profile, "Administrator", &[email("administrator@contoso.com")]), "issued");
}

#[test]
fn t25_domain_controllers_are_denied_by_every_name() {
    let mut profile = profile();
    let controllers = [
        "dc01.contoso.com".to_owned(),
        "contoso.com".to_owned(),
        "*.dc.contoso.com".to_owned(),
        "ads*.contoso.com".to_owned(),
    ];
    profile.privileged.extend(&["tier0-*".to_owned(), "Bjørn-adm".to_owned()], &controllers).unwrap();
    for name in [
        dns("DC01.contoso.com"),
        dns("dc01"),
        dns("contoso.com"),
        dns("a.dc.contoso.com"),
        dns("ads7.contoso.com"),
        upn("ADS7$@contoso.com"),
        upn("DC01$@contoso.com"),
        upn("dc01@contoso.com"),
        upn("tier0-ada@contoso.com"),
        upn("bjørn-ADM@contoso.com"),
    ] {
        assert_eq!(ask(&profile, "d", std::slice::from_ref(&name)), "Privileged", "{name}");
    }
    for common in ["dc01.contoso.com", "DC01$", "DC01", "CONTOSO\\DC01$", "tier0-ada"] {
        assert_eq!(ask(&profile, common, &[]), "Privileged", "{common}");
    }
    for name in [
        dns("dc02.contoso.com"),
        dns("a.contoso.com"),
        upn("ada@contoso.com"),
        dns("dc011.contoso.com"),
        upn("adsmith@contoso.com"),
    ] {
        assert_eq!(ask(&profile, "d", std::slice::from_ref(&name)), "issued", "{name}");
    }
    // Whatever the certificate is for: a server's identity is as good as an account's.
    profile.usage.extended = vec![oid::SERVER_AUTH];
    assert_eq!(ask(&profile, "d", &[dns("dc01.contoso.com")]), "Privileged");
    assert!(profile.privileged.extend(&[], &[String::new()]).is_err());
}

#[test]
fn t25_a_sid_of_the_domain_itself_is_denied_whoever_vouches() {
    let ca = Ca::new();
    let sid = |relative: u32| format!("S-1-5-21-3623811015-3361044348-30300820-{relative}");
    let vouched = ca::decide::Verdict { sid: SidVouching::AsRequested, ..verdict() };
    let asked = |relative| {
        let name = uri(&format!("tag:microsoft.com,2022-09-14:sid:{}", sid(relative)));
        let csr = csr(&cn("d"), &[san(&[name])]);
        let result = decide::decide(&Request { csr: &csr, validity: None }, &profile(), &ca.facts(&vouched));
        result.map_or_else(|rejection| rejection.reason().name, |_| "issued")
    };
    for relative in [500, 501, 502, 512, 516, 518, 519, 520, 521, 526, 527, 498, 999] {
        assert_eq!(asked(relative), "SidPrivileged", "{relative}");
    }
    assert_eq!(asked(1000), "issued");
    // The directory's own, which would be written into the certificate.
    let known = Sid::parse(&sid(500)).unwrap();
    let verdict = verdict();
    let facts = ca::decide::Facts {
        sid: Some(KnownSid { sid: &known, as_extension: true }),
        vouching: Vouching::Validator(&verdict),
        ..ca.facts(&verdict)
    };
    let csr = csr(&cn("d"), &[]);
    let result = decide::decide(&Request { csr: &csr, validity: None }, &profile(), &facts);
    assert_eq!(refused(result), "SidPrivileged");
}

//! A world whose tenant is read every second, devices that enrolled, and what is said of their certificates.

use crate::world::World;
use chancery::authority::Ca;
use chancery::store::{Ground, Stored};
use pki::algorithm::Digest;
use pki::certificate::Certificate;
use pki::crl::Reason;
use pki::ocsp::{BasicResponse, CertId, CertStatus, OcspRequest};
use simulator::fleet::RequestPlan;
use simulator::tenant::{Device, MintOptions, Platform, Profile, SanKind, User};
use std::time::{Duration, Instant};

/// A world, and a profile for devices and one for users.
pub(super) struct Ward {
    pub(super) world: World,
    pub(super) devices: Profile,
    pub(super) users: Profile,
}

impl Ward {
    /// With these lines in `[endpoint.directory]`.
    pub(super) async fn open(lines: &str) -> Ward {
        let world = World::with_tenant_and(&format!("\n[endpoint.directory]\nevery = '1s'\n{lines}\n")).await;
        let device =
            Profile::new("CN={{DeviceName}}").with_san(SanKind::Uri, "IntuneDeviceId://{{DeviceId}}");
        let user = Profile::new("CN={{UserName}}").with_san(SanKind::Upn, "{{UserPrincipalName}}");
        let (devices, users) = (world.tenant().add_profile(device), world.tenant().add_profile(user));
        Ward { world, devices, users }
    }

    /// A user, and a device of theirs.
    pub(super) fn owner(&self, upn: &str) -> (User, Device) {
        let user = self.world.tenant().add_user(upn, None);
        let device = self.world.tenant().enrol_device(Platform::Windows, Some(&user.id));
        (user, device)
    }

    /// What the device gets by this profile.
    pub(super) async fn enrolled(&self, device: &Device, profile: &Profile) -> Certificate {
        let delivered = self.world.tenant().deliver(&device.id, &profile.id, &MintOptions::default());
        let plan = RequestPlan::honest(&delivered.unwrap());
        let client = self.world.device("client");
        let message = client.pkcs_req(&self.world, &plan.sign(&client.key, Digest::Sha256).unwrap());
        client.opens(&self.world.post("intune", message).await)
    }

    pub(super) async fn stored(&self, certificate: &Certificate) -> Stored {
        self.world.store.by_serial(certificate.serial().octets()).await.unwrap().remove(0)
    }

    pub(super) async fn grounds(&self, certificate: &Certificate) -> Vec<Ground> {
        self.world.store.grounds(self.stored(certificate).await.id).await.unwrap()
    }

    /// What OCSP says: `None` for good.
    pub(super) async fn said(&self, certificate: &Certificate) -> Option<Reason> {
        let id = CertId::new(Digest::Sha1, self.world.issuing(), certificate.serial());
        let url = format!("http://{}/ocsp", self.world.at.scep);
        let answer = self.world.http.post(url).body(OcspRequest::plain(&id)).send().await.unwrap();
        let response = BasicResponse::parse(&answer.bytes().await.unwrap()).unwrap();
        let signer = self.world.authority.responder(Ca::Issuing).unwrap();
        response.verify_signed_by(signer.certificate.key()).unwrap();
        match response.responses[0].status {
            CertStatus::Good => None,
            CertStatus::Revoked { reason, .. } => Some(reason),
            CertStatus::Unknown => panic!("unknown"),
        }
    }

    /// Waits, for twenty seconds at most, until OCSP says that.
    pub(super) async fn until(&self, certificate: &Certificate, expected: Option<Reason>, why: &str) {
        let began = Instant::now();
        loop {
            let said = self.said(certificate).await;
            if said == expected {
                return;
            }
            assert!(began.elapsed().as_secs() < 20, "{why}: still {said:?}, not {expected:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until two more readings have begun and ended.
    pub(super) async fn read_twice(&self) {
        for _ in 0..2 {
            let before = self.readings().await;
            let began = Instant::now();
            while self.readings().await == before {
                assert!(began.elapsed().as_secs() < 20, "no reading ended");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }

    async fn readings(&self) -> String {
        let metrics = self.admin("metrics").await;
        let line = metrics.lines().filter(|line| line.starts_with("chancery_directory_readings_total"));
        line.collect()
    }

    pub(super) async fn admin(&self, path: &str) -> String {
        let url = format!("http://{}/{path}", self.world.at.admin);
        self.world.http.get(url).send().await.unwrap().text().await.unwrap()
    }
}

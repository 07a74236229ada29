//! A world with one enrolled device, and files and commands around it.

use crate::world::{Device, World};
use chancery::authority::Ca;
use chancery::store::{AuditEvent, NewRevocation, Revoked};
use pki::algorithm::Digest;
use pki::certificate::{Certificate, Serial};
use pki::ocsp::{BasicResponse, CertId, CertStatus, OcspRequest};
use pki::pem;
use std::path::PathBuf;
use std::process::Command;

/// The world, and a certificate that it issued to a device.
pub(super) struct Desk {
    pub(super) world: World,
    pub(super) certificate: Certificate,
}

impl Desk {
    pub(super) async fn open() -> Desk {
        Desk::with("").await
    }

    /// With these settings besides.
    pub(super) async fn with(settings: &str) -> Desk {
        Desk::with_all(|usual| format!("{usual}{settings}")).await
    }

    /// With other settings, made of the usual ones.
    pub(super) async fn with_all(change: impl Fn(String) -> String) -> Desk {
        let world = World::configured(change).await;
        let device = world.device("phone");
        let certificate = Desk::enrolled(&world, &device).await;
        let desk = Desk { world, certificate };
        let pem_of = |one: &Certificate| pem::encode("CERTIFICATE", one.der());
        let (issuing, root) = (pem_of(desk.world.issuing()), pem_of(&desk.world.authority.root));
        desk.write("issuing.pem", issuing.as_bytes());
        desk.write("root.pem", root.as_bytes());
        desk.write("chain.pem", format!("{issuing}{root}").as_bytes());
        desk.write("device.pem", pem_of(&desk.certificate).as_bytes());
        desk
    }

    async fn enrolled(world: &World, device: &Device) -> Certificate {
        let challenge = world.challenge("once", None).await;
        let message = device.pkcs_req(world, &device.csr(&challenge).signed(&device.key));
        device.opens(&world.post("once", message).await)
    }

    /// Another certificate of this CA.
    pub(super) async fn another(&self) -> Certificate {
        Desk::enrolled(&self.world, &self.world.device("tablet")).await
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.world.home.path().join(name)
    }

    pub(super) fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/ocsp", self.world.at.scep)
    }

    /// Runs a command here and gives what it printed and whether it succeeded. `@` stands for the responder's URL, `~`
    /// for a space.
    pub(super) async fn run(&self, program: &str, words: &str) -> (String, bool) {
        let words: Vec<String> =
            words.split_whitespace().map(|word| word.replace('@', &self.url()).replace('~', " ")).collect();
        let (program, here) = (program.to_owned(), self.world.home.path().to_owned());
        let run = move || Command::new(program).args(words).current_dir(here).output().unwrap();
        let output = tokio::task::spawn_blocking(run).await.unwrap();
        let printed = [output.stdout, output.stderr].concat();
        (String::from_utf8_lossy(&printed).into_owned(), output.status.success())
    }

    /// Records it, as `chancery cert revoke` does from another process; 8 releases.
    pub(super) async fn revoke(&self, certificate: &Certificate, reason: u8) {
        let revocation = NewRevocation {
            issuer: self.world.authority.issuing.id,
            serial: certificate.serial().octets().to_vec(),
            reason,
            at: pki::Time::from_unix(self.world.clock.now()),
            rule: chancery::standing::Rule::Manual,
            event: AuditEvent::detail("{}".to_owned()),
        };
        let done = self.world.store.revoke(revocation).await.unwrap();
        assert!(matches!(done, Revoked::Done | Revoked::Released), "{done:?}");
    }

    /// Asks by POST.
    pub(super) async fn ask(&self, request: Vec<u8>) -> Vec<u8> {
        let answer = self.world.http.post(self.url()).body(request).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "application/ocsp-response");
        answer.bytes().await.unwrap().to_vec()
    }

    /// The one question about a serial number of the issuing CA.
    pub(super) fn question(&self, serial: &Serial) -> Vec<u8> {
        OcspRequest::plain(&CertId::new(Digest::Sha1, self.world.issuing(), serial))
    }

    /// The same about the first certificate, with a nonce: no answer to it is kept.
    pub(super) async fn nonced(&self) -> Vec<u8> {
        let words = "ocsp -issuer issuing.pem -cert device.pem -nonce -reqout asked";
        assert!(self.run("openssl", words).await.1);
        std::fs::read(self.path("asked")).unwrap()
    }

    /// What is said of a certificate of the issuing CA, verified.
    pub(super) async fn status(&self, certificate: &Certificate) -> CertStatus {
        self.status_of(certificate.serial()).await.responses[0].status
    }

    pub(super) async fn status_of(&self, serial: &Serial) -> BasicResponse {
        let response = BasicResponse::parse(&self.ask(self.question(serial)).await).unwrap();
        let signer = self.world.authority.responder(Ca::Issuing).unwrap();
        response.verify_signed_by(signer.certificate.key()).unwrap();
        response
    }

    /// Waits, for ten seconds at most, until that is said.
    pub(super) async fn until(&self, certificate: &Certificate, expected: fn(CertStatus) -> bool) {
        let began = std::time::Instant::now();
        loop {
            let said = self.status(certificate).await;
            if expected(said) {
                return;
            }
            assert!(began.elapsed().as_secs() < 10, "still {said:?}");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }
}

pub(super) fn is_revoked(status: CertStatus) -> bool {
    matches!(status, CertStatus::Revoked { .. })
}

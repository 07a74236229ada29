use super::case::Case;
use super::consider::Considered;
use super::{Asked, Enroller, Refused};
use crate::store::{CertificateId, ClaimHash, Stored};
use crate::validators::{ChallengeText, Petition, Validator, Verdict, Voucher};
use ca::decide::{
    self, Facts, Issuer, KnownSid, OldCertificate, OldStatus, Order, Request, Sid, SidVouching, Vouching,
};
use ca::key_policy::KnownKeys;
use ca::profile::ProfileName;
use ca::rejection::{AuthorityFault, Rejection, RenewalFault, SanFault, Shown};
use pki::general_name::SubjectAltName;
use scep::server::Signer;
use std::net::IpAddr;

/// Who vouches for a request, gathered.
pub(super) enum Gathered {
    /// The endpoint's validator.
    Vouched { by: &'static str, verdict: decide::Verdict, claim: Option<ClaimHash> },
    /// A certificate of ours, whose key signed the request.
    Renewal { old: Box<Stored>, profile: ProfileName },
}

impl Gathered {
    pub(super) fn by(&self) -> &'static str {
        match self {
            Gathered::Vouched { by, .. } => by,
            Gathered::Renewal { .. } => "renewal",
        }
    }

    /// Whether the validator vouched for a SID in the request.
    pub(super) fn vouches_for_sid(&self) -> bool {
        matches!(self, Gathered::Vouched { verdict, .. } if verdict.sid == SidVouching::AsRequested)
    }

    pub(super) fn claims(&self) -> Vec<ClaimHash> {
        match self {
            Gathered::Vouched { claim, .. } => claim.iter().copied().collect(),
            Gathered::Renewal { .. } => Vec::new(),
        }
    }

    pub(super) fn supersedes(&self) -> Option<CertificateId> {
        match self {
            Gathered::Vouched { .. } => None,
            Gathered::Renewal { old, .. } => Some(old.id),
        }
    }
}

impl Enroller {
    /// Finds who vouches. The signer decides which way: a certificate of ours renews itself, whether the client calls
    /// it RenewalReq or, like most, PKCSReq (RFC 8894 §2.3, §2.5). A challenge may come with it all the same (§2.4);
    /// it decides only where an MDM judges it.
    pub(super) async fn gather(&self, case: &Case<'_>, source: IpAddr) -> Result<Gathered, Refused> {
        let asked = case.asked;
        if let Some(signer) = asked.certified() {
            let ours = self.issued_by_us(signer).await?;
            match ours {
                Some(old) if !self.is_for_the_mdm(asked) => {
                    let profile = ProfileName::try_from(old.profile.clone()).map_err(|_| unknown(signer))?;
                    return Ok(Gathered::Renewal { old: Box::new(old), profile });
                }
                // Whoever holds a certificate could put another's envelope under his own signature, spend its challenge
                // and be handed its certificate (V26): a certificate speaks for its own subject.
                Some(_) if !signer.holds_requested_key && !speaks_for(signer, asked) => {
                    return Err(changed(signer, asked).into());
                }
                Some(_) => {}
                // Neither ours nor self-signed: nobody here can tell whether it is as its issuer made it, or who may use it
                // (V26, M50). Our own service's certificates go on, to be refused for what they are.
                None if !signer.holds_requested_key || !self.is_of_our_service(signer) => {
                    return Err(unknown(signer).into());
                }
                None => {}
            }
        }
        self.judge(case, source).await
    }

    /// The renewal that the request is, if it is one.
    pub(super) async fn renewal_of(&self, asked: Asked<'_>) -> Result<Option<Gathered>, Refused> {
        let Some(signer) = asked.certified().filter(|_| !self.is_for_the_mdm(asked)) else { return Ok(None) };
        let Some(old) = self.issued_by_us(signer).await? else { return Ok(None) };
        let profile = ProfileName::try_from(old.profile.clone()).map_err(|_| unknown(signer))?;
        Ok(Some(Gathered::Renewal { old: Box::new(old), profile }))
    }

    /// An MDM sends a new challenge for each renewal, and knows which devices have left: there, a certificate alone
    /// renews nothing (threat 32; contract §9).
    fn is_for_the_mdm(&self, asked: Asked<'_>) -> bool {
        let mdm = matches!(*self.validator, Validator::Intune(_));
        mdm || (asked.challenge.is_some() && !self.renewal.allowed)
    }

    /// The row of the signer's certificate, if every byte of it is ours (threat 30).
    async fn issued_by_us(&self, signer: &Signer) -> Result<Option<Stored>, Refused> {
        let certificate = &signer.certificate;
        let found = self.store.by_serial(certificate.serial().octets()).await?;
        Ok(found.into_iter().find(|one| one.der() == Some(certificate.der())))
    }

    fn is_of_our_service(&self, signer: &Signer) -> bool {
        let ours = self.authority.chain().map(|ca| signer.certificate.verify_signed_by(ca.key()));
        ours.iter().any(Result::is_ok)
    }

    pub(super) async fn judge(&self, case: &Case<'_>, source: IpAddr) -> Result<Gathered, Refused> {
        let asked = case.asked;
        // What cannot be read cannot be vouched for; `decide` would say so too, after the MDM was asked for nothing.
        let san = asked.request.san().map_err(malformed)?;
        let petition = Petition {
            endpoint: &self.endpoint,
            profile: case.profile.name.as_str(),
            transaction_id: &case.transaction.id,
            csr: asked.request.der(),
            challenge: asked.challenge.map(|challenge| ChallengeText::new(challenge.reveal())),
            subject: asked.request.subject(),
            alternative_names: &san.0,
            source,
            caller: asked.caller(),
            now: case.now,
            deadline: case.deadline,
        };
        match self.validator.judge(&petition).await {
            Verdict::Refused(refusal) => Err(refusal.into()),
            Verdict::Vouched(voucher) => vouched(&voucher, case),
        }
    }

    /// Puts what was gathered before the pure decision.
    pub(super) fn decide(
        &self,
        case: &Case<'_>,
        gathered: &Gathered,
        considered: &Considered<'_>,
        sid: Option<&Sid>,
    ) -> Result<Order, Refused> {
        let Case { asked, now, .. } = case;
        let issuer = &self.authority.issuing.certificate;
        let (old, known);
        let vouching = match gathered {
            // A SID that is the directory's needs nobody else's word.
            Gathered::Vouched { verdict, .. } => {
                known = decide::Verdict {
                    // The validator vouched at this endpoint; the policy says by which profile.
                    profile: considered.profile.name.clone(),
                    sid: sid.map_or_else(|| verdict.sid.clone(), |sid| SidVouching::Exactly(sid.clone())),
                    ..verdict.clone()
                };
                Vouching::Validator(&known)
            }
            Gathered::Renewal { old: stored, profile: of_old } => {
                let status = match stored.revocation {
                    Some(revocation) => OldStatus::Revoked { at: revocation.at },
                    None => OldStatus::Live,
                };
                let signer = asked.certified();
                let signer = signer.ok_or_else(|| Rejection::from(AuthorityFault::NobodyVouched {}))?;
                let certificate = &signer.certificate;
                old = OldCertificate { certificate, issuer, profile: of_old, status };
                Vouching::OldCertificate(&old)
            }
        };
        let as_extension = self.directory.as_ref().is_some_and(|follows| follows.sid_extension);
        let own_keys = self.authority.own_keys();
        let facts = Facts {
            now: *now,
            issuer: Issuer { name: crate::authority::ISSUING, certificate: issuer },
            vouching,
            // Who else holds the key is asked in the first commit, where the answer cannot change any more.
            known_keys: KnownKeys { own: &own_keys, blocked: &[], holders: &[] },
            sid: sid.map(|sid| KnownSid { sid, as_extension }),
        };
        let request = Request { csr: asked.request, validity: decide::requested::validity(asked.request) };
        Ok(ca::decide(&request, &considered.profile, &facts)?)
    }
}

fn vouched(voucher: &Voucher, case: &Case<'_>) -> Result<Gathered, Refused> {
    // Threat 14: what was judged is what is issued from.
    if voucher.request != case.transaction.csr {
        return Err(Rejection::from(AuthorityFault::NobodyVouched {}).into());
    }
    let verdict = decide::Verdict {
        profile: case.profile.name.clone(),
        // The validator has compared the names itself, by the identity that it knows.
        subject: None,
        san: None::<SubjectAltName>,
        sid: if voucher.sid_vouched { SidVouching::AsRequested } else { SidVouching::No },
    };
    Ok(Gathered::Vouched { by: voucher.by, verdict, claim: voucher.claim.map(ClaimHash) })
}

fn malformed(error: pki::der::Error) -> Rejection {
    SanFault::Malformed { reason: Shown::new(&error.to_string()) }.into()
}

fn speaks_for(signer: &Signer, asked: Asked<'_>) -> bool {
    signer.certificate.subject().matches(asked.request.subject())
}

fn changed(signer: &Signer, asked: Asked<'_>) -> Rejection {
    RenewalFault::subject_changed(signer.certificate.subject(), asked.request.subject()).into()
}

fn unknown(signer: &Signer) -> Rejection {
    RenewalFault::Unknown { serial: Shown::new(&signer.certificate.serial().to_string()) }.into()
}

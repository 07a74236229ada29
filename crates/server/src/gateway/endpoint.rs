use crate::authority::Signer;
use crate::enroll::Enroller;
use scep::caps::Offer;
use scep::server::{CaResponse, Layout, Policy, ca_certificate_chain, ca_certificates};
use std::sync::Arc;

/// How an endpoint speaks.
#[derive(Clone, Copy, Debug)]
pub struct EndpointRules {
    /// What it takes.
    pub policy: Policy,
    /// What it announces.
    pub offer: Offer,
    /// What GetCACert shows.
    pub layout: Layout,
    /// Whether the CA's certificates travel behind the device's (scep.md Q34: Cisco wants it, Juniper forbids it).
    pub include_chain: bool,
    /// Whether failures say why, as failInfoText (scep.md Q46).
    pub fail_info_text: bool,
}

/// One SCEP endpoint.
pub struct Endpoint {
    /// How it speaks.
    pub rules: EndpointRules,
    /// Who decides.
    pub enroller: Enroller,
}

impl Endpoint {
    pub(super) fn ras(&self) -> (Arc<Signer>, Vec<Arc<Signer>>) {
        self.enroller.authority.ras()
    }

    /// The body of GetCACaps.
    pub(super) fn capabilities(&self) -> Vec<u8> {
        scep::Capabilities::offered(self.rules.offer).to_string().into_bytes()
    }

    /// The answer to GetCACert.
    pub(super) fn certificates(&self) -> CaResponse {
        let authority = &self.enroller.authority;
        ca_certificates(self.rules.layout, Some(&authority.ra().certificate), &authority.chain())
    }

    /// The answer to GetCACertChain, which certmonger asks for.
    pub(super) fn chain(&self) -> CaResponse {
        let authority = &self.enroller.authority;
        ca_certificate_chain(Some(&authority.ra().certificate), &authority.chain())
    }
}

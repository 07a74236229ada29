nav-cas = CAs
cas-lead = Devices must know the root before they trust anything that this CA issues. Download its certificate here and give it to them as a trusted root, first of all.
cas-tree = Who signs whom
cas-tree-hint = The root signs the issuing CA, the issuing CA signs devices
cas-as-list = As a list
cas-signed-by = signed by
cas-lifetimes = Until when each is good
cas-cer = Download .cer
cas-root-hint = For Intune: upload the .cer as a "Trusted certificate" profile, and assign it to the same groups as the SCEP profile.
cas-issuing-hint = For Intune: upload the .cer as a second "Trusted certificate" profile, for the intermediate store.
cas-crl = Revocation list (CRL)
cas-ocsp = OCSP
cas-delegates = Who speaks for it
cas-delegates-hint = These renew themselves before they end. You need to do nothing, unless one is marked as over.
cas-role = Task
role-root = Root
role-issuing = Issuing CA
role-ra = SCEP gateway (RA)
role-ocsp = OCSP signer
lifetime-good = Good
lifetime-soon = Ends soon
lifetime-over = Over
cas-retired =
    { $n ->
        [one] One more has signed its last and is not shown.
       *[other] { $n } more have signed their last and are not shown.
    }
cas-public = Where devices fetch it
cas-no-address = public_url is not set: certificates that are issued now point to no revocation list and no OCSP. Set it in the settings file before the first device enrols.

nav-certificates = Certificates
certificates-lead = Find a certificate by anything that it says. The address of this page keeps the search, so you can pass it on.
certificates-q = Anything
certificates-status = Status
certificates-any = Any
certificates-all = Show all
certificates-more-filters = More filters
certificates-profile = Profile
certificates-endpoint = Endpoint
certificates-device = Device
certificates-user = User
certificates-requester = Vouched for by
certificates-serial = Serial number
certificates-subject = Name
certificates-issued = Issued
certificates-ends = Valid until
certificates-ends-from = Ends on or after
certificates-ends-before = Ends before
certificates-ends-within = Ends within days
certificates-thumbprint = Thumbprint
certificates-none = No certificate fits. Try fewer words, or take filters away.
certificates-not-yet = Nothing found so far. There is more to look through.
certificates-export = Export as CSV
certificates-tick = Select { $x }
certificates-tick-all = Select all on this page
certificates-since = since

standing-good = Good
standing-held = On hold
standing-revoked = Revoked
standing-expired = Expired

deed-revoke = Revoke
deed-hold = Hold
deed-release = Release
deed-revoke-ticked = Revoke selected
deed-hold-ticked = Hold selected
deed-release-ticked = Release selected
deed-revoke-one = Revoke
deed-hold-one = Hold
deed-release-one = Release
deed-revoke-all = Revoke all its certificates
deed-hold-all = Hold all its certificates
deed-asked-first = The next page shows what will happen. Nothing is done before you confirm it there.
deed-too-many = At most { $n } certificates at once. Select fewer.
deed-changed =
    { $n ->
        [0] Nothing was changed
        [one] { $n } certificate changed
       *[other] { $n } certificates changed
    }
deed-seen-soon = Whoever asks by OCSP hears of it within a second; the revocation list says so within a minute. Wi-Fi and VPN notice when they next check.
deed-result = What became of it

ask-revoke = Revoke for good?
ask-hold = Put on hold?
ask-release = End the hold?
ask-means-revoke = This cannot be undone. Wi-Fi, VPN and other services refuse the certificate from then on. The device can get a new one, if its profile still asks for one. If you only want to be safe while you find out more, use Hold.
ask-means-hold = Services refuse the certificate while it is on hold. You can end the hold at any time, and the same certificate works again.
ask-means-release = The certificate works again, unless a rule holds it, too: then it stays on hold until that rule is satisfied.
ask-device = All certificates that are not over, of the device
ask-user = All certificates that are not over, of the user
ask-nothing = No certificate is selected, or none of them is in force. Go back and select at least one.
ask-back = Back, change nothing
ask-will-change =
    { $n ->
        [0] Nothing would change
        [one] { $n } certificate will change
       *[other] { $n } certificates will change
    }
ask-now = Now
ask-then = Afterwards
ask-why = Why?

fate-revoked = Revoked for good
fate-held = On hold
fate-released = Released, if you or a colleague set the hold
fate-unchanged = As it is: it is not on hold
fate-stays-revoked = As it is: already revoked
fate-stays-held = As it is: already on hold

reason-cessationOfOperation = No longer needed: the device was retired or somebody has left
reason-keyCompromise = The key may be in foreign hands: the device was lost, stolen or attacked
reason-superseded = Another certificate has taken its place
reason-affiliationChanged = The names in it are no longer right
reason-privilegeWithdrawn = The holder may no longer have it
reason-unspecified = Another reason

result-revoked = Revoked
result-released = Released
result-still-on-hold-by-another-rule = Still on hold by another rule
result-already-revoked = Was revoked already
result-not-on-hold-by-an-administrator--see-cert-why- = Not on hold by an administrator; its page shows which rule holds it
result-unknown = There is no such certificate

done-revoked = Revoked. OCSP says so within a second, the revocation list within a minute.
done-held = On hold. You can end the hold on this page.
done-released = Released. If it is still on hold, a rule holds it, too: see below.

advice-good =
    Nothing to do. { $n ->
        [one] One day is left
       *[other] { $n } days are left
    }; the device renews it by itself when a fifth of its life is left.
advice-due =
    It is time to renew, and { $n ->
        [0] less than a day is left
        [one] one day is left
       *[other] { $n } days are left
    }. The device does that by itself when it next checks in. If it has not for a week, look whether it is switched on and still gets its profile.
advice-renewed = The device has a newer certificate already. This one can be left to run out.
advice-held-by-hand = An administrator put it on hold. Release it if the reason is gone, or revoke it for good.
advice-held = A rule holds it, see below. It is good again by itself as soon as the rule is satisfied, for instance when the device complies again.
advice-revoked = It is revoked for good, and nothing brings it back. If the device should have access again, let it ask for a new certificate: its profile does that at the next check-in.
advice-expired = It has run out. If the device is still in use, look whether it has a newer certificate; if not, find out why it did not renew.

seen-yes = Seen in use
seen-no = Not seen in use yet
seen-title = In use
seen-last = last
seen-hint = Nobody has asked about it yet. That an MDM reports success does not prove that the device uses it.

certificate-why = Why it stands so
certificate-nothing-against = No rule speaks against this certificate.
certificate-rule = Rule
certificate-since = Since
certificate-evidence = Evidence
certificate-lasts = Can it end?
certificate-for-good = For good
certificate-can-end = Can end
certificate-notification = Told to the MDM
certificate-renewed-by = Replaced by
certificate-renewal-of = Replaced
certificate-itself = What it says
certificate-names = Alternative names
certificate-purposes = What it may be used for
certificate-usage = Key usage
certificate-key = Key
certificate-requested = Asked for
certificate-transaction = Enrolment
certificate-chain = Who vouches for whom
certificate-binding = Whom it names
certificate-nobody = It names nobody whom a directory knows. Only administrators revoke it.
certificate-nothing-said = The directory has said nothing of it yet.
certificate-read = last read
certificate-history = What happened
certificate-row = Row { $n } of the audit
certificate-check = Check it with another program
certificate-check-hint = The first line fetches the CA's certificate, the second asks whether this certificate is good. "good" in the answer means good.
certificate-no-address = It names no OCSP address, so other programs cannot ask about it.
certificate-list = Revocation list:
certificate-raw = Download
certificate-with-chain = PEM with chain
certificate-show-pem = Show PEM

validity-title = Its life
validity-begins = Begins
validity-renewal = Renewal
validity-ends = Ends
validity-now = now

rule-manual = By hand
rule-withheld = The MDM did not take it
rule-revocation-queue = Intune asked for it
rule-superseded = A newer certificate is in use
rule-device-deleted = The device was deleted
rule-device-retired = The device was retired or wiped
rule-device-disabled = The device's account is disabled
rule-device-noncompliant = The device does not comply
rule-user-deleted = The user was deleted
rule-user-disabled = The user's account is disabled
rule-user-risk = The user's account is at risk
rule-not-found = The directory does not know whom it names

event-certificate-seen = Seen in use

purpose-Client-Authentication = Sign in to networks and services
purpose-Server-Authentication = Prove who a server is
purpose-Secure-Email = Secure e-mail
purpose-Code-Signing = Sign programs
purpose-OCSP-Signing = Sign OCSP answers

notification-pending = Not yet; it is tried again
notification-accepted = Yes
notification-dead = No: the MDM never took it

nav-policies = Policy
policies-lead = Rules that decide about requests, from top to bottom. The first that matches decides.
policies-rules = Rules in force
policies-none = There are no rules: every request goes on by the profile of its endpoint.
policies-order = No.
policies-rule = Rule
policies-when = When
policies-outcome = Then
policies-always = Every request
policies-allow = Go on
policies-refuse = Refuse
policies-ask = Ask first
policies-use-profile = Use profile { $x }
policies-else = Where no rule matches, a request goes on by the profile of its endpoint.
policies-edit = To change the rules, edit the [[policy]] sections in the settings file; try them here first.
policies-test = Try a request
policies-test-lead = See what the rules say of one request, which facts they looked at, and what the certificate would say. Nothing is issued.
policies-transaction = A past request, by its transaction
policies-transaction-hint = As the page of an enrolment shows it. Empty: paste a request below instead.
policies-renewal = As if the device renewed its certificate
policies-other = Other rules than those in force
policies-other-rules = Rules to try ([[policy]] sections)
policies-test-do = Try it
policies-by = by the rule { $x }
policies-by-none = no rule matched
policies-trace = How it was decided
policies-matched = matched, and decided
policies-matched-not = did not match
policies-fact = Fact
policies-expected = Asked for
policies-found = Found
policies-holds = Holds
policies-holds-not = Does not hold
policies-unknown = Not known
policies-facts = All that the rules could look at
policies-replay = Replay on past requests
policies-replay-lead = Edit the rules below and see which past requests they would have decided otherwise. Nothing is changed.
policies-days = Requests of the last days
policies-replay-do = Replay
policies-differ =
    { $n ->
        [one] past request would be decided otherwise.
       *[other] past requests would be decided otherwise.
    }
policies-skipped =
    { $n ->
        [one] Of { $n } more too little is on record.
       *[other] Of { $n } more too little is on record.
    }
policies-no-change = These rules would have decided every past request as it was decided.
policies-at = When
policies-was = Was
policies-is = Would be
policies-why = Why

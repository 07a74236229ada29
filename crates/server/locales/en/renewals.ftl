nav-renewals = Renewals
renewals-lead = A device renews by itself when a fifth of its certificate's life is left. This page says how many will come on which day, and who is late.
renewals-late-word = Late
renewals-late =
    { $n ->
        [one] { $n } certificate should have been renewed and was not.
       *[other] { $n } certificates should have been renewed and were not.
    }
renewals-late-do = The soonest to end stand first. See that these devices are switched on, reach this server, and still have their profile; then look at their last enrolment.
renewals-on-time = On time
renewals-none-late = No device is late.
renewals-forecast = Certificates that may be renewed from that day on, the next 90 days
renewals-coming =
    { $n ->
        [one] { $n } certificate may be renewed in this time.
       *[other] { $n } certificates may be renewed in this time.
    }
renewals-at-risk = Late
renewals-whose = Whose
renewals-ends = Ends
renewals-profile = Profile

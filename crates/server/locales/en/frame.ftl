frame-skip = Skip to the content
frame-search = Find a certificate
frame-search-hint = Serial number, thumbprint, device, user, name
frame-find = Find
frame-menu = Pages
frame-sign-out = Sign out
frame-signed-in-as = Signed in as { $x }
frame-docs = Documentation
frame-more = More
frame-copy = Copy
frame-table = As a table
frame-words = Words
frame-further = Nothing among the rows that were looked through. Go on to look further.
frame-filter = Filter
frame-all = Show all
frame-no-match = Nothing matches these filters.
frame-no-more = There is no more.
frame-missing = This part cannot be shown now:
frame-withheld = Your role does not show this.

nav-group-watch = Watch
nav-group-certificates = Certificates
nav-group-set-up = Set up
nav-group-system = System

problem-heading = That did not work
problem-home = Back to the beginning
problem-401 = Sign in first.
problem-403 = Your role does not allow this.
problem-404 = There is no such page, or what it was about is not there any more.
problem-413 = That was too long.
problem-500 = Something is wrong on our side. The log says more.
problem-foreign-form = This form was not sent by a page of this session. Open the page again and send it from there.

count-certificates =
    { $n ->
        [one] { $n } certificate
       *[other] { $n } certificates
    }

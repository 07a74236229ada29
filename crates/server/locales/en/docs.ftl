docs-title = Documentation
docs-lead = Everything here is part of the program and needs no internet.
docs-search = A code, or words
docs-found =
    { $n ->
        [0] Nothing found
        [one] { $n } section
       *[other] { $n } sections
    }
docs-none = No section has all of these words. Try fewer, or the code that the message shows.
docs-errors = Troubleshooting: what a code means
docs-errors-hint = Cause, where to look, and the fix for each CHY code.
docs-profiles = What is wrong with an MDM profile
docs-profiles-hint = Each finding of the linter (PRF codes), with its cure.
docs-all = All pages

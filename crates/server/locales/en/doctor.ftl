nav-doctor = Doctor
doctor-lead = Looks at settings, disk, keys, certificates, listeners and clock. It changes nothing.
doctor-clean = Nothing is wrong.
doctor-found =
    { $n ->
        [one] { $n } thing needs you.
       *[other] { $n } things need you. Begin at the top.
    }
doctor-fix = What to do
doctor-well = What is well
doctor-what = Looked at
doctor-said = How it is
doctor-again = Look again
doctor-outside = Whether devices can come here from outside is tried from the command line, on a machine out there:

nav-settings = Settings
settings-lead = What the server runs by, and who set it. Secrets are not shown. The portal does not change settings: edit the file that the source names, and restart the server.
settings-all = Show defaults, too
settings-chosen = Show only what was set
settings-key = Setting
settings-value = Value
settings-origin = Set by

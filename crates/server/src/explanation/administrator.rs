//! CHY-602x to 604x: what the administrator asks of the command line and of the administrative interface.

use super::entry::entries;

entries! {
    NO_CA = 6020 "There is no certificate authority in this data directory."
        "Run chancery init, or name the right --data-dir.";
    DIRECTORY = 6021 "The data directory cannot be used." "Give this user the directory, or name another --data-dir.";
    BIND = 6022 "An address cannot be listened on." "Stop what listens there, or name another address.";
    TLS = 6023 "The TLS listener cannot start." "Mend the [tls] section.";
    ENDPOINT = 6024 "An endpoint cannot work as it is configured." "Mend that section and start again.";
    NO_TOKEN = 6025 "The administrative interface has no token, so it refuses everything." "Set admin.token_file.";
    NO_DESK = 6026 "There is no endpoint of that name with one-time challenges."
        "Name an [[endpoint]] whose validator is \"one_time\".";
    BODY = 6027 "The body of the administrative request is not what was expected."
        "Send a JSON object of less than 64 KiB, or nothing.";
    REASON = 6030 "There is no such reason of revocation."
        "Write keyCompromise, affiliationChanged, superseded, cessationOfOperation or certificateHold.";
    SERIAL = 6031 "This CA has issued no certificate with that serial number."
        "Look it up with chancery cert list --subject NAME.";
    SCRATCH = 6040 "The directory of the demonstration cannot be written."
        "Give this user a temporary directory with space (TMPDIR).";
    SIMULATION = 6041 "The simulation could not run." "See what the sentence says; a simulation keeps nothing.";
    MESSAGES = 6042 "The file of the simulation cannot be read." "Name a file that can be read.";
}

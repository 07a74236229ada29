//! CHY-602x to 604x: what the administrator asks of the command line and of the administrative interface.

use super::entry::entries;

entries! {
    NO_CA = 6020 "There is no certificate authority in this data directory."
        "Run chancery init, or name the right --data-dir.";
    DIRECTORY = 6021 "The data directory cannot be used." "Give this user the directory, or name another --data-dir.";
    BIND = 6022 "An address cannot be listened on." "Stop what listens there, or name another address.";
    TLS = 6023 "The TLS listener cannot start." "Mend the [tls] section.";
    ENDPOINT = 6024 "An endpoint cannot work as it is configured." "Mend that section and start again.";
    NO_DESK = 6026 "There is no endpoint of that name whose challenges are made here."
        "Name an [[endpoint]] whose validator is \"one_time\" or \"bound\".";
    BODY = 6027 "The body of the administrative request is not what was expected."
        "Send what the route takes, and no more: the section of this code says what that is.";
    SHARDS = 6028 "The number of the CRL's parts cannot be changed."
        "Write the number that the sentence names into crl.shards: certificates point to their part for ever.";
    NO_LIST = 6029 "There is no endpoint of that name whose certificates follow a list."
        "Name an [[endpoint]] with directory.file.";
    REASON = 6030 "There is no such reason of revocation."
        "Write keyCompromise, affiliationChanged, superseded, cessationOfOperation or certificateHold.";
    SERIAL = 6031 "This CA has issued no certificate with that serial number."
        "Look it up with chancery cert list --subject NAME.";
    BINDING = 6032 "The certificate cannot be bound so."
        "Write chancery cert bind SERIAL --device ID, --user NAME or --nobody.";
    SCOPE = 6033 "The token lacks the scope that this needs."
        "Make a token that has it: `chancery token new --name NAME --scope SCOPE`.";
    TOKEN = 6034 "A token cannot be made so."
        "Write chancery token new --name NAME --scope SCOPE, with --expires 90d where it shall end.";
    NAME_TAKEN = 6035 "A live token has that name."
        "Choose another name, or revoke that token: `chancery token revoke NAME`.";
    NO_SUCH_TOKEN = 6036 "No token of that name can be revoked." "See what there is: `chancery token list`.";
    PROMISE = 6037 "A challenge cannot be made for such a request."
        "Say subject and names for an endpoint whose validator is \"bound\", an identity or nothing for one of \"one_time\".";
    PROFILE = 6038 "A profile cannot be read, or not be written so."
        "See what the sentence says; chancery profile new makes one that can.";
    SCRATCH = 6040 "The directory of the demonstration cannot be written."
        "Give this user a temporary directory with space (TMPDIR).";
    SIMULATION = 6041 "The simulation could not run." "See what the sentence says; a simulation keeps nothing.";
    MESSAGES = 6042 "The file of the simulation cannot be read." "Name a file that can be read.";
    NO_INTUNE = 6050 "No endpoint asks Intune."
        "Give an endpoint validator = \"intune\" and a section [endpoint.intune].";
    MODES = 6061 "Others than its owner can reach what is secret, or it is not on this machine's own disk."
        "Take the permissions away; keep the data directory on a local disk.";
    ROOM = 6062 "The disk of the data directory is nearly full." "Make room: when the disk is full, issuing stops.";
    LOG = 6063 "The store's write-ahead log is not as it must be." "Restart the server.";
    LIFE = 6064 "A certificate of the CA itself ends soon." "Plan its successor now.";
    WAY = 6065 "Devices cannot come here by the public URL." "Mend the proxy or the name.";
    CLOCK = 6066 "This machine's clock is wrong." "Set the clock and let it follow a time server.";
    RA_SHAPE = 6067 "SCEP clients cannot use the RA's certificate." "Restore store and keys from one backup.";
    TLS_NAME = 6068 "The TLS listener's certificate ends soon, or does not name the public host."
        "Get one for the host of public_url.";
}

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
    POLICY = 6039 "A file for the policy cannot be read, or names what is not there."
        "See what the sentence says; docs/policy.md shows each file.";
    SCRATCH = 6040 "The directory of the demonstration cannot be written."
        "Give this user a temporary directory with space (TMPDIR).";
    SIMULATION = 6041 "The simulation could not run." "See what the sentence says; a simulation keeps nothing.";
    MESSAGES = 6042 "The file of the simulation cannot be read." "Name a file that can be read.";
    CERTIFICATE_PROFILE = 6045 "There is no such certificate profile, or no such version of it."
        "See what there is: `chancery ca profile list`, and `chancery ca profile versions NAME`.";
    DRAFT = 6046 "A draft is not published." "Write state = \"published\" in its [[profile]] and publish again.";
    NO_ENROLMENT = 6047 "Nothing is on record of that enrolment."
        "Take the transactionID from the device's log or ours; a message that was refused before it said one has none.";
    NO_HELD = 6048 "No request of that number was held for an approval."
        "See which wait: `chancery approval list`.";
    DECIDED = 6049 "The request does not wait for an approval any more."
        "See what became of it: `chancery approval show ID`. A decision is final; the device can enrol anew.";
    NO_HOLDER = 6051 "No device or user of that name is known."
        "Search for it: GET /api/v1/devices?q=… and /api/v1/users?q=… find parts of names, too.";
    NO_INTUNE = 6050 "No endpoint asks Intune."
        "Give an endpoint validator = \"intune\" and a section [endpoint.intune].";
    ANCHORS = 6056 "A head of the audit chain that was kept elsewhere cannot be read."
        "Name a row as SEQ:HASH, or a file with lines of the server's log or of an export.";
    WEBHOOK = 6057 "A webhook cannot be added so."
        "See what the sentence says; docs/webhooks.md has the rules for URLs.";
    NO_WEBHOOK = 6058 "There is no such webhook." "See what there is: `chancery webhook list`.";
    MODES = 6061 "Others than its owner can reach what is secret, or it is not on this machine's own disk."
        "Take the permissions away; keep the data directory on a local disk.";
    ROOM = 6062 "The disk of the data directory is nearly full." "Make room: when the disk is full, issuing stops.";
    LOG = 6063 "The store's write-ahead log is not as it must be." "Restart the server.";
    LIFE = 6064 "A certificate of the CA itself ends soon." "Plan its successor now.";
    WAY = 6065 "Devices cannot come here by the public URL." "Mend the proxy or the name.";
    CLOCK = 6066 "This machine's clock is wrong." "Set the clock and let it follow a time server.";
    RA_SHAPE = 6067 "SCEP clients cannot use the RA's certificate." "Restore store and keys from one backup.";
    PERMISSION = 6071 "Microsoft Graph refuses for want of a permission."
        "Grant the permission that the sentence names, with an administrator's consent, or sign in as somebody who has it.";
    NO_GROUP = 6072 "The tenant has no group of that name or object id."
        "Write the group's name as Entra has it, or its object id.";
    SEVERAL_GROUPS = 6073 "Several groups have that name." "Write the object id of the one that is meant.";
    SIGN_IN = 6074 "The sign-in by device code came to nothing."
        "Run the command again, and enter the new code as an administrator of Intune before it ends.";
    GRAPH_REFUSED = 6075 "Microsoft Graph does not take a request."
        "See what Graph says; --dry-run shows the request.";
    IN_THE_WAY = 6076 "Something in the tenant or in the definitions stands in the way."
        "See what the sentence says: give a profile another name, or remove what is there twice.";
    FOREIGN = 6077 "A configuration profile of the tenant cannot be read."
        "Look at it in the portal: what this program cannot read it does not change.";
    UNASSIGNED = 6078 "Nobody would get the profile." "Name groups with --group, or assignments in the profile's file.";
    UNCONFIRMED = 6079 "Nothing was written, for nobody agreed."
        "Look at the plan and say --yes, or --dry-run to see the requests.";
    NO_SIMULATOR = 6069 "This server has no simulated fleet, or no such device."
        "Run chancery demo: only a demo has one.";
    TLS_NAME = 6068 "The TLS listener's certificate ends soon, or does not name the public host."
        "Get one for the host of public_url.";
}

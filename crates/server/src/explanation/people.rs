//! CHY-65xx: people who sign in, and what they may not.

use super::entry::entries;

entries! {
    SIGNED_OUT = 6500 "This needs somebody who is signed in."
        "Sign in again; a program sends Authorization: Bearer with a token.";
    FOREIGN = 6501 "The request does not come from a page of this server."
        "Use the pages themselves; a program sends Authorization: Bearer with a token, and no cookie.";
    HOST = 6502 "This server is not known by the name that was asked for."
        "Open the address that is in [admin] url, or write there the one that is used.";
    RIGHT = 6503 "Your role does not allow that." "Ask an owner to do it, or for another role.";
    WRONG = 6504 "Login, password or code is not right."
        "Try again, with the code that the app shows now; an owner can send you a new link.";
    THROTTLED = 6505 "There were too many tries."
        "Wait as long as the answer says, or sign in with a passkey.";
    LINK = 6506 "This link does not work any more."
        "Ask an owner for a new one; for the first owner, restart the server or run chancery people invite --role owner.";
    LOGIN_TAKEN = 6507 "Somebody has that login." "Choose another login.";
    PASSWORD = 6508 "The password is too easy to guess."
        "Choose one of 12 characters or more that is neither common nor made of the login.";
    CODE = 6509 "The code of the app is not right."
        "See that the clocks of phone and server agree, and enter the code that is shown now.";
    PASSKEY = 6510 "The passkey's answer was not accepted."
        "Try again from the page itself, opened by the address in [admin] url.";
    LAST_OWNER = 6511 "The last owner cannot be demoted or locked out." "Make somebody else an owner first.";
    NO_PERSON = 6512 "There is no such person." "See who there is with chancery people list.";
    PERSON = 6513 "A person cannot be recorded so."
        "See what the sentence says; docs/people.md shows what a person has.";
    NOT_IN_PERSON = 6514 "Only somebody who signed in has an account of their own."
        "Sign in, and use the page of the account.";
    LAST_CREDENTIAL = 6515 "That is the only way in which you can sign in."
        "Add another passkey or a password first.";
    PROVIDER = 6516 "The identity provider did not answer as it should."
        "See what the log says, and check [admin.oidc].";
    ID_TOKEN = 6517 "The identity provider's token was not accepted."
        "Sign in again; if it stays so, compare issuer and client_id in [admin.oidc].";
    NO_ROLE = 6518 "Your account at the identity provider has no role here."
        "Ask for a group or app role that [[admin.oidc.role]] names.";
    FRESH = 6519 "How you sign in can be changed within a quarter of an hour after signing in."
        "Sign out, sign in again, and change it then.";
}

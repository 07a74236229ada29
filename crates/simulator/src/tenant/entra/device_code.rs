//! The device authorization grant: a person signs in elsewhere, with a code (RFC 8628), in Entra's words.

use serde::Serialize;
use serde_json::json;

use super::refusal::worded;
use super::request::{Form, Refused, claims, registered, signed};
use super::{Application, refusal};
use crate::tenant::World;
use crate::tenant::exchange::{Answer, Call};
use crate::tenant::fault::Fault;

/// Value of `grant_type` (RFC 8628 §3.4).
pub(super) const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// Scopes of `OpenID` Connect, which name no permission on a resource.
const OF_OPENID: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// Characters of a user code: none that is easily taken for another.
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

/// What the person has said so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nothing.
    Pending,
    /// Yes; this is the person.
    Approved(String),
    /// No.
    Denied,
}

/// One sign-in. The device code itself is the client's alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SignIn {
    /// What the person types.
    pub user_code: String,
    /// The application.
    pub client_id: String,
    /// The resource that permissions are asked on.
    pub resource: String,
    /// The permissions that are asked for and were consented to.
    pub scopes: Vec<String>,
    /// What the person has said.
    pub standing: Standing,
    /// When the code ends, unix seconds.
    pub expires: i64,
    #[serde(skip)]
    device_code: String,
    #[serde(skip)]
    asked: Option<i64>,
}

/// All sign-ins.
#[derive(Debug)]
pub struct DeviceCodes {
    /// Seconds that a client must leave between two polls.
    pub interval: i64,
    /// Seconds that a code lives.
    pub life: i64,
    sign_ins: Vec<SignIn>,
}

impl Default for DeviceCodes {
    fn default() -> Self {
        Self { interval: 5, life: 900, sign_ins: Vec::new() }
    }
}

impl DeviceCodes {
    /// Those that were begun and not ended by a token, oldest first.
    #[must_use]
    pub fn sign_ins(&self) -> &[SignIn] {
        &self.sign_ins
    }

    fn say(&mut self, user_code: &str, standing: Standing) -> bool {
        let typed = user_code.trim().to_ascii_uppercase();
        let found = self.sign_ins.iter_mut().find(|one| one.user_code == typed);
        found.map(|one| one.standing = standing).is_some()
    }

    /// The person types the code and agrees; false if there is no such code.
    pub fn approve(&mut self, user_code: &str, upn: &str) -> bool {
        self.say(user_code, Standing::Approved(upn.to_owned()))
    }

    /// The person types the code and does not agree; false if there is no such code.
    pub fn deny(&mut self, user_code: &str) -> bool {
        self.say(user_code, Standing::Denied)
    }
}

/// Answers `POST /{tenant}/oauth2/v2.0/devicecode`.
pub(crate) fn device_code(world: &World, call: &Call, tenant: &str) -> Answer {
    match begin(world, call, tenant) {
        Ok(answer) => answer,
        Err((code, why)) => refusal(code, &why, world.clock.now()),
    }
}

fn begin(world: &World, call: &Call, tenant: &str) -> Result<Answer, Refused> {
    let form = Form::of(call);
    let app = public_client(world, &form, tenant)?;
    let (resource, scopes) = asked(world, &app, form.required("scope")?)?;
    let (device_code, seed) = (format!("{}{}", world.guid(), world.guid()), world.guid());
    let letter =
        |octet: u8| char::from(LETTERS.get(usize::from(octet) % LETTERS.len()).copied().unwrap_or(b'X'));
    let user_code: String = seed.bytes().filter(u8::is_ascii_alphanumeric).take(9).map(letter).collect();
    let mut codes = world.codes();
    let (interval, life) = (codes.interval, codes.life);
    codes.sign_ins.push(SignIn {
        user_code: user_code.clone(),
        client_id: app.client_id,
        resource,
        scopes,
        standing: Standing::Pending,
        expires: world.clock.now() + life,
        device_code: device_code.clone(),
        asked: None,
    });
    let at = "https://microsoft.com/devicelogin";
    let message = format!(
        "To sign in, use a web browser to open the page {at} and enter the code {user_code} to authenticate."
    );
    Ok(Answer::json(
        200,
        &json!({
            "user_code": user_code, "device_code": device_code, "verification_uri": at,
            "expires_in": life, "interval": interval, "message": message,
        }),
    ))
}

/// The application, which must be a public client: it has no proof to show here.
fn public_client(world: &World, form: &Form, tenant: &str) -> Result<Application, Refused> {
    if !world.is_tenant(tenant) {
        return Err((90_002, format!("Tenant '{tenant}' not found.")));
    }
    let app = registered(world, form.required("client_id")?)?;
    let proof =
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
    if app.public { Ok(app) } else { Err((7_000_218, proof.into())) }
}

/// Resource and permissions: all scopes are of one resource, and at least one must have been consented to.
fn asked(world: &World, app: &Application, scope: &str) -> Result<(String, Vec<String>), Refused> {
    let bad =
        || (70_011, format!("The provided value for the input parameter 'scope' is not valid: {scope}"));
    let (mut resource, mut scopes) = (None, Vec::new());
    for one in scope.split(' ').filter(|one| !one.is_empty() && !OF_OPENID.contains(one)) {
        let (of, permission) = one.rsplit_once('/').ok_or_else(bad)?;
        if resource.get_or_insert_with(|| of.to_owned()) != of {
            return Err(bad());
        }
        scopes.push(permission.to_owned());
    }
    let resource = resource.ok_or_else(bad)?;
    if !world.is_graph_audience(&resource) {
        return Err((
            500_011,
            format!("The resource principal named {resource} was not found in the tenant."),
        ));
    }
    let every = scopes == [".default"];
    let granted: Vec<String> =
        app.delegated.iter().filter(|one| every || scopes.contains(one)).cloned().collect();
    if granted.is_empty() {
        return Err((65_001, "The user or administrator has not consented to use the application.".into()));
    }
    Ok((resource, granted))
}

/// Answers a poll.
pub(super) fn token(world: &World, call: &Call, tenant: &str, fault: Option<&Fault>) -> Answer {
    let now = world.clock.now();
    polled(world, call, tenant, fault).unwrap_or_else(|answer| match answer {
        Poll::Refused((code, why)) => refusal(code, &why, now),
        Poll::Ended(word, code, why) => worded(400, word, code, why, now),
    })
}

/// Why a poll brings no token.
enum Poll {
    Refused(Refused),
    /// OAuth's word, Entra's number, and a sentence.
    Ended(&'static str, u32, &'static str),
}

impl From<Refused> for Poll {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

fn polled(world: &World, call: &Call, tenant: &str, fault: Option<&Fault>) -> Result<Answer, Poll> {
    let form = Form::of(call);
    let app = public_client(world, &form, tenant)?;
    let (sign_in, upn) = stand(world, form.required("device_code")?, &app)?;
    let mut claims = claims(world, &app, sign_in.resource);
    claims.appidacr = "0".into();
    claims.scp = Some(sign_in.scopes.join(" "));
    claims.upn = Some(upn);
    Ok(signed(world, claims, fault)?)
}

/// The sign-in and who signed in; it is used up by this.
fn stand(world: &World, device_code: &str, app: &Application) -> Result<(SignIn, String), Poll> {
    let now = world.clock.now();
    let mut codes = world.codes();
    let interval = codes.interval;
    let ours = |one: &SignIn| one.device_code == device_code && one.client_id == app.client_id;
    let at = codes.sign_ins.iter().position(ours);
    let unknown = Poll::Ended("bad_verification_code", 70_018, "Invalid verification code.");
    let Some((at, sign_in)) = at.and_then(|at| Some((at, codes.sign_ins.get_mut(at)?))) else {
        return Err(unknown);
    };
    let early = sign_in.asked.is_some_and(|asked| now - asked < interval);
    sign_in.asked = Some(now);
    if sign_in.expires <= now {
        return Err(Poll::Ended("expired_token", 70_019, "Verification code expired."));
    }
    if early {
        return Err(Poll::Ended("slow_down", 70_016, "The client polls too often."));
    }
    match sign_in.standing.clone() {
        Standing::Pending => Err(Poll::Ended(
            "authorization_pending",
            70_016,
            "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
        )),
        Standing::Denied => {
            Err(Poll::Ended("authorization_declined", 65_004, "User declined to consent to access the app."))
        }
        Standing::Approved(upn) => Ok((codes.sign_ins.remove(at), upn)),
    }
}

// Writes the payloads into every field that an outsider or an administrator can fill, but the settings, which gateway.mjs wrote.
// What a field does not take is refused: each function gives the statuses that it saw, and a 5xx is a fault of ours.
import { PAYLOADS, at, cut, visible } from "./payloads.mjs";
import { CHALLENGE, ask, each } from "./gateway.mjs";
import { message, newKey, pem, recipient, request } from "./messages.mjs";

/** Of refusals beyond 50 a second the audit keeps the number alone. */
const PACE = { perSecond: 48 };
/** Each subject has a key of its own: one key for two is refused. */
const keys = PAYLOADS.map(() => newKey());
const texts = PAYLOADS.map(({ text }) => text);
const KINDS = ["email", "dns", "uri", "upn", "directory", "other", "ip"];
/** What Active Directory allows before the @ of a principal name. */
const upn = (text, index) => `${cut(visible(text).replace(/["/\\[\]:;|=,+*?<>@\s{}]/g, ""), 60) || "x"}${index}@hostile.example`;
/** What RFC 3986 leaves of it. */
const uri = (text, index) => `javascript:${index}${text.replace(/[^A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]/g, "").slice(0, 150)}`;
const header = (text) => /^[\x20-\x7e\t]+$/.test(text);
const tally = (answers) => answers.reduce((sum, { status }) => ({ ...sum, [status]: (sum[status] ?? 0) + 1 }), {});

/** SCEP from outside: names and transactionIDs, right and wrong challenges, and User-Agents that never send a request. */
export async function scep({ scep: base }) {
  const to = `${base}/scep/open?operation=`;
  const ra = recipient((await ask(`${to}GetCACert`)).body);
  const headers = { "content-type": "application/x-pki-message" };
  const send = (key, transaction, csr) => ask(`${to}PKIOperation`, { method: "POST", body: message(key, ra, transaction, csr), headers });
  // What is no transactionID is tried, and refused before anything is on record; the names are tried all the same.
  const fit = (text, index) => (/^[\x20-\x7e]{1,256}$/.test(text) ? text : `t${index}`);
  const odds = texts.filter((text) => fit(text) !== text);
  const unfit = await each(odds, (text) => send(keys[0], text, request(keys[0], [["CN", text]], [], CHALLENGE)));
  const issued = await each(texts, (text, index) => send(keys[index], fit(at(index + 7), index),
    request(keys[index], [["CN", text], ["O", cut(at(index + 3), 60)]], [], CHALLENGE)), PACE);
  const refused = await each(texts, (text, index) => {
    const key = keys[(index + 1) % keys.length];
    const csr = request(key, [["CN", `d${index}`]], [[KINDS[index % KINDS.length], text]], index % 8 === 7 ? text : CHALLENGE);
    return send(key, fit(at(index + 13), index), csr);
  }, PACE);
  const begun = await each(texts.filter(header), (text) => ask(`${to}GetCACaps`, { headers: { "user-agent": text } }));
  const odd = await each(texts.map(encodeURIComponent), (text) => ask(`${base}/scep/${text}?operation=${text}&message=${text}`));
  return { unfit: tally(unfit), issued: tally(issued), refused: tally(refused), begun: tally(begun), odd: tally(odd) };
}

/** The administrative API in the owner's name. */
export function asOwner(origin, { cookie, csrf }) {
  return (method, path, body, headers = {}) => ask(`${origin}/api/v1${path}`, {
    method, body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
    headers: { cookie, origin, "x-csrf-token": csrf, "content-type": typeof body === "string" ? "text/csv" : "application/json", ...headers },
  });
}

export async function requests(api) {
  const csr = (profile, subject, names) => api("POST", "/requests", { profile, csr: pem(request(newKey(), subject, names)) });
  const issued = await each(texts, (text, index) =>
    csr("p1001", [["CN", text], ["title", cut(at(index + 2), 60)]], [["uri", uri(text, index)], ["upn", upn(text, index)]]));
  const held = await each(texts, (text, index) => csr("p1002", [["OU", at(index + 4)], ["CN", text]], [["upn", upn(text, index)]]));
  const form = await each(texts, (text, index) => {
    const whole = { profile: "p1001", key: "server", subject: `CN="${text.replaceAll('"', "'")}"`, names: [["upn", upn(text, index)]] };
    // One field is another text in each.
    const member = ["", "profile", "endpoint", "csr", "subject", "key_algorithm", "names"][index % 7];
    return api("POST", "/requests", member ? { ...whole, [member]: member === "names" ? [[KINDS[index % KINDS.length], text]] : text } : whole);
  });
  return { issued: tally(issued), held: tally(held), form: tally(form) };
}

export async function people(api) {
  const invited = await each(texts, (text, index) => api("POST", "/people", {
    login: `p${index}`, name: cut(visible(text), 100), role: index % 2 ? "requester" : "auditor",
    limits: { names: [cut(visible(text).replace(/\s/gu, ""), 200) || "x"], profiles: [cut(visible(at(index + 2)).replace(/\s/gu, ""), 60) || "x"] } }));
  const refused = await each(texts, (text) => api("POST", "/people", { login: text, name: text, role: text, limits: { names: [text], profiles: [text] } }));
  return { invited: tally(invited), refused: tally(refused) };
}

export async function programs(api) {
  const tokens = await each(texts, (text, index) => api("POST", "/me/tokens",
    { name: index % 3 ? text : `t${index}`, scopes: [index % 3 === 0 ? text : "cert.read"], expires: index % 3 === 2 ? text : "1d" }));
  const named = await each(texts, (text) => api("POST", "/webhooks", { name: text, url: `https://hooks.example/${text}`, events: [text] }));
  const plain = texts.filter((text) => /^[\x21-\x7e]{1,300}$/.test(text) && /[<>"'`&]/.test(text));
  const called = await each(plain, (text, index) => api("POST", "/webhooks",
    { name: `hook-${index}`, url: index % 2 ? `https://hooks.invalid/${text}` : text, events: ["authority.expiring"] }), { together: 2 });
  const challenges = await each(texts, (text) => api("POST", "/challenges",
    { endpoint: text, profile: text, identity: { subject: [["2.5.4.3", text]] } }, header(text) ? { "idempotency-key": text } : {}));
  return { tokens: tally(tokens), named: tally(named), called: tally(called), challenges: tally(challenges) };
}

/** A list of devices and users: those whom the certificates name, called otherwise. */
export async function directory(api) {
  const groups = (index) => [at(index + 5), at(index + 6)].join(";");
  const list = texts.flatMap((text, index) => [
    { kind: "device", id: text, name: at(index + 3), platform: at(index + 4), groups: groups(index), sid: "S-1-5-21-1-2-3-1001", ownership: "company" },
    { kind: "user", id: upn(text, index), name: at(index + 8), groups: groups(index) },
  ]).filter(({ id }) => id.trim() !== "");
  const put = await api("PUT", "/directory/open", JSON.stringify(list));
  const odd = await each(texts, (text) => api("PUT", `/directory/${encodeURIComponent(text)}`, `id,name\n${text},${text}\n`));
  return { put: tally([put]), odd: tally(odd), why: put.status < 300 ? "" : put.body.toString().slice(0, 300) };
}

/** What certificates are seen by, and revoked for. */
export async function deeds(api) {
  const [one] = JSON.parse((await api("GET", "/certificates?limit=1")).body).items;
  const seen = await each(texts, (text) => api("POST", `/certificates/${one.serial}/seen`, { by: text }));
  const revoked = await each(texts, (text) => api("POST", "/certificates/revoke", { device: text, reason: text }));
  return { seen: tally(seen), revoked: tally(revoked) };
}

// Hostile text in every field, shown by every page, in a real browser: none of it may be more than text. Its detector is shown to
// detect by pages that do not escape, and its pages to show by how many of the texts are read on them.
import { expect, finish, launch, part } from "./browser.mjs";
import { control } from "./control.mjs";
import { doors } from "./doors.mjs";
import { listen, prepare } from "./detector.mjs";
import { PAYLOADS } from "./payloads.mjs";
import { asOwner, deeds, directory, people, programs, requests, scep } from "./plant.mjs";
import { ask, start } from "./gateway.mjs";
import { Walk } from "./walk.mjs";

const began = Date.now();
const spent = (what) => console.log(`       ${what}, ${((Date.now() - began) / 1000).toFixed(0)} s so far`);
const gateway = await start(process.env.GATEWAY);
const { origin } = gateway;
const browser = await launch("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost");
// Escaping alone must hold: the policy that would stop what slipped through is off here, and has a walk of its own.
const context = await browser.newContext({ bypassCSP: true, locale: "en-GB", acceptDownloads: false });
await prepare(context);
const walk = new Walk(origin);
const page = await context.newPage();
page.setDefaultTimeout(30_000);
listen(page, origin, (kind, what) => walk.note(kind, what, page.url()));
const cdp = await context.newCDPSession(page);
const OWNER = '"><img data-pwned src=x onerror=top.__pwned=1>\'<svg/onload=top.__pwned=2>';
const owner = {};

async function signIn() {
  await context.clearCookies({ name: "chancery" });
  await page.goto(`${origin}/sign-in?to=/account`);
  await page.locator('form[data-passkey="get"] button').click();
  await page.waitForURL((url) => url.pathname === "/account");
}
const nothing = (faults, what) =>
  expect(faults.size === 0, what, [...faults].slice(0, 12).map(([line, count]) => `${count}x ${line}`).join(" || "));

await part(`${PAYLOADS.length} hostile texts`, () => {
  expect(new Set(PAYLOADS.map(({ text }) => text)).size >= 200, `${PAYLOADS.length}, no two alike`);
});

await part("an owner with a hostile name", async () => {
  await cdp.send("WebAuthn.enable");
  await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true,
      automaticPresenceSimulation: true } });
  await page.goto(gateway.link);
  await page.locator("main form button").first().click();
  const form = page.locator('form[data-passkey="create"]');
  await form.waitFor({ state: "visible" });
  await form.locator('[name="login"]').fill("anna");
  await form.locator('[name="name"]').fill(OWNER);
  await form.locator("button").click();
  // Not before its answer is here: the session that it sets would come after the next one is asked for.
  await page.waitForURL((url) => url.pathname === "/setup/start");
  // Sessions remember what browsers call themselves.
  const agents = PAYLOADS.filter(({ text }) => /^[\x20-\x7e]{1,150}$/.test(text));
  for (let turn = 0; turn < 8; turn += 1) {
    const [userAgent, acceptLanguage] = [agents[turn * 25].text, `${agents[turn * 20 + 3].text},en-GB`];
    await cdp.send("Network.setUserAgentOverride", { userAgent, acceptLanguage });
    await signIn();
  }
  await cdp.send("Network.setUserAgentOverride", { userAgent: "Mozilla/5.0 (hostile)", acceptLanguage: "en-GB" });
  const shown = await walk.looked(page, "/account") && walk.told("/account");
  expect(shown >= 7, "sessions show hostile User-Agents as text", String(shown));
  expect((await page.locator(".who").innerText()).includes(OWNER), "and each page the owner's name");
  const [cookie] = (await context.cookies()).filter(({ name }) => name === "chancery");
  Object.assign(owner, { cookie: `chancery=${cookie.value}`, csrf: await page.locator('input[name="csrf"]').first().inputValue() });
});

async function controls() {
  const texts = PAYLOADS.map(({ text }) => text);
  const open = await control(browser, texts);
  const policy = (await ask(`${origin}/sign-in`)).headers["content-security-policy"];
  return { open, closed: await control(browser, texts.filter((_, index) => index % 4 === 0), policy) };
}
// Planting waits for the server, and this for the browser. What it throws is told where it is looked at.
const controlled = controls();
controlled.catch(() => {});

await part("texts are planted", async () => {
  const api = asOwner(origin, owner);
  const fields = { requests, people, programs, directory, deeds };
  for (const name of ["scep", ...Object.keys(fields)]) {
    const told = name === "scep" ? await scep(gateway) : await fields[name](api);
    const faults = Object.values(told).flatMap((tally) => Object.keys(tally)).filter((status) => Number(status) >= 500);
    expect(faults.length === 0, `${name}: ${JSON.stringify(told)}`, "an answer of 5xx");
  }
  const everybody = JSON.parse((await api("GET", "/enrolments?limit=200")).body).items;
  expect(everybody.length === 200, "enrolments are on record");
  spent("planted");
});

await part("controls: the detector detects", async () => {
  const { open, closed } = await controlled;
  expect(open.fired >= 100 && open.marked >= 100, `without escaping ${open.fired} texts ran`, JSON.stringify(open));
  expect(closed.fired === 0 && closed.csp >= 50, `under the portal's policy none ran, and ${closed.csp} stops were heard`, JSON.stringify(closed));
});

await part("every page shows them as text", async () => {
  await walk.tabs(context);
  const lists = ["/certificates", "/enrolments?outcome=issued", "/enrolments?outcome=refused", "/enrolments?outcome=held", "/devices", "/users",
    "/requests", "/approvals", "/people", "/webhooks", "/stalled", "/audit", "/events", "/templates", "/policies", "/cas", "/connections",
    "/settings?all=yes", "/settings", "/renewals", "/revocation", "/doctor", "/account", "/requests/new", "/profiles", "/sim", "/setup/start", "/"];
  const links = await walk.lists(lists, 9);
  spent(`${walk.visits} pages of lists`);
  await walk.details(links, 16);
  spent(`${walk.visits} with what they lead to`);
  const least = {
    "/certificates": 150, "/enrolments": 150, "/devices": 150, "/users": 150, "/requests": 150, "/approvals": 100, "/people": 150, "/stalled": 100,
    "/audit": 100, "/events": 60, "/templates": 250, "/policies": 200, "/settings": 200, "/certificates/*": 15, "/enrolments/*": 15, "/requests/*": 15,
    "/devices/*": 15, "/users/*": 15, "/approvals/*": 15, "/people/*": 15, "/templates/*": 10,
  };
  for (const [group, wanted] of Object.entries(least)) {
    expect(walk.told(group) >= wanted, `${group} shows ${walk.told(group)} of them as text`, `fewer than ${wanted}`);
  }
});

await part("addresses and forms of hostile parts", async () => {
  await walk.verbs(owner.cookie);
  expect(walk.readable.length >= 50 && walk.writable.length >= 25, `${walk.readable.length} pages and ${walk.writable.length} forms of the portal's own table`);
  await walk.addresses(2);
  spent(`${walk.visits} pages with addresses`);
  expect(walk.told("addresses") >= 100, `${walk.told("addresses")} are given back as text by searches`);
  await walk.forms(2);
  spent(`${walk.visits} pages with forms`);
  expect(walk.told("forms") >= 50, `${walk.told("forms")} are given back as text by forms`);
});

nothing(walk.faults, `no text became more than text in ${walk.visits} pages without the policy's help`);
const [good, odd] = [[200], [400, 403, 404, 405]].map((statuses) => statuses.reduce((sum, status) => sum + (walk.heads.get(status) ?? 0), 0));
expect(good > 300 && odd > 80, `and all had their policy: ${good} with 200, ${odd} refusals`);

await part("the policy had nothing to stop", async () => {
  const own = await browser.newContext({ storageState: await context.storageState(), locale: "de-DE" });
  await prepare(own);
  const strict = new Walk(origin);
  await strict.tabs(own);
  const lists = ["/certificates", "/enrolments?outcome=refused", "/devices", "/users", "/requests", "/approvals", "/people", "/stalled", "/audit",
    "/templates", "/policies", "/account"];
  const links = await strict.lists(lists, 1);
  await strict.details(links, 3);
  await own.close();
  nothing(strict.faults, `${strict.visits} pages in German break no rule of their policy`);
});

await part("control: the same pages, with their escapes undone on the way", async () => {
  const own = await browser.newContext({ storageState: await context.storageState(), bypassCSP: true });
  await prepare(own);
  await own.route("**/*", async (route) => {
    if (new URL(route.request().url()).origin !== origin) return route.abort();
    if (route.request().resourceType() !== "document") return route.continue();
    const response = await route.fetch();
    const body = (await response.text()).replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
    return route.fulfill({ response, body });
  });
  const spoilt = new Walk(origin);
  await spoilt.tabs(own);
  await spoilt.lists(["/certificates", "/people", "/requests"], 1);
  await own.close();
  const fired = [...spoilt.faults.keys()].filter((line) => line.startsWith("fired")).length;
  expect(fired >= 20 && spoilt.faults.size >= 30, `are found out: ${fired} texts ran`, [...spoilt.faults.keys()].slice(0, 5).join(" || "));
});

await doors({ browser, context, page, origin, owner });
expect(!gateway.log.some((line) => /panicked/.test(line)), "the server never panicked");
await browser.close();
gateway.stop();
finish();

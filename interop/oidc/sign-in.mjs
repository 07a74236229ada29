// A browser that signs in, honestly and otherwise.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const { GATEWAY, WORK } = process.env;
let passed = 0;
let failed = 0;
const children = [];

function judge(name, good, said) {
  if (good) passed += 1;
  else failed += 1;
  console.log(`  ${good ? "ok  " : "BAD "} ${name}${good ? "" : `: ${said}`}`);
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function started(command, args, env, sign, from = "stdout") {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    children.push(child);
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (data) => {
        said += data;
        if (said.includes(sign)) resolve(child);
      });
    child.on("exit", (code) => reject(new Error(`${command} ended with ${code}: ${said.slice(-2000)}`)));
    setTimeout(() => reject(new Error(`${command} never said ${sign}: ${said.slice(-2000)}`)), 60_000).unref();
  });
}

/** Cookies by host, and no redirect followed. */
class Browser {
  jar = new Map();

  async ask(url, options = {}) {
    const { host } = new URL(url);
    const cookies = this.jar.get(host) ?? new Map();
    this.jar.set(host, cookies);
    const headers = { ...options.headers };
    if (cookies.size) headers.cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { ...options, headers, redirect: "manual" });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      if (value) cookies.set(name, value);
      else cookies.delete(name);
    }
    return answer;
  }

  /** Through the provider's own pages, as `login`, to the address that it sends back to. */
  async throughProvider(url, login, back) {
    for (let step = 0; step < 12; step += 1) {
      const answer = await this.ask(url);
      const to = answer.headers.get("location");
      if (to) {
        url = new URL(to, url).href;
        if (url.startsWith(back)) return url;
        continue;
      }
      const page = await answer.text();
      const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
      const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1];
      if (!action) throw new Error(`no form at ${url}: ${answer.status} ${page.slice(0, 400)}`);
      const body = new URLSearchParams({ prompt, login, password: "any" });
      const sent = await this.ask(new URL(action, url).href, { method: "POST", body });
      url = new URL(sent.headers.get("location"), url).href;
    }
    throw new Error("the provider never sent back");
  }
}

const [admin, scep, good, late, elsewhere] = await Promise.all([1, 2, 3, 4, 5].map(freePort));
const base = `http://localhost:${admin}`;
const back = `${base}/sign-in/callback`;

async function gateway(issuer) {
  const data = join(WORK, `data-${Math.random().toString(36).slice(2)}`);
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(join(WORK, "secret"), "a-secret-of-the-test", { mode: 0o600 });
  writeFileSync(
    join(WORK, "chancery.toml"),
    `data_dir = "${data}"
[listen]
scep = "127.0.0.1:${scep}"
admin = "127.0.0.1:${admin}"
[log]
format = "json"
[admin.oidc]
issuer = "${issuer}"
client_id = "chancery"
client_secret_file = "${join(WORK, "secret")}"
[[admin.oidc.role]]
claim = "groups"
value = "pki-owners"
role = "owner"
`,
  );
  const args = ["--local", "--config", join(WORK, "chancery.toml"), "serve"];
  return started(GATEWAY, args, {}, '"event":"listening"', "stderr");
}

function stopped(child) {
  child.removeAllListeners("exit");
  return new Promise((resolve) => {
    child.on("exit", resolve);
    child.kill("SIGTERM");
  });
}

async function begin(browser) {
  const answer = await browser.ask(`${base}/sign-in/provider?to=/account`);
  return { status: answer.status, to: answer.headers.get("location"), text: answer.status === 200 ? await answer.text() : "" };
}

async function arrive(browser, url) {
  const answer = await browser.ask(url);
  return { status: answer.status, to: answer.headers.get("location"), text: answer.status === 200 ? await answer.text() : "" };
}

const refused = (answer, code) => answer.status === 200 && answer.text.includes(code);

try {
  await started("node", [join(here, "provider.mjs")], { PORT: good, CLIENT_REDIRECT: back }, "ready");
  await started("node", [join(here, "provider.mjs")], { PORT: late, CLIENT_REDIRECT: back, LATE: 7200 }, "ready");
  let server = await gateway(`http://127.0.0.1:${good}`);

  const ada = new Browser();
  const url = await ada.throughProvider((await begin(ada)).to, "ada", back);
  const entered = await arrive(ada, url);
  judge("sign-in works", entered.status === 303 && entered.to === "/account", JSON.stringify(entered));
  const account = await (await ada.ask(`${base}/account`)).text();
  judge("the account is the provider's", account.includes("ada@example.com"), account.slice(0, 300));

  judge("the same answer again", refused(await arrive(ada, url), "CHY-6517"), "accepted");
  const replay = new Browser();
  const used = await replay.throughProvider((await begin(replay)).to, "ada", back);
  const kept = new Map(replay.jar.get(`localhost:${admin}`));
  judge("control: the code is good once", (await arrive(replay, used)).status === 303, "refused");
  replay.jar.set(`localhost:${admin}`, kept);
  judge("a code that was used, with the browser's old cookie", refused(await arrive(replay, used), "CHY-6516"), "accepted");

  const bob = new Browser();
  const nobody = await arrive(bob, await bob.throughProvider((await begin(bob)).to, "bob", back));
  judge("somebody without a role", refused(nobody, "CHY-6518"), JSON.stringify(nobody).slice(0, 300));

  const nonce = new Browser();
  const changed = new URL((await begin(nonce)).to);
  changed.searchParams.set("nonce", "another");
  judge("wrong nonce", refused(await arrive(nonce, await nonce.throughProvider(changed.href, "ada", back)), "CHY-6517"), "accepted");

  const state = new Browser();
  const answered = new URL(await state.throughProvider((await begin(state)).to, "ada", back));
  answered.searchParams.set("state", "another");
  judge("wrong state", refused(await arrive(state, answered.href), "CHY-6517"), "accepted");

  const mixed = new Browser();
  const other = new URL(await mixed.throughProvider((await begin(mixed)).to, "ada", back));
  judge("the provider says who answers (RFC 9207)", other.searchParams.has("iss"), other.href);
  other.searchParams.set("iss", "http://127.0.0.1:1");
  judge("the answer of another issuer", refused(await arrive(mixed, other.href), "CHY-6517"), "accepted");
  other.searchParams.delete("iss");
  judge("an answer that does not say whose it is", refused(await arrive(mixed, other.href), "CHY-6517"), "accepted");

  const thief = new Browser();
  const stolen = await new Browser().throughProvider((await begin(thief)).to, "ada", back);
  judge("an answer for another browser", refused(await arrive(new Browser(), stolen), "CHY-6517"), "accepted");

  const verifier = new Browser();
  const bare = new URL((await begin(verifier)).to);
  bare.searchParams.set("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
  judge("a code that was asked for with another verifier", refused(await arrive(verifier, await verifier.throughProvider(bare.href, "ada", back)), "CHY-6516"), "accepted");

  await stopped(server);
  server = await gateway(`http://127.0.0.1:${late}`);
  const slow = new Browser();
  const expired = await arrive(slow, await slow.throughProvider((await begin(slow)).to, "ada", back));
  judge("an expired token", refused(expired, "CHY-6517"), JSON.stringify(expired).slice(0, 300));

  await stopped(server);
  server = await gateway(`http://localhost:${good}`);
  judge("wrong issuer", refused(await begin(new Browser()), "CHY-6516"), "accepted");

  await stopped(server);
  server = await gateway(`http://127.0.0.1:${elsewhere}`);
  judge("no provider there", refused(await begin(new Browser()), "CHY-6516"), "accepted");
  await stopped(server);
} catch (error) {
  judge("the test runs", false, error.stack);
} finally {
  for (const child of children) child.removeAllListeners("exit").kill("SIGKILL");
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

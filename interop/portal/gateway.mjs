// A gateway whose settings are hostile too, with an owner whose name is, and ways to ask it.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request as http } from "node:http";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PAYLOADS, at, visible } from "./payloads.mjs";

export const CHALLENGE = "a-challenge-that-every-device-has-41c2";
const IMG = '"><img data-pwned src=x onerror=top.__pwned=1>';

const freePort = () => new Promise((resolve) => {
  const one = createServer().listen(0, "127.0.0.1", () => { const { port } = one.address(); one.close(() => resolve(port)); });
});
/** A text of TOML: what JSON writes, but for DEL. */
const toml = (text) => JSON.stringify(text).replaceAll("\u007f", "\\u007F");

/** Display names and the policy's sentences are whatever an administrator writes. */
const profiles = () => PAYLOADS.map(({ number, text }) => `
[[profile]]
name = "p${number}"
display_name = ${toml(text)}
enforce_dn_length = false
enforce_email_syntax = false`).join("");
/** As the settings allow it: a sentence is for a device's log. */
const sentence = (text) => [...visible(text)].slice(0, 200).join("").trim();
const policies = () => PAYLOADS.map(({ number, text }, index) => `
[[policy]]
name = ${toml(`rule-${number}`)}
refuse = ${toml(sentence(text))}
[policy.when]
subject = [${toml(sentence(`OU=no-${at(index + 5)}`))}]
dns = [${toml(sentence(`no-${at(index + 9)}`))}]`).join("");

function settings(home, scep, admin) {
  return `data_dir = ${toml(join(home, "data"))}
public_url = "http://127.0.0.1:${scep}"
[listen]
scep = "127.0.0.1:${scep}"
admin = "127.0.0.1:${admin}"
[limits]
stalled_after = "1s"
[ca]
name = ${toml(`${IMG}CA`)}
organization = ${toml(`'${IMG}Org`)}
[admin]
token_file = "token"
url = "http://localhost:${admin}"
${profiles()}
${policies()}
[[policy]]
name = "waits"
ask = ${toml(`Is ${IMG} known?`)}
[policy.when]
endpoint = ["waiting"]
[[endpoint]]
name = "open"
profile = "p1000"
validator = "static"
[endpoint.static]
challenge_file = "challenge"
[endpoint.directory]
file = "list.json"
every = "1s"
not_found = "off"
[[endpoint]]
name = "desk"
profile = "p1001"
validator = "request"
[endpoint.request]
by = ["owner"]
server_key = true
[endpoint.directory]
file = "list.json"
every = "1s"
not_found = "off"
[[endpoint]]
name = "waiting"
profile = "p1002"
validator = "request"
pending = true
[endpoint.request]
by = ["owner"]
`;
}

/** Starts one on free ports; `stop` ends it and removes its directory. */
export async function start(binary) {
  const home = mkdtempSync(join(tmpdir(), "chancery-hostile-"));
  mkdirSync(join(home, "data"));
  const [scep, admin] = [await freePort(), await freePort()];
  const token = "hostile-".padEnd(48, "x");
  writeFileSync(join(home, "token"), token, { mode: 0o600 });
  writeFileSync(join(home, "challenge"), CHALLENGE, { mode: 0o600 });
  writeFileSync(join(home, "list.json"), JSON.stringify([{ id: "nobody" }]));
  writeFileSync(join(home, "chancery.toml"), settings(home, scep, admin));
  const child = spawn(binary, ["--local", "--config", join(home, "chancery.toml"), "--log-format", "json", "serve"], { stdio: ["ignore", "pipe", "pipe"] });
  process.on("exit", () => { child.kill("SIGKILL"); rmSync(home, { recursive: true, force: true }); });
  const log = [];
  createInterface({ input: child.stderr }).on("line", (line) => log.push(line));
  const link = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no link: ${log.slice(-5).join(" | ")}`)), 90_000);
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = /https?:\/\/localhost:\d+\/setup\S*/.exec(line);
      if (found) { clearTimeout(late); resolve(found[0]); }
    });
    child.on("exit", (code) => reject(new Error(`the gateway ended with ${code}: ${log.slice(-5).join(" | ")}`)));
  });
  return { link, origin: `http://localhost:${admin}`, scep: `http://127.0.0.1:${scep}`, token, log, stop: () => child.kill("SIGTERM") };
}

const agent = new Agent({ keepAlive: true, maxSockets: 8 });

/** One request as it is: no header is added or refused that a hostile client would send. */
export function ask(url, { method = "GET", headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const sent = http(url, { method, headers, agent, timeout: 60_000 }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }));
      answer.on("error", reject);
    });
    sent.on("timeout", () => sent.destroy(new Error(`${url} is silent`)));
    sent.on("error", reject);
    sent.end(body);
  });
}

/** All of `list`, so many at once and no more than `perSecond`: beyond 50 refusals a second the audit counts and keeps no rows. */
export async function each(list, work, { together = 6, perSecond = Infinity } = {}) {
  const began = Date.now();
  const results = [];
  let next = 0;
  const lane = async () => {
    while (next < list.length) {
      const index = next++;
      const early = began + (index * 1000) / perSecond - Date.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      results[index] = await work(list[index], index);
    }
  };
  await Promise.all(Array.from({ length: together }, lane));
  return results;
}

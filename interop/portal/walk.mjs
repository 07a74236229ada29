// Through the portal in real Chromium, in several tabs: every list to its end, everything that a list leads to, every page with hostile
// addresses, and every form with hostile fields. What a page did is in `faults`; what it showed as text is in `shown`.
import { readFileSync } from "node:fs";
import { ask } from "./gateway.mjs";
import { at, cut } from "./payloads.mjs";
import { listen, look, seen } from "./detector.mjs";

const SOURCE = readFileSync(new URL("../../crates/server/src/portal/pages.rs", import.meta.url), "utf8");
/** Every path of the portal, as its own table has them: a new page is visited without a line here. */
export const PATHS = [...new Set([...SOURCE.matchAll(/"(\/[^"]*)"/g)].map(([, path]) => path))];
/** What pages read of an address, and a few that none does. */
const PARAMETERS = ["q", "serial", "thumbprint", "subject", "san", "device", "user", "requester", "profile", "endpoint", "status", "expires_within_days", "expires_before",
  "issued_after", "cursor", "limit", "event", "certificate", "outcome", "code", "state", "to", "kind", "display_name", "form", "from", "legacy", "platform", "preset", "root_name",
  "url", "transaction", "deed", "reason", "name", "all", "next", "done", "lang", "error", "error_description", "x"];
const FIELDS = ["login", "password", "again", "code", "sealed", "token", "answer", "name", "names", "profiles", "role", "deed", "url", "event", "kind", "profile", "csr", "dns", "email",
  "uri", "ip", "upn", "common_name", "organization", "key_algorithm", "transaction", "endpoint", "rules", "days", "renewal", "text", "platform", "before", "after", "verdict", "reason",
  "serial", "device", "user", "language", "to"];
/** Addresses of one thing of a list. */
const THINGS = /^\/(certificates|enrolments|requests|devices|users|approvals|people|webhooks|templates|connections)\/[^?/]+$/;
/** These would end what the test goes on with. */
const ENDS = ["/sign-out", "/account/sessions/end"];

export class Walk {
  shown = new Map();
  faults = new Map();
  visits = 0;
  heads = new Map();

  constructor(origin) { this.origin = origin; }

  note(kind, what, where) {
    const line = `${kind}: ${what.slice(0, 160)} at ${where.slice(0, 200)}`;
    this.faults.set(line, (this.faults.get(line) ?? 0) + 1);
  }

  async tabs(context, count = 3) {
    this.free = [];
    for (let left = count; left > 0; left -= 1) {
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      listen(page, this.origin, (kind, what) => this.note(kind, what, page.url()));
      page.on("response", (response) => {
        if (response.request().isNavigationRequest()) this.judge(response.status(), response.headers(), response.url());
      });
      this.free.push(page);
    }
  }

  /** Each answer has the policy, whatever its status. */
  judge(status, headers, where) {
    if (status >= 500) this.note("status", String(status), where);
    const policy = headers["content-security-policy"] ?? "";
    if (!/default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/.test(policy)) this.note("no policy", `${status} ${policy}`, where);
    this.heads.set(status, (this.heads.get(status) ?? 0) + 1);
  }

  /** What is at the page, to be found under this name. */
  async looked(page, group) {
    const { found, text, links } = await look(page);
    this.visits += 1;
    for (const what of found) this.note("markup", what, page.url());
    if (!this.shown.has(group)) this.shown.set(group, new Set());
    seen(text).forEach((number) => this.shown.get(group).add(number));
    return links;
  }

  async go(page, path, group) {
    try {
      await page.goto(this.origin + path, { waitUntil: "load" });
      return await this.looked(page, group);
    } catch (error) {
      // A file that is saved is no page.
      if (!/Download is starting|net::ERR_ABORTED/.test(error.message)) this.note("visit", error.message.split("\n")[0], path);
      return [];
    }
  }

  /** All of this work, each piece in a tab that is free. */
  async all(pieces, work) {
    let next = 0;
    await Promise.all(this.free.map(async (page) => {
      while (next < pieces.length) {
        const mine = next++;
        await work(page, pieces[mine], mine);
      }
    }));
  }

  /** Lists from page to page, so many of them at most; gives what they lead to. */
  async lists(paths, most) {
    const led = new Set();
    await this.all(paths, async (page, path) => {
      const group = path.split("?")[0];
      for (let [to, left] = [path, most]; to && left > 0; left -= 1) {
        const links = await this.go(page, to, group);
        links.forEach((link) => led.add(link));
        to = links.find((link) => link.startsWith(`${group}?`) && link.includes("cursor="));
      }
    });
    return [...led];
  }

  /** Pages of things by their kind: so many of each. */
  details(links, most) {
    const kinds = new Map();
    for (const link of links) {
      const kind = `/${link.split("/")[1]}/*`;
      if (!THINGS.test(link)) continue;
      kinds.set(kind, [...(kinds.get(kind) ?? []), link]);
    }
    const chosen = [...kinds].flatMap(([kind, all]) => {
      // Evenly, so that each shelf of the payloads has its share.
      const step = Math.max(1, all.length / most);
      return Array.from({ length: Math.min(most, all.length) }, (_, index) => [kind, all[Math.floor(index * step)]]);
    });
    return this.all(chosen, (page, [kind, link]) => this.go(page, link, kind));
  }

  /** Asks each path for either verb: which pages there are to see, and which forms to send. One without proof that it is ours does nothing. */
  async verbs(cookie) {
    [this.readable, this.writable] = [[], []];
    for (const path of PATHS.filter((one) => !ENDS.includes(one))) {
      for (const [method, able] of [["GET", this.readable], ["POST", this.writable]]) {
        const { status, headers } = await ask(this.origin + path.replace(/\{\w+\}/g, "x"), { method, headers: { cookie } });
        this.judge(status, headers, `${method} ${path}`);
        if (status !== 405) able.push(path);
      }
    }
  }

  /** Work on each path, so many times. */
  rounds(paths, count, work) {
    return this.all(Array.from({ length: paths.length * count }, (_, index) => paths[index % paths.length]), work);
  }

  /** Every page with all parameters, and every part of a path, made of payloads; so many rounds with others each. */
  async addresses(rounds) {
    await this.rounds(this.readable, rounds, async (page, path, index) => {
      let part = index * 7;
      const to = path.replace(/\{\w+\}/g, () => encodeURIComponent(cut(at(part++), 500)));
      // One alone in some rounds: the first that is refused hides the others.
      const few = index % 2 ? PARAMETERS : ["q", "to", "transaction", "kind", "endpoint", "device"];
      const query = few.map((name, place) => `${name}=${encodeURIComponent(cut(at(index * 5 + place), 300))}`).join("&");
      await this.go(page, `${to}?${query}`, "addresses");
    });
  }

  /** Every form, sent from a page of ours with its token: so many rounds with other payloads each. */
  async forms(rounds) {
    await Promise.all(this.free.map((page) => page.goto(`${this.origin}/docs`)));
    await this.rounds(this.writable, rounds, async (page, path, index) => {
      let part = index * 3;
      const to = path.replace(/\{\w+\}/g, () => encodeURIComponent(cut(at(part++), 200)));
      const fields = FIELDS.map((name, place) => [name, at(index * 11 + place)]);
      try {
        if ((await page.locator('input[name="csrf"]').count()) === 0) await page.goto(`${this.origin}/docs`);
        await Promise.all([page.waitForEvent("load"), page.evaluate(send, { to, fields })]);
        // Else the fields that were sent would count as shown.
        if ((await page.locator("#sent").count()) > 0) throw new Error("the form stayed");
        await this.looked(page, "forms");
      } catch (error) {
        this.note("form", error.message.split("\n")[0], path);
      }
    });
  }

  told(group) { return this.shown.get(group)?.size ?? 0; }
}

/** Runs in the page: a form of hostile fields with this session's token. */
function send({ to, fields }) {
  const form = document.createElement("form");
  Object.assign(form, { id: "sent", method: "post", action: to });
  const token = document.querySelector('input[name="csrf"]').value;
  for (const [name, value] of [["csrf", token], ...fields]) {
    const field = document.createElement("textarea");
    Object.assign(field, { name, value });
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}

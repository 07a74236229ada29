// What tells that a text became markup or script: it ran, it asked somebody, it made an element, an attribute that acts or an address
// that leads elsewhere, or the policy of the page (CSP) stopped it. And what tells that it was shown as text.
import { PAYLOADS } from "./payloads.mjs";

const FIRED = "payload ran:";

/** Before any script of a page: a call of a payload is told however late it comes. */
export const prepare = (context) => context.addInitScript((fired) => {
  Object.defineProperty(globalThis, "__pwned", { configurable: true, set: (which) => console.error(fired, which) });
}, FIRED);

/** What happens around a page, each told to `note` by a kind and what it was. */
export function listen(page, origin, note) {
  page.on("dialog", (dialog) => { note("dialog", dialog.message()); void dialog.dismiss().catch(() => {}); });
  page.on("console", (message) => {
    const text = message.text();
    if (text.startsWith(FIRED)) note("fired", text.slice(FIRED.length).trim());
    else if (/Content Security Policy/i.test(text)) note("csp", text);
  });
  page.on("pageerror", (error) => note("error", error.message));
  page.on("popup", (other) => { note("popup", other.url()); void other.close().catch(() => {}); });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (!["data:", "blob:", "about:"].includes(url.protocol) && url.origin !== origin) note("foreign", request.url());
  });
  page.on("response", (response) => {
    const headers = response.headers();
    if ("x-pwned" in headers || /pwned=/.test(headers["set-cookie"] ?? "")) note("header", response.url());
  });
}

/** Runs in the page: what of its document is not as our templates write it, and all the text that it shows or holds in fields. */
function examine() {
  const found = [];
  if (document.querySelector("[data-pwned]")) found.push("an element of a stranger");
  if (/pwned/.test(document.cookie)) found.push("a cookie of a stranger");
  const strange = "style, iframe, frame, object, embed, base, applet, template, noscript, plaintext, xmp, listing, marquee, math, video, " +
    "audio, portal, script:not([src^='/assets/'])";
  for (const one of document.querySelectorAll(`${strange}, meta[http-equiv]`)) found.push(`<${one.localName}>`);
  for (const one of document.querySelectorAll("*")) {
    for (const { name, value } of one.attributes) {
      if (/^on|^style$|^srcdoc$/.test(name)) found.push(`<${one.localName} ${name}>`);
      if (!["href", "src", "action", "formaction", "data", "poster", "xlink:href", "data-options", "srcset"].includes(name)) continue;
      const to = new URL(value, location.href);
      const saved = one.localName === "a" && one.hasAttribute("download") && value.startsWith("data:application/x-pem-file,");
      if (to.origin !== location.origin && !saved) found.push(`<${one.localName} ${name}=${value.slice(0, 40)}>`);
    }
  }
  // Turned, hidden or joined text makes two names look alike. Line ends and tabs are of the templates.
  const unseen = /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u
    .exec(document.documentElement.innerText);
  if (unseen) found.push(`a character that nobody sees: ${unseen[0].codePointAt(0).toString(16)}`);
  const fields = [...document.querySelectorAll("input, textarea")].map((one) => one.value);
  const links = [...document.querySelectorAll("main a[href]")].map((one) => one.getAttribute("href"));
  return { found, text: [document.title, document.body.textContent, ...fields].join("\n"), links };
}
export const look = (page) => page.evaluate(examine);

const INVISIBLE = /[\p{Cc}\p{Cf}\u2028\u2029\ufe00-\ufe0f]/gu;
const ESCAPES = { "\n": "n", "\r": "r", "\t": "t" };
/** How pages write it, without backslashes, which differ between kinds of names; its beginning, since long text is cut. */
const spelled = (text) => text.replace(INVISIBLE, (one) => ESCAPES[one] ?? `u{${one.codePointAt(0).toString(16)}}`).replace(/[\\\s]+/g, "");
const SPELLED = PAYLOADS.map(({ number, text }) => [number, spelled(text.trim()).slice(0, 90)]);

/** The numbers of those payloads that a page shows, whole, as text. */
export function seen(text) {
  const all = text.replace(/[\\\s]+/g, "");
  return SPELLED.filter(([, one]) => all.includes(one)).map(([number]) => number);
}

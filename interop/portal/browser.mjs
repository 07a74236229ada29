// A browser to look through, and counting. Debian's Chromium, driven by Playwright; axe-core judges accessibility.
import { chromium } from "playwright-core";
import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const PICTURES = process.env.PICTURES ?? mkdtempSync(join(tmpdir(), "chancery-pictures-"));
mkdirSync(PICTURES, { recursive: true });

/** A picture of what a visitor sees first, without what is below: the README's are of these. */
export const seen = (page, name) => page.screenshot({ path: join(PICTURES, `seen-${name}.png`) });

let passed = 0;
let failed = 0;
export const ok = (what) => { passed += 1; console.log(`  ok   ${what}`); };
export const bad = (what, why = "") => { failed += 1; console.log(`  BAD  ${what}${why ? `: ${why}` : ""}`); };
export const expect = (right, what, why) => (right ? ok(what) : bad(what, why));

/** Runs one part; what it throws is its failure, and the parts after it run all the same. */
export async function part(name, work) {
  console.log(`- ${name}`);
  try {
    await work();
  } catch (error) {
    bad(name, String(error?.message ?? error).split("\n").slice(0, 6).join(" | "));
  }
}

export function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 && passed > 0 ? 0 : 1);
}

export async function launch(...more) {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    // Tests run as root in containers, where Chromium's sandbox cannot; and nothing is to be fetched from anywhere.
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", ...more],
  });
}

/** Dark and light, on a desk and in a hand. */
export const MANNERS = [
  { name: "light-desktop", colorScheme: "light", viewport: { width: 1440, height: 900 } },
  { name: "dark-desktop", colorScheme: "dark", viewport: { width: 1440, height: 900 } },
  { name: "light-phone", colorScheme: "light", viewport: { width: 360, height: 740 } },
  { name: "dark-phone", colorScheme: "dark", viewport: { width: 360, height: 740 } },
];

/** What no page may do: throw, speak to another host, or be refused something by its own policy. */
export function watch(page, origin, faults) {
  page.on("pageerror", (error) => faults.push(`${page.url()}: ${error.message}`));
  page.on("console", (message) => {
    // A status of an answer is looked at where it is asked for.
    if (message.type() === "error" && !message.text().includes("Failed to load resource")) faults.push(`${page.url()}: ${message.text()}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (!["data:", "blob:"].includes(url.protocol) && url.origin !== origin) faults.push(`${page.url()} asks ${url.origin}`);
  });
  page.on("dialog", (dialog) => {
    if (dialog.type() === "alert") faults.push(`${page.url()}: a dialog says ${dialog.message()}`);
    void dialog.accept();
  });
}

/** Serious and critical findings of WCAG 2.2 AA, each in a line. */
export async function unfit(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate(() =>
    globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"] }));
  const grave = found.violations.filter((one) => ["serious", "critical"].includes(one.impact));
  return grave.map((one) => `${one.id} at ${one.nodes.slice(0, 2).map((node) => node.target.join(" ")).join("; ")}`);
}

/** Whether the page is wider than the window: something sticks out. */
export const sticksOut = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1);

/** Each page that can be reached by the navigation, and one page below each. */
export async function pagesOf(page, origin) {
  await page.goto(`${origin}/`);
  const main = await page.$$eval("nav a[href]", (links) => links.map((link) => link.getAttribute("href")));
  const below = [];
  for (const path of main) {
    await page.goto(origin + path);
    const links = await page.$$eval("main a[href]:not([download])", (all) => all.map((link) => link.getAttribute("href")));
    const prefix = path === "/" ? "/certificates/" : `${path}/`;
    const one = links.find((link) => link.startsWith(prefix) && !/download|\/files\//.test(link));
    if (one) below.push(one);
  }
  return [...new Set(["/", ...main, ...below, "/account"])];
}

export const nameOf = (path) => path.split(/[?#]/)[0].replace(/^\/+/, "").replaceAll("/", "-").slice(0, 60) || "home";

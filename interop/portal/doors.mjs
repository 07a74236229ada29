// What keeps a session in and others out: cookies' flags, redirects, the policy of error pages, and the spreadsheet that is saved.
import { expect, part } from "./browser.mjs";
import { ask } from "./gateway.mjs";
import { PAYLOADS } from "./payloads.mjs";

/** Addresses that a browser might take for another host's. */
const ELSEWHERE = ["//evil.invalid", "///evil.invalid", "/\\evil.invalid", "\\\\evil.invalid", "https://evil.invalid", "https:evil.invalid",
  "http://localhost@evil.invalid", "javascript:top.__pwned=1", "data:text/html,x", "/\t/evil.invalid", "/\n/evil.invalid", "/\r\nset-cookie: pwned=1",
  "/%09/evil.invalid", "/.//evil.invalid", "/..//evil.invalid", " //evil.invalid", "\u0001//evil.invalid", "/\u00a0/evil.invalid",
  "/?to=//evil.invalid", ".evil.invalid", "@evil.invalid"];

/** Where a browser that is at `origin` would go. */
const leadsTo = (origin, location) => new URL(location, `${origin}/sign-in`).origin;

export async function doors({ browser, context, page, origin, owner }) {
  await part("cookies", async () => {
    const [session] = (await context.cookies()).filter(({ name }) => name === "chancery");
    const guarded = session.httpOnly && session.sameSite === "Lax" && session.path === "/" && session.expires === -1;
    expect(guarded, "the session's is HttpOnly, SameSite and ends with the browser", JSON.stringify(session));
    await page.goto(`${origin}/account`);
    expect(!(await page.evaluate(() => document.cookie)).includes("chancery"), "no script reads it");
    const odd = PAYLOADS.filter(({ text }) => /^[\x20-\x7e]+$/.test(text)).map(({ text }) => text.slice(0, 500));
    let right = 0;
    for (const text of odd) {
      const headers = { cookie: `language=${text}; chancery=${text}; x=${text}`, "accept-language": text, referer: text, "user-agent": text };
      const answer = await ask(`${origin}/sign-in`, { headers });
      // Neither as it is nor escaped: each of them has one of these.
      const repeated = /pwned|evil\.invalid|\b1[0-3]\d\d\b/.test(answer.body.toString());
      right += answer.status === 200 && !repeated && !answer.headers["set-cookie"] ? 1 : 0;
    }
    expect(right === odd.length, `${odd.length} hostile cookies, languages and User-Agents are no session and are not repeated`, String(right));
  });

  await part("redirects", async () => {
    const wrong = [];
    for (const to of [...ELSEWHERE, ...PAYLOADS.map(({ text }) => text)]) {
      // Signed in, the door leads on at once.
      const answer = await ask(`${origin}/sign-in?to=${encodeURIComponent(to)}`, { headers: { cookie: owner.cookie } });
      if (answer.status !== 303 || leadsTo(origin, answer.headers.location) !== origin || answer.headers["set-cookie"]) wrong.push(to);
      const language = await ask(`${origin}/language`, {
        method: "POST", body: new URLSearchParams({ language: "en", to, csrf: owner.csrf }).toString(),
        headers: { cookie: owner.cookie, origin, "content-type": "application/x-www-form-urlencoded" },
      });
      if (language.status !== 303 || leadsTo(origin, language.headers.location) !== origin) wrong.push(to);
    }
    expect(wrong.length === 0, "the door and the choice of a language lead to this server alone", JSON.stringify(wrong.slice(0, 5)));
    // And in the browser, with a passkey, as whoever follows a stranger's link would.
    for (const to of ELSEWHERE.slice(0, 4)) {
      await context.clearCookies({ name: "chancery" });
      await page.goto(`${origin}/sign-in?to=${encodeURIComponent(to)}`);
      await page.locator('form[data-passkey="get"] button').click();
      await page.waitForURL((url) => url.pathname !== "/sign-in");
      expect(new URL(page.url()).origin === origin, `who signs in by ${to} stays here`, page.url());
    }
  });

  await part("a page of errors is a page", async () => {
    const wrong = [];
    for (const [path, status, method] of [["/nothing", 404], ["/certificates/%00", 404], ["/docs/errors/nothing", 404], ["/certificates?status=nothing", 400], ["/%ff", 404],
      ["/certificates/%ff", 400], ["/docs?x=%ff", 200], ["/certificates", 405, "POST"], ["/people/1", 403, "POST"], ["/sign-in", 303], ["/", 200]]) {
      const answer = await ask(origin + path, { method, headers: { cookie: owner.cookie } });
      const safe = /script-src 'self'/.test(answer.headers["content-security-policy"] ?? "") && answer.headers["x-content-type-options"] === "nosniff";
      if (answer.status !== status || !safe) wrong.push(`${path} ${answer.status}${safe ? "" : " without"}`);
    }
    expect(wrong.length === 0, "with its policy, and its type is not guessed", wrong.join(" || "));
    const own = await browser.newContext();
    const other = await own.newPage();
    await other.goto(origin);
    const framed = await other.evaluate((to) => new Promise((resolve) => {
      const frame = document.createElement("iframe");
      // What the browser shows instead of a page that it may not frame is of another origin.
      frame.onload = () => resolve(Boolean(frame.contentDocument?.querySelector("main")));
      frame.src = to;
      document.body.append(frame);
    }), `${origin}/sign-in`);
    expect(!framed, "and no page is framed, not by its own server");
    await own.close();
  });

  await part("the spreadsheet", async () => {
    await page.goto(`${origin}/certificates`);
    const [file] = await Promise.all([page.waitForEvent("download"), page.locator('main a[href^="/certificates.csv"]').click()]).catch(() => []);
    const answer = await ask(`${origin}/certificates.csv`, { headers: { cookie: owner.cookie } });
    expect(file === undefined || /\.csv$/.test(file.suggestedFilename()), "is saved");
    const rows = cells(answer.body.toString());
    const all = rows.slice(1).flat();
    const live = all.filter((cell) => /^[=+\-@\t\r\n]/.test(cell));
    expect(all.length > 1_000 && live.length === 0, "no cell is a formula", JSON.stringify(live.slice(0, 3)));
    const mended = all.filter((cell) => /^'[=+\-@]/.test(cell)).length;
    expect(mended >= 4, `${mended} that would be have an apostrophe in front`);
    expect(new Set(rows.filter((row) => row.length > 1).map((row) => row.length)).size === 1, "and no text made a cell or a row more");
    const { "content-type": type, "content-disposition": disposition, "x-content-type-options": sniffing } = answer.headers;
    expect(/text\/csv/.test(type) && /attachment/.test(disposition) && sniffing === "nosniff", "it is a file and no page");
  });
}

/** RFC 4180. */
function cells(text) {
  const rows = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== ",") rows.push([]);
  }
  return rows.filter((row) => row.length > 1);
}

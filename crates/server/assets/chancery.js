// What pages do beyond links and forms. Each page works without.

// Parts with data-live="SECONDS" are taken anew from their page, all that are due by one request, and replaced where they changed.
const live = [...document.querySelectorAll("[data-live]")].map((part) => {
  const pause = Math.max(1, Number(part.dataset.live)) * 1000;
  return { part, pause, due: performance.now() + pause, was: part.innerHTML };
});

async function refresh() {
  const due = live.filter((one) => one.due <= performance.now() && !one.part.contains(document.activeElement));
  if (document.hidden || due.length === 0) return;
  try {
    const answer = await fetch(location.href, { credentials: "same-origin", redirect: "error" });
    const page = answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    for (const one of due) {
      const fresh = page?.getElementById(one.part.id);
      if (!fresh || fresh.innerHTML === one.was) continue;
      one.was = fresh.innerHTML;
      one.part.replaceChildren(...fresh.childNodes);
      prepare(one.part);
    }
  } catch {
    // Away or signed out: the page stays as it is, and the next look may succeed.
  }
  for (const one of due) one.due = performance.now() + one.pause;
}

async function keep() {
  await refresh();
  setTimeout(keep, 1000);
}
if (live.length > 0) setTimeout(keep, 1000);

// Buttons that copy what another element says.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
  button.classList.add("copied");
  setTimeout(() => button.classList.remove("copied"), 1500);
});
if (navigator.clipboard) for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;

// Whether deeds that cannot be undone are meant.
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm;
  if (question && !confirm(question)) event.preventDefault();
});

// One box that ticks all of a page's boxes of that name.
for (const all of document.querySelectorAll("[data-ticks]")) {
  const boxes = () => all.form.querySelectorAll(`input[type="checkbox"][name="${all.dataset.ticks}"]`);
  all.hidden = false;
  all.addEventListener("change", () => boxes().forEach((box) => (box.checked = all.checked)));
}

// On a narrow screen the menu begins closed.
const menu = document.querySelector("details.menu");
if (menu && matchMedia("(max-width: 60rem)").matches) menu.open = false;

// A part with data-load="ID" reads a file into the text field of that name. Nothing is sent before the form is.
for (const part of document.querySelectorAll("[data-load]")) {
  const file = part.querySelector('input[type="file"]');
  const text = document.getElementById(part.dataset.load);
  part.hidden = false;
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    if (chosen && chosen.size < 1 << 20) text.value = await chosen.text();
  });
}

// Cells of a table with a head know their columns, which a narrow window shows; and what scrolls sideways can be reached and
// scrolled by the keyboard.
function prepare(within) {
  for (const table of within.querySelectorAll("table:has(thead)")) {
    const columns = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    table.classList.add("cards-when-narrow");
    for (const row of table.tBodies[0]?.rows ?? []) {
      [...row.cells].forEach((cell, at) => { if (columns[at]) cell.dataset.column = columns[at]; });
    }
  }
  for (const part of within.querySelectorAll(".scroll, .chart, pre")) {
    if (part.scrollWidth > part.clientWidth) part.tabIndex = 0;
  }
}
prepare(document);

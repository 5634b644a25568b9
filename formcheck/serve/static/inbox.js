// The inbox: keys, looking without a reload, and what is being judged as it goes on.
import { csrf, hear } from "./desk.js";

const AGAIN_MS = 400;
const said = document.getElementById("said");
const told = document.getElementById("keys-told");
const opener = document.getElementById("keys");
const cards = () => [...document.querySelectorAll("#cards > .set")];
let here = null; // the set that the keys are at, by its name

opener.hidden = false;
opener.addEventListener("click", () => told.showModal());

/** Put in what the page would show now; filters that somebody types into stay. */
function take(html) {
  const next = new DOMParser().parseFromString(html, "text/html");
  const now = document.getElementById("live");
  const then = next.getElementById("live");
  if (!then) return location.reload();
  const typed = document.querySelector(".filters");
  const kept = typed.contains(document.activeElement);
  if (kept) then.querySelector(".filters").replaceWith(typed);
  now.replaceChildren(...then.childNodes);
  document.title = next.title;
  if (kept) typed.querySelector("input[type=search]").focus();
  mark();
}

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (answer.redirected || answer.status === 401) return location.reload();
  if (answer.ok) take(await answer.text());
}

let due = 0;
function soon() {
  clearTimeout(due);
  due = setTimeout(() => refresh().catch(() => {}), AGAIN_MS);
}

function mark() {
  for (const card of cards()) card.classList.toggle("here", card.dataset.set === here);
}

function goto(card) {
  if (!card) return;
  here = card.dataset.set;
  mark();
  const into = card.querySelector("a.open, button.accept");
  into.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = cards();
  const at = all.findIndex((card) => card.dataset.set === here);
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by;
  goto(all[Math.min(Math.max(next, 0), all.length - 1)]);
}

async function look(form) {
  const all = cards();
  const card = form.closest(".set");
  const at = all.indexOf(card);
  const following = all[at + 1] ?? all[at - 1];
  const answer = await fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    headers: { "X-CSRF-Token": csrf(), Accept: "text/html" },
  });
  if (!answer.ok) return location.reload();
  const wasHere = here === card.dataset.set;
  said.textContent = form.elements.looked.value === "true" ? "Looked at." : "Marked as new.";
  take(await answer.text());
  if (wasHere && following) goto(cards().find((one) => one.dataset.set === following.dataset.set));
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".set form")) return;
  event.preventDefault();
  look(event.target).catch(() => event.target.submit());
});

document.addEventListener("focusin", (event) => {
  const card = event.target.closest?.("#cards > .set");
  if (card) { here = card.dataset.set; mark(); }
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || told.open) return;
  if (event.target.closest("input, select, textarea")) return;
  const card = cards().find((one) => one.dataset.set === here);
  const todo = {
    j: () => step(1),
    k: () => step(-1),
    a: () => card && look(card.querySelector("form")).catch(() => location.reload()),
    o: () => card?.querySelector("a.open")?.click(),
    "?": () => told.showModal(),
  }[event.key];
  if (todo) { event.preventDefault(); todo(); }
});

function judged(event) {
  const card = document.querySelector(`.coming [data-job="${CSS.escape(event.id ?? "")}"]`);
  if (!card) return false;
  const bar = card.querySelector("progress");
  const tag = card.querySelector(".tag");
  bar.hidden = false;
  bar.value = 100 * (event.share ?? 0);
  tag.className = "tag doing";
  tag.textContent = "Being judged";
  return true;
}

let dropped = false;
const source = hear((event) => {
  if (event.event === "share" || event.event === "begin" || event.event === "again") {
    if (!judged(event) && event.event !== "share") soon();
  } else if (["set", "plan", "pages", "trouble", "upload"].includes(event.event)) soon();
});
source.addEventListener("error", () => { dropped = true; });
source.addEventListener("open", () => { if (dropped) { dropped = false; soon(); } });

// Review: decisions without leaving the page, keys, drawing, voice notes, the message.
import { ask, csrf, hear } from "./desk.js";
import { Player, clock, followMoments, followTimeline, playerKey } from "./player.js";

const review = document.querySelector(".review"), way = review.dataset.way;
const stage = document.querySelector("#stage");
const player = new Player(stage);
followTimeline(player, stage);
followMoments(player);
window.formcheckPlayer = player; // for whoever looks closer, and for tests

const SWAPPED = ["#judging", "#timeline", "#mark-list"];
const DRAFT_AFTER_MS = 1500;
const LOOK_AGAIN_MS = 3000;
const MOST_VOICE_MS = 600_000;
const say = (text) => { document.querySelector("#how-to-draw").textContent = text; };

// Parts of the page are asked for and put in place of themselves.
async function swap(address, body) {
  const open = [...document.querySelectorAll("#judging > details[open], .of-rep details[open]")].map(summary);
  const answer = await fetch(address, {
    method: body ? "POST" : "GET", body, headers: { Accept: "text/html", "X-CSRF-Token": csrf() },
  });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (answer.ok && !page.querySelector("#stage")) { location.assign(answer.url); return answer.url; }
  if (!answer.ok) throw new Error(page.querySelector(".lead")?.textContent ?? "That didn't work.");
  for (const name of SWAPPED) {
    const fresh = page.querySelector(name);
    if (fresh) document.querySelector(name)?.replaceWith(fresh);
  }
  for (const one of document.querySelectorAll("#judging > details, .of-rep details")) if (open.includes(summary(one))) one.open = true;
  Object.assign(player.said, JSON.parse(page.querySelector("#stage").dataset.player));
  player.marks = player.said.marks;
  if (!letter && page.querySelector("#write")) { location.assign(answer.url); return answer.url; }
  takeLetter(page.querySelector("#write textarea"));
  handles();
  player.draw();
  player.dispatchEvent(new Event("shown"));
  return answer.url;
}

const summary = (details) => details.querySelector("summary").textContent.slice(0, 14);

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-swap]");
  if (!form) return;
  event.preventDefault();
  const said = new FormData(form, event.submitter), here = form.closest("[data-finding]")?.id;
  try {
    const address = await swap(form.action, new URLSearchParams(said));
    history.replaceState(null, "", address);
    if (here) choose(document.getElementById(here));
  } catch (problem) { alert(problem.message); }
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-swap]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  await swap(link.href);
  history.replaceState(null, "", link.href);
  const wanted = document.getElementById(new URL(link.href).hash.slice(1));
  if (wanted?.matches("[data-finding]")) choose(wanted);
  const spans = document.querySelector(".of-rep .seek");
  if (spans) player.seek(Number(spans.dataset.t));
});

// The finding that keys are about.
let chosen = null;
const findings = () => [...document.querySelectorAll("[data-finding]")].filter((one) => one.offsetParent);
function choose(finding) {
  if (!finding) return;
  document.querySelector(".finding.current")?.classList.remove("current");
  finding.classList.add("current");
  finding.scrollIntoView({ block: "nearest" });
  chosen = finding.id;
}
function current() {
  const all = findings();
  return all.find((one) => one.id === chosen) ?? all.find((one) => !one.classList.contains("decided")) ?? all[0];
}
function chooseBeside(by) {
  const all = findings(), at = all.findIndex((one) => one.id === chosen);
  choose(at < 0 ? all[0] : all[Math.max(0, Math.min(all.length - 1, at + by))]);
}
function accept() {
  const finding = current(), button = finding?.querySelector(".accept");
  if (!finding) return;
  choose(finding);
  if (button) button.click();
}
function override() {
  const finding = current();
  if (!finding) return;
  choose(finding);
  const details = finding.querySelector(".override");
  details.open = true;
  details.querySelector(".choose button").focus();
}

const help = document.querySelector("#help"), keys = document.querySelector("#keys");
keys.hidden = false;
keys.addEventListener("click", () => help.showModal());
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest("input:not([type=checkbox]):not([type=range]), textarea, select, [contenteditable]")) return;
  if (event.target.closest("button, a, summary") && [" ", "Enter"].includes(event.key)) return;
  if (event.target.matches("input[type=range]") && event.key.startsWith("Arrow")) return;
  if (event.target.matches("input[type=checkbox]") && event.key === " ") return;
  const does = {
    "?": () => help.showModal(), a: accept, o: override,
    j: () => document.querySelector("#next-set")?.click(),
    k: () => document.querySelector("#previous-set")?.click(),
    ArrowDown: () => chooseBeside(1), ArrowUp: () => chooseBeside(-1),
    Escape: () => stopDrawing(),
  };
  if (does[event.key]) { does[event.key](); event.preventDefault(); }
  else if (playerKey(player, event.key)) event.preventDefault();
});

// A repetition's ends, dragged on the timeline.
function handles() {
  const form = document.querySelector("#edges"), timeline = document.querySelector("#timeline");
  if (!form || !timeline || !player.film) return;
  form.querySelector(".note").hidden = false;
  const start = Number(timeline.dataset.start), end = Number(timeline.dataset.end);
  for (const name of ["start_s", "end_s"]) {
    const field = form.elements.namedItem(name);
    const handle = document.createElementNS("http://www.w3.org/2000/svg", "g");
    handle.classList.add("handle");
    handle.innerHTML = '<rect class="grip" y="0" width="28" height="38" x="-14"/><rect class="edge" x="-3" y="2" width="6" height="34" rx="3"/>';
    const put = () => {
      const width = timeline.getBoundingClientRect().width;
      handle.setAttribute("transform", `translate(${(Number(field.value) - start) / (end - start) * width} 0)`);
    };
    put();
    new ResizeObserver(put).observe(timeline);
    field.addEventListener("input", put);
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      handle.setPointerCapture(event.pointerId);
      form.closest("details").open = true;
    });
    handle.addEventListener("pointermove", (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const box = timeline.getBoundingClientRect();
      const time = start + Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * (end - start);
      field.value = time.toFixed(3);
      player.seek(time);
      put();
    });
    handle.addEventListener("pointerup", () => form.requestSubmit());
    timeline.append(handle);
  }
}
handles();

// Drawing: a press, a drag, a release; an angle takes a third point.
const tools = document.querySelector(".tools"), textDialog = document.querySelector("#text-dialog");
const undo = document.querySelector("#undo"), own = [];
let drawing = null;
if (player.film) tools.hidden = false;

tools.addEventListener("click", (event) => {
  const button = event.target.closest("[data-draw]");
  if (!button) return;
  if (drawing?.kind === button.dataset.draw) { stopDrawing(); return; }
  stopDrawing();
  player.film.pause();
  drawing = { kind: button.dataset.draw, shape: [], at_s: player.at, text: "" };
  button.setAttribute("aria-pressed", "true");
  player.fit.classList.add("drawing");
  say({ arrow: "Draw from where it starts to where it points.", line: "Draw the line.",
    angle: "Draw one arm to the joint, then tap the end of the other.", text: "Tap where the text goes." }[drawing.kind]);
  player.stage.querySelector(".screen").scrollIntoView({ block: "nearest" });
});

function stopDrawing() {
  drawing = player.draft = null;
  for (const one of tools.querySelectorAll("[data-draw]")) one.setAttribute("aria-pressed", "false");
  player.fit?.classList.remove("drawing");
  say("");
  player.draw();
}

const place = (event) => {
  const box = player.fit.getBoundingClientRect();
  return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]
    .map((one) => Math.max(0, Math.min(1, Math.round(one * 1e4) / 1e4)));
};
player.fit?.addEventListener("pointerdown", (event) => {
  if (!drawing) return;
  event.preventDefault();
  player.fit.setPointerCapture(event.pointerId);
  drawing.at_s = player.at;
  if (drawing.kind === "angle" && drawing.shape.length === 2) { drawing.shape.push(place(event)); return; }
  drawing.shape = drawing.kind === "text" ? [place(event)] : [place(event), place(event)];
  show();
});
player.fit?.addEventListener("click", () => { if (!drawing) player.toggle(); });
player.fit?.addEventListener("pointermove", (event) => {
  if (!drawing?.shape.length || !player.fit.hasPointerCapture(event.pointerId)) return;
  drawing.shape[drawing.shape.length - 1] = place(event);
  show();
});
player.fit?.addEventListener("pointerup", async (event) => {
  if (!drawing?.shape.length) return;
  drawing.shape[drawing.shape.length - 1] = place(event);
  show();
  if (drawing.kind === "angle" && drawing.shape.length < 3) return;
  if (drawing.kind === "text") drawing.text = await askText();
  if (drawing.kind !== "text" || drawing.text) await keepMark(drawing);
  stopDrawing();
});
function show() { player.draft = { ...drawing, shape: drawing.shape }; player.draw(); }

function askText() {
  const field = document.querySelector("#mark-text");
  field.value = "";
  textDialog.returnValue = "";
  textDialog.showModal();
  return new Promise((done) => textDialog.addEventListener("close", () => done(textDialog.returnValue ? field.value.trim() : ""), { once: true }));
}

async function keepMark({ kind, at_s, shape, text }) {
  try { kept(await ask(`${way}/marks`, { kind, at_s, shape, text })); } catch (problem) { say(problem.message); }
}
function kept(mark) {
  own.push(mark.id);
  undo.disabled = false;
  return swap(location.href);
}
undo.addEventListener("click", async () => {
  const last = own.pop();
  undo.disabled = own.length === 0;
  if (last === undefined) return;
  await ask(`${way}/marks/${last}`, undefined, "DELETE").catch(() => {});
  await swap(location.href);
});

// Voice notes.
const record = document.querySelector("#record");
let recorder = null;
if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) record.hidden = true;
record.addEventListener("click", async () => {
  if (recorder) { recorder.stop(); return; }
  let microphone;
  try { microphone = await navigator.mediaDevices.getUserMedia({ audio: true }); }
  catch { say("The microphone can't be used: allow it in the browser's settings."); return; }
  const at_s = player.at, parts = [];
  player.film?.pause();
  recorder = new MediaRecorder(microphone);
  recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
  recorder.addEventListener("stop", async () => {
    for (const track of microphone.getTracks()) track.stop();
    recorder = null;
    record.setAttribute("aria-pressed", "false");
    record.textContent = "● Voice note";
    const answer = await fetch(`${way}/voice?at_s=${at_s}`, {
      method: "POST", body: new Blob(parts), headers: { "X-CSRF-Token": csrf(), Accept: "application/json", "Content-Type": "application/octet-stream" },
    });
    const said = await answer.json().catch(() => null);
    if (!answer.ok) { say(said?.detail ?? "It couldn't be kept."); return; }
    say("");
    await kept(said);
  });
  recorder.start();
  setTimeout(() => recorder?.stop(), MOST_VOICE_MS);
  record.setAttribute("aria-pressed", "true");
  record.textContent = "■ Stop";
  say(`Speak: it is pinned to ${clock(at_s)}.`);
});

// The message: kept as it is written; written anew as decisions change, until it is touched.
const letter = document.querySelector("#write textarea"), anew = document.querySelector("#anew");
const draftSaid = document.querySelector("#draft-said");
let written = letter?.dataset.written, later = 0;
function takeLetter(fresh) {
  if (!letter || !fresh) return;
  const untouched = letter.value === written;
  written = fresh.dataset.written;
  if (untouched) letter.value = written;
  anew.hidden = letter.value === written;
}
if (letter) {
  takeLetter(letter);
  letter.addEventListener("input", () => {
    anew.hidden = letter.value === written;
    draftSaid.textContent = "";
    clearTimeout(later);
    later = setTimeout(async () => {
      await ask(`${way}/message`, { text: letter.value }, "PUT")
        .then(() => { draftSaid.textContent = "Draft kept."; }, (problem) => { draftSaid.textContent = problem.message; });
    }, DRAFT_AFTER_MS);
  });
  letter.form.addEventListener("submit", () => clearTimeout(later));
  anew.addEventListener("click", () => { letter.value = written; letter.dispatchEvent(new Event("input")); });
}
const link = document.querySelector("#link"), copy = document.querySelector("#copy"), share = document.querySelector("#share");
if (link && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => { await navigator.clipboard.writeText(link.value); copy.textContent = "Copied"; });
}
if (link && navigator.share) {
  share.hidden = false;
  share.addEventListener("click", () => navigator.share({ text: document.querySelector(".sent blockquote").textContent, url: link.value }).catch(() => {}));
}

// What is being judged anew comes in by itself: told by the stream, and asked for now and then,
// since another server may judge it.
async function lookAgain() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!page.querySelector("[data-due]")) location.reload();
}
const isDue = () => document.querySelector("[data-due]") !== null;
hear((event) => {
  const ours = event.client === review.dataset.client && event.file === review.dataset.file;
  if (isDue() && (event.event === "pages" || (event.event === "set" && ours))) lookAgain();
});
setInterval(() => { if (isDue()) lookAgain(); }, LOOK_AGAIN_MS);

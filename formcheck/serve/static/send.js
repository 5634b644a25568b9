// A client's page: choose or film, look at the first seconds, send, see how it stands.
import { frames } from "./frames.js";
import { Upload, unfinished } from "./tus.js";

const id = (name) => document.getElementById(name);
const form = id("send");
const here = location.pathname.replace(/\/$/, "");
const ASK_EVERY_MS = 5000, SPEED_OVER_MS = 5000;
const pickers = [...form.querySelectorAll('input[type="file"]')];

let film = null, upload = null, glances = 0, awake = null;

document.documentElement.classList.add("scripted");
for (const picker of pickers) picker.addEventListener("change", () => { if (picker.files[0]) choose(picker.files[0]); });
form.elements.lift.addEventListener("change", showSide);
form.addEventListener("submit", send);
id("other").addEventListener("click", again);
id("pause").addEventListener("click", () => (upload.paused ? upload.resume() : upload.pause()));
id("cancel").addEventListener("click", () => upload.cancel());
addEventListener("beforeunload", (event) => { if (upload) event.preventDefault(); });
form.addEventListener("dragover", (event) => event.preventDefault());
form.addEventListener("drop", (event) => {
  event.preventDefault();
  if (!upload && event.dataTransfer.files[0]) choose(event.dataTransfer.files[0]);
});

function choose(chosen) {
  film = chosen;
  wrong("");
  id("arrived").hidden = true;
  id("choose").hidden = true;
  id("chosen").hidden = false;
  id("film-name").textContent = film.name;
  id("film-size").textContent = bytes(film.size);
  const still = id("still");
  still.width = still.height = 128; // empties it
  const mostMb = Number(form.dataset.mostMb);
  if (film.size > mostMb * 1e6) wrong(`The film is larger than ${bytes(mostMb * 1e6)}. Cut it to the set, or film in 1080p.`);
  const before = new Upload(`${here}/files`, film, {}, () => {}).remembered();
  if (before) for (const [name, text] of Object.entries(before.fields ?? {})) form.elements[name].value = text;
  showSide();
  id("unfinished").hidden = true;
  id("go").textContent = before ? `Go on from ${percent(before.share)}` : "Send";
  glance(film);
}

/** Have the first seconds looked at; whatever goes wrong, the film can be sent. */
async function glance(of) {
  glances += 1;
  const mine = glances;
  const say = (text, kind = "") => {
    if (mine !== glances) return;
    id("look").textContent = text;
    id("look").className = `look ${kind}`;
  };
  say("Looking at the first seconds …");
  try {
    const pictures = await frames(of, id("still"));
    if (pictures.length < 3) { say(""); return; }
    const told = new FormData();
    pictures.forEach((picture, at) => told.append("picture", picture, `${at}.jpg`));
    const answer = await fetch(`${here}/look`, { method: "POST", body: told });
    if (!answer.ok) { say(""); return; }
    const found = await answer.json();
    const more = found.sure === "amiss" ? " Film it again like that, or send it all the same." : "";
    say(found.say + more, found.sure);
  } catch { say(""); }
}

async function send(event) {
  event.preventDefault();
  if (upload) return;
  if (!film) { wrong("Choose a film first, or film one now."); pickers[0].focus(); return; }
  const told = Object.fromEntries([...new FormData(form)].filter(([, text]) => typeof text === "string" && text.trim()));
  if (id("side").hidden) delete told.side;
  wrong("");
  const speed = new Speed();
  upload = new Upload(`${here}/files`, film, told, (at) => showProgress(at, speed));
  busy(true);
  try {
    if (await upload.run()) done();
  } catch (problem) {
    wrong(problem.message);
    id("go").textContent = "Try again";
  } finally {
    upload = null;
    busy(false);
  }
}

function done() {
  again();
  form.reset();
  showSide();
  id("arrived").hidden = false;
  id("arrived").focus();
  refresh();
}

/** Back to choosing. */
function again() {
  film = null;
  glances += 1;
  for (const picker of pickers) picker.value = "";
  id("choose").hidden = false;
  id("chosen").hidden = true;
  id("look").textContent = "";
  id("go").textContent = "Send";
  wrong("");
  showUnfinished();
}

function busy(is) {
  id("going").hidden = !is;
  id("go").hidden = is;
  id("other").hidden = is;
  for (const one of id("about").querySelectorAll("input, select, textarea")) one.disabled = is;
  if (is) navigator.wakeLock?.request("screen").then((lock) => { awake = lock; }, () => {});
  else { awake?.release(); awake = null; }
}

function showProgress({ sent, size, state }, speed) {
  id("share").value = sent / size;
  id("pause").textContent = state === "paused" ? "Go on" : "Pause";
  const words = [percent(sent / size)];
  if (state === "paused") words.push("paused");
  else if (state === "waiting") words.push("no connection just now; it goes on by itself");
  else if (sent >= size) words.push("all has arrived; being put away …");
  else words.push(...speed.words(sent, size));
  id("figures").textContent = words.join(" · ");
}

/** How fast it goes, over the last seconds. */
class Speed {
  constructor() { this.points = []; }

  words(sent, size) {
    const now = performance.now();
    if (this.points.length && sent < this.points.at(-1)[1]) this.points = [];
    this.points.push([now, sent]);
    while (now - this.points[0][0] > SPEED_OVER_MS) this.points.shift();
    const [since, from] = this.points[0];
    const aSecond = ((sent - from) / (now - since)) * 1000;
    if (!(now - since > 700 && aSecond > 0)) return [`of ${bytes(size)}`];
    return [`${bytes(aSecond)}/s`, left((size - sent) / aSecond)];
  }
}

function left(seconds) {
  if (seconds < 60) return `about ${Math.max(5, Math.ceil(seconds / 5) * 5)} s left`;
  if (seconds < 5400) return `about ${Math.round(seconds / 60)} min left`;
  return `about ${Math.round(seconds / 3600)} h left`;
}

function bytes(number) {
  if (number >= 1e9) return `${(number / 1e9).toFixed(1)} GB`;
  if (number >= 1e6) return `${(number / 1e6).toFixed(number < 1e7 ? 1 : 0)} MB`;
  return `${Math.max(1, Math.round(number / 1e3))} kB`;
}

function percent(share) { return `${Math.floor(share * 100)} %`; }

function wrong(text) {
  id("wrong").textContent = text;
  id("wrong").hidden = !text;
}

function showSide() {
  const chosen = form.elements.lift.selectedOptions[0];
  id("side").hidden = !(chosen && "oneSided" in chosen.dataset);
}

function showUnfinished() {
  const [one] = unfinished(`${here}/files`);
  id("unfinished").hidden = !one || Boolean(film);
  if (one) id("unfinished").textContent = `You were sending ${one.name} (${percent(one.share)} is here). Choose it again, and it goes on.`;
}

// --------------------------------------------------------------- what was sent

const when = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
let asking = 0;

async function refresh() {
  clearTimeout(asking);
  let moving = true;
  if (!document.hidden) {
    try {
      const answer = await fetch(`${here}/sent`, { headers: { Accept: "application/json" } });
      const told = await answer.json();
      if (answer.ok) { show(told.films); moving = told.moving; }
    } catch { /* the next time, then */ }
  }
  if (moving) asking = setTimeout(refresh, ASK_EVERY_MS);
}

function show(films) {
  const made = (kind, name, text = "") => Object.assign(document.createElement(kind), { className: name, textContent: text });
  const items = films.map((one) => {
    const item = made("li", `card film ${one.state}`);
    const name = made("p", "name");
    name.append(made("bdi", "", one.file));
    const time = Object.assign(made("time", "", when.format(new Date(one.sent_at))), { dateTime: one.sent_at });
    const about = made("p", "muted");
    about.append(time, one.about ? ` · ${one.about}` : "");
    item.append(name, about, made("p", "state", one.words));
    one.ways.forEach((way, at) => {
      const line = made("p", "");
      const words = `See what came out${one.ways.length > 1 ? `, set ${at + 1}` : ""}`;
      line.append(Object.assign(made("a", "button", words), { href: way }));
      item.append(line);
    });
    return item;
  });
  id("films").replaceChildren(...items);
  id("sent").hidden = films.length === 0;
}

document.querySelector('a[href="#how"]').addEventListener("click", () => { id("how").open = true; });
for (const time of document.querySelectorAll("time")) time.textContent = when.format(new Date(time.dateTime));
showSide();
showUnfinished();
if (id("sent").dataset.moving) asking = setTimeout(refresh, ASK_EVERY_MS);
document.addEventListener("visibilitychange", () => { if (!document.hidden && id("sent").dataset.moving) refresh(); });

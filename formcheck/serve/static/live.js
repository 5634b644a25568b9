// The camera's page: preview, count, verdict; at rest the last repetition once more.
import { Again } from "./live_again.js";
import { Link, openCamera } from "./live_camera.js";
import { cleared, draw, placed } from "./live_lines.js";
import { Sound } from "./live_sound.js";
import { fit, rest, show, tell, trouble } from "./live_words.js";

const id = (name) => document.getElementById(name);
const LEAST_HZ = 19.5, RATE_OVER_MS = 3000, NOTED_MS = 8000;
const LATEST_S = 0.25; // lines that are later than this would no longer lie on the lifter
const SLOW_CAMERA = "The camera gives too few pictures a second to judge: more light gives more. The count goes on.";
const SLOW_WAY = "Too few pictures arrive to judge: the network or the desk's computer is too slow. The count goes on.";

const NEVER_OPEN = "The connection to the desk can't be opened. Trying again … An iPhone has to trust the desk first: open /ca on it.";

const video = id("video"), sound = new Sound(), again = new Again();
let link = null, scene = null, stream = null, chosen = "environment", lift = "auto", lock = null, wasAgain = false;
let forgetting = 0;
let rate = { at: 0, taken: 0, hz: NaN }, slow = "", lost = "", noted = "", keeping = false;

function wrong(text) {
  id("wrong").textContent = text;
  id("wrong").hidden = !text;
}

function cannot() {
  if (!window.isSecureContext || !navigator.mediaDevices) return "Browsers give a page the camera only over https or on the desk's own machine. Start the desk with: formcheck serve --lan";
  return "";
}

async function cameras() {
  const found = (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "videoinput");
  id("flip").hidden = found.length < 2;
  return found;
}

async function film(which) {
  stream?.getTracks().forEach((track) => track.stop());
  stream = await openCamera(which);
  const track = stream.getVideoTracks()[0], about = track.getSettings();
  id("view").classList.toggle("mirrored", about.facingMode ? about.facingMode === "user" : which === "user");
  track.onended = () => trouble("The camera has stopped. Press Stop, and start anew.");
  video.srcObject = stream;
  await video.play();
}

async function start(event) {
  event.preventDefault();
  wrong(cannot());
  if (cannot()) return;
  const form = new FormData(id("start"));
  chosen = form.get("camera");
  lift = form.get("lift");
  sound.switch(form.get("sound") === "1");
  id("sound").setAttribute("aria-pressed", String(sound.on));
  try {
    await film(chosen);
  } catch (problem) {
    wrong(problem.name === "NotAllowedError" ? "This page may not use the camera. Allow it in the browser's settings for this page, and try again."
      : problem.name === "NotFoundError" || problem.name === "OverconstrainedError" ? "No such camera was found on this device." : `The camera can't be opened (${problem.message}).`);
    return;
  }
  id("before").hidden = true;
  id("stage").hidden = false;
  document.body.classList.add("filming");
  tell("Getting ready …");
  await cameras();
  await awake();
  connect();
}

function connect(instead = false) {
  scene = null;
  again.forget();
  for (const name of ["keep", "instead"]) id(name).hidden = true;
  link = new Link(video, { lift, instead }, hear, (time, blob) => again.add(time, blob));
}

async function awake() {
  try {
    lock = await navigator.wakeLock?.request("screen");
  } catch { lock = null; }
}

function over(say = "") {
  link = null;
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  lock?.release();
  trouble("");
  document.body.classList.remove("filming");
  id("stage").hidden = true;
  id("before").hidden = false;
  wrong(say);
}

const heard = {
  ready: () => { lost = slow = ""; troubles(); tell("Step into the picture", "", "watch"); },
  looked: (event) => { again.saw(event.time_s, event.seen); if (!showsAgain()) drawLive(link.nowS - event.time_s < LATEST_S ? event.seen : null); },
  scene: (event) => {
    const before = scene;
    scene = event;
    if (before?.summary && !event.summary) id("keep").hidden = true;
    if (event.summary && event.summary.start_s !== before?.summary?.start_s) {
      id("keep").hidden = id("keep").disabled = false;
    }
    id("end-set").hidden = event.where !== "lifting";
    troubles();
    show(scene, link.nowS, showsAgain());
  },
  rep: (event) => {
    again.hold(event.start_s, event.end_s);
    if (event.good) sound.tone();
  },
  cue: (event) => sound.say(event.say),
  set_end: (event) => sound.say(`${event.praise} ${event.main_advice}`),
  speed: (event) => { slow = event.ok ? "" : rate.hz < LEAST_HZ ? SLOW_CAMERA : SLOW_WAY; troubles(); },
  camera: (event) => { lost = event.state === "black" ? event.say : ""; troubles(); },
  trouble: (event) => { over(event.say); },
  refused: (event) => { over(event.say); },
  sent_away: () => { over("Another device films now."); },
  busy: (event) => {
    const since = event.since ? new Date(`${event.since}Z`).toLocaleTimeString([], { timeStyle: "short" }) : "";
    tell("Another device is filming", `The desk judges one camera at a time. That one has been filming since ${since}.`, "watch");
    id("instead").hidden = false;
  },
  kept: (event) => { keeping = false; id("keep").hidden = true; note(`Kept for ${event.client}. It is being judged, and will be in the inbox.`); },
  not_kept: (event) => { keeping = false; id("keep").disabled = false; note(event.say); },
  closed: (event) => {
    if (!event.over) { lost = link?.everReady === false ? NEVER_OPEN : "The connection to the desk broke. Trying again …"; troubles(); }
    else if (id("instead").hidden && link) over();
  },
};

function hear(event) {
  const nowS = link?.nowS ?? 0;
  heard[event.event]?.(event);
  // For whoever measures how long an answer takes.
  document.dispatchEvent(new CustomEvent("formcheck-live", { detail: { ...event, now_s: nowS } }));
}

const troubles = () => trouble(lost || noted || (scene?.where === "summary" ? "" : slow)); // the summary says it by itself

/** Say something for a while. */
function note(text) {
  noted = text;
  troubles();
  clearTimeout(forgetting);
  forgetting = setTimeout(() => { noted = keeping ? noted : ""; troubles(); }, NOTED_MS);
}

const showsAgain = () => Boolean(scene?.where === "summary" && scene.resting && again.ready);

function drawLive(seen) {
  const [pen, box] = cleared(id("lines"));
  draw(pen, seen, placed(video.videoWidth, video.videoHeight, box));
}

async function frame() {
  if (link && scene) {
    const now = showsAgain();
    if (now !== wasAgain) {
      wasAgain = now;
      id("again").hidden = !now;
      video.classList.toggle("unseen-now", now);
      id("badge").hidden = !now;
      const reps = scene.summary?.reps ?? 0;
      id("badge").textContent = now ? `${reps > 1 ? `Last of ${reps} repetitions` : "Your repetition"}, slowed` : "";
      if (!now) { again.stop(); cleared(id("lines")); }
      show(scene, link.nowS, now);
    }
    if (now) await again.step(id("again"), id("lines"));
    rest(scene, link.nowS);
  }
  const at = performance.now();
  if (link && at - rate.at > RATE_OVER_MS) {
    rate = { at, taken: link.taken, hz: ((link.taken - rate.taken) * 1000) / (at - rate.at) };
  }
  requestAnimationFrame(frame);
}

id("start").addEventListener("submit", start);
id("stop").addEventListener("click", () => {
  if (keeping) { note("The set is being kept; one moment."); return; }
  const open = link;
  open?.close();
  setTimeout(() => { open?.drop(); if (link === open) over(); }, 4000);
});
id("end-set").addEventListener("click", () => link?.do({ do: "end_set" }));
id("instead").addEventListener("click", () => { id("instead").hidden = true; tell("Getting ready …"); link?.takeOver(); });
id("sound").addEventListener("click", () => {
  sound.switch(!sound.on);
  id("sound").setAttribute("aria-pressed", String(sound.on));
  if (sound.on && !sound.voice) note("This device has no voice of its own: good repetitions get a tone.");
});
id("flip").addEventListener("click", async () => {
  const found = await cameras(), now = stream?.getVideoTracks()[0].getSettings().deviceId;
  const next = found[(found.findIndex((one) => one.deviceId === now) + 1) % found.length];
  try { await film(next.deviceId); } catch (problem) { trouble(`That camera can't be opened (${problem.message}).`); }
});
id("keep").addEventListener("click", () => id("keeping").showModal());
id("keeping").addEventListener("close", () => {
  if (id("keeping").returnValue !== "keep") return;
  const form = new FormData(id("keeping").querySelector("form"));
  const load = form.get("load");
  keeping = true;
  id("keep").disabled = true;
  note("The set is being kept …");
  link?.do({ do: "keep", client: form.get("client").trim(), load_kg: load === "" ? null : Number(load) });
});
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible" && link) awake(); });
new ResizeObserver(() => fit(id("say"))).observe(id("say"));
const voices = () => { id("no-voice").hidden = Boolean(sound.voice); };
window.speechSynthesis?.addEventListener?.("voiceschanged", voices);
voices();
wrong(cannot());
if (!window.matchMedia("(pointer: coarse)").matches) id("start").elements.camera.value = "user"; // a laptop's
requestAnimationFrame(frame);

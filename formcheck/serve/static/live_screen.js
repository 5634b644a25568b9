// The big screen: what the camera's page shows, on another device, large.
import { hear } from "./desk.js";
import { fit, rest, show, tell, trouble } from "./live_words.js";

const id = (name) => document.getElementById(name);
const PICTURE_EVERY_MS = 100;
let scene = null, live = false, ahead = 0, withPicture = true, wrong = "";

const nowS = () => performance.now() / 1000 + ahead;

function told(event) {
  if (event.event === "over") return ended();
  if (!live) begun();
  if (event.event === "scene") {
    scene = event;
    if (event.time_s !== null) ahead = event.time_s - performance.now() / 1000;
    trouble(scene.where === "summary" ? "" : wrong);
    show(scene, nowS(), scene.where === "summary" && scene.resting);
  } else if (event.event === "speed") trouble((wrong = event.ok ? "" : event.say));
  else if (event.event === "camera") trouble((wrong = ["black", "lost"].includes(event.state) ? event.say : ""));
}

function begun() {
  live = true;
  id("stage").dataset.live = "yes";
  id("waiting").hidden = true;
  next();
}

function ended() {
  live = false;
  id("stage").dataset.live = scene?.where === "summary" ? "yes" : "no";
  id("picture").hidden = true;
  id("waiting").hidden = false;
  trouble("");
  if (scene?.where !== "summary") tell("", "");
}

/** Load the latest picture, and then the next. */
function next() {
  const picture = id("picture");
  if (!live || !withPicture) { picture.hidden = true; return; }
  const coming = new Image(), begun = performance.now();
  const later = () => setTimeout(next, Math.max(0, PICTURE_EVERY_MS - (performance.now() - begun)));
  coming.onload = () => { if (live && withPicture) { picture.src = coming.src; picture.hidden = false; } later(); };
  coming.onerror = () => setTimeout(next, 500);
  coming.src = `/live/picture?${Math.round(begun)}`;
}

id("full").addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()));
id("seen").addEventListener("click", () => {
  withPicture = !withPicture;
  id("seen").setAttribute("aria-pressed", String(withPicture));
  if (withPicture && live) next();
});
new ResizeObserver(() => fit(id("say"))).observe(id("say"));
setInterval(() => { if (scene && live) rest(scene, nowS()); }, 250);

const now = await (await fetch("/live/state", { headers: { Accept: "application/json" } })).json();
if (now.live) {
  begun();
  if (now.scene) told({ ...now.scene, time_s: now.time_s });
}
hear((event) => { if (event.event === "live") told(event.live); });

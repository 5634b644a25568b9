// A film with its lines, drawn over it by the times of its own pictures.
//
// Each layer is a canvas of its own. The film comes first; the lines follow when it shows.

import { dot, drawMark, rgb, rimmed } from "./brush.js";

const LAYERS = ["skeleton", "back", "bar", "marks"];
const TENTHS = 10;
const SHOWN_S = 1.5; // a drawing stays so long while the film runs
const JUST_S = 0.06; // and counts so much before its moment: frames are that far apart
const STEP_S = 0.5;
const LOOP_S = 0.5; // on each side of the worst moment
const ALMOST_S = 0.002; // a frame's own time may be rounded
const SLOW = 0.25;

/** Index of the first time that isn't before `at`. */
export function firstFrom(times, at) {
  let low = 0, high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < at) low = middle + 1; else high = middle;
  }
  return low;
}

export const clock = (time) => {
  const tenths = Math.round(time * 100);
  return `${Math.floor(tenths / 6000)}:${((tenths % 6000) / 100).toFixed(2).padStart(5, "0")}`;
};

export class Player extends EventTarget {
  constructor(stage) {
    super();
    this.stage = stage;
    this.said = JSON.parse(stage.dataset.player);
    this.film = stage.querySelector("video");
    this.fit = stage.querySelector(".fit");
    this.at = 0;
    this.zero = 0;
    this.lines = null;
    this.marks = this.said.marks;
    this.draft = null;
    this.loop = null;
    this.wanted = null;
    this.shows = Object.fromEntries(LAYERS.map((name) => [name, true]));
    this.canvases = {};
    if (!this.film) return;
    for (const name of LAYERS) {
      const canvas = document.createElement("canvas");
      canvas.dataset.layer = name;
      canvas.setAttribute("aria-hidden", "true");
      this.fit.append(canvas);
      this.canvases[name] = canvas;
    }
    this.film.removeAttribute("controls");
    this.#listen();
    this.#controls();
    if (this.film.error || this.film.networkState === 3) this.#cannotPlay();
    if (this.film.readyState >= 2) this.#begin();
  }

  get frames() { return this.lines ? this.lines.frames_s ?? this.lines.times_s : null; }
  get isDrawn() { return this.film?.dataset.drawn === "yes"; }

  #listen() {
    const film = this.film;
    film.addEventListener("loadeddata", () => this.#begin(), { once: true });
    film.addEventListener("error", () => this.#cannotPlay());
    film.addEventListener("play", () => this.#playing());
    film.addEventListener("pause", () => this.#playing());
    film.addEventListener("seeked", () => {
      if (this.wanted !== null && Math.abs(this.wanted - this.asked) > 1e-6) this.#go(this.wanted);
      else this.wanted = null;
    });
    if ("requestVideoFrameCallback" in film) {
      const tick = (_, picture) => {
        if (!this.begun && !this.isDrawn && picture.mediaTime < 0.2 && film.currentTime < 0.001) this.zero = picture.mediaTime;
        this.#shown(picture.mediaTime - this.zero);
        film.requestVideoFrameCallback(tick);
      };
      film.requestVideoFrameCallback(tick);
    } else {
      const now = () => this.#shown(film.currentTime - this.zero);
      const each = () => { now(); if (!film.paused) requestAnimationFrame(each); };
      for (const name of ["timeupdate", "seeked", "loadeddata"]) film.addEventListener(name, now);
      film.addEventListener("play", each);
    }
    new ResizeObserver(() => this.draw()).observe(this.fit);
  }

  #begin() {
    if (this.started) return;
    this.started = true;
    const { videoWidth: width, videoHeight: height } = this.film;
    if (!width) { this.#cannotPlay(); return; }
    this.fit.style.setProperty("--ratio", width / height);
    this.fit.classList.add("sized");
    if (this.said.layers) this.#load(); else this.#ready();
  }

  async #load() {
    try {
      const answer = await fetch(this.said.layers, { headers: { Accept: "application/json" } });
      if (answer.ok) this.lines = await answer.json();
    } catch { /* the film plays without */ }
    if (this.lines && this.isDrawn) this.zero = -this.lines.times_s[0]; // it begins with what was looked at
    else if (this.lines) {
      const [width, height] = this.lines.size;
      this.fit.style.setProperty("--ratio", width / height);
      if (this.lines.turn_deg) this.#turn(this.lines.turn_deg, width / height);
    }
    this.#ready();
  }

  /** Turn a film that lay on its side, as it was turned to be judged. */
  #turn(degrees, ratio) {
    const film = this.film, isSide = degrees % 180 !== 0;
    film.classList.add("turned");
    film.style.width = isSide ? `${100 / ratio}%` : "100%";
    film.style.height = isSide ? `${100 * ratio}%` : "100%";
    film.style.transform = `translate(-50%, -50%) rotate(${degrees}deg)`;
  }

  #ready() {
    this.begun = true;
    this.draw();
    this.dispatchEvent(new Event("ready"));
    this.stage.dataset.ready = "yes";
  }

  /** Say that this browser can't play it, and show what there is instead. */
  #cannotPlay() {
    const { annotated } = this.film.dataset, said = this.stage.querySelector("#cant-play");
    if (said) said.hidden = false;
    if (annotated && !this.isDrawn) {
      this.film.dataset.drawn = "yes";
      this.started = false;
      this.film.src = annotated;
      this.film.addEventListener("loadeddata", () => this.#begin(), { once: true });
      for (const one of this.stage.querySelectorAll("[data-layer-of]")) one.disabled = true;
      return;
    }
    this.fit.hidden = true;
    for (const one of this.stage.querySelectorAll(".controls, .scrub")) one.hidden = true;
    const pictures = this.stage.querySelector("#pictures");
    if (pictures) pictures.hidden = false;
    this.stage.dataset.ready = "none";
  }

  #controls() {
    const bar = this.stage.querySelector(".controls");
    bar.hidden = false;
    const does = {
      play: () => this.toggle(), back: () => this.step(-1), forward: () => this.step(1),
      "previous-rep": () => this.rep(-1), "next-rep": () => this.rep(1),
      slow: () => this.slow(), loop: () => this.loopWorst(),
    };
    bar.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button) does[button.dataset.do]?.();
    });
    bar.addEventListener("change", (event) => {
      const name = event.target.dataset.layerOf;
      if (name) { this.shows[name] = event.target.checked; this.draw(); }
    });
    this.stage.querySelector('[data-do="loop"]').disabled = this.said.worst_s === null;
    this.#playing();
  }

  #playing() {
    const button = this.stage.querySelector('[data-do="play"]');
    button.textContent = this.film.paused ? "▶\uFE0E" : "❚❚";
    button.setAttribute("aria-label", this.film.paused ? "Play" : "Pause");
  }

  toggle() { if (this.film.paused) this.film.play().catch(() => {}); else this.film.pause(); }

  slow() {
    this.film.playbackRate = this.film.playbackRate === SLOW ? 1 : SLOW;
    const button = this.stage.querySelector('[data-do="slow"]');
    button.setAttribute("aria-pressed", this.film.playbackRate === SLOW);
  }

  loopWorst() {
    const worst = this.said.worst_s;
    if (worst === null) return;
    this.loop = this.loop ? null : [Math.max(0, worst - LOOP_S), worst + LOOP_S];
    this.stage.querySelector('[data-do="loop"]').setAttribute("aria-pressed", this.loop !== null);
    if (this.loop) { this.seek(this.loop[0]); this.film.play().catch(() => {}); }
  }

  /** Go to a moment, in seconds of the film; of many wishes the last counts. */
  seek(time) {
    const latest = Number.isFinite(this.film.duration) ? this.film.duration - this.zero : Infinity;
    this.wanted = Math.max(0, Math.min(time, latest));
    if (!this.film.seeking) this.#go(this.wanted);
  }

  #go(time) {
    this.asked = time;
    this.film.currentTime = time + this.zero + ALMOST_S;
  }

  step(by) {
    this.film.pause();
    const now = this.wanted ?? this.at, frames = this.frames;
    if (!frames?.length) { this.seek(now + by / 30); return; }
    let near = firstFrom(frames, now - ALMOST_S);
    if (near === frames.length) near -= 1;
    if (near > 0 && now - frames[near - 1] < frames[near] - now) near -= 1;
    this.seek(frames[Math.max(0, Math.min(frames.length - 1, near + by))]);
  }

  jump(by) { this.seek((this.wanted ?? this.at) + by * STEP_S); }

  rep(by) {
    const reps = this.lines?.reps ?? [], now = this.wanted ?? this.at;
    const next = by > 0
      ? reps.find((one) => one.start_s > now + ALMOST_S * 2)
      : reps.findLast((one) => one.start_s < now - STEP_S);
    if (next) this.seek(next.start_s);
  }

  #shown(time) {
    this.at = time;
    if (this.loop && !this.film.paused && !this.film.seeking && (time > this.loop[1] || time < this.loop[0] - 1)) this.seek(this.loop[0]);
    this.draw();
    this.dispatchEvent(new Event("shown"));
  }

  /** Draw every layer for the picture that is shown. */
  draw() {
    if (!this.begun) return;
    const box = this.fit.getBoundingClientRect(), dense = Math.min(window.devicePixelRatio || 1, 2);
    const width = Math.round(box.width * dense), height = Math.round(box.height * dense);
    if (!width || !height) return;
    const moment = this.lines && !this.isDrawn ? this.#moment(this.at) : null;
    for (const name of LAYERS) {
      const canvas = this.canvases[name], brush = canvas.getContext("2d");
      if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; }
      brush.clearRect(0, 0, width, height);
      if (!this.shows[name] || this.isDrawn) continue;
      if (name === "marks") { this.#drawMarks(brush, width, height, dense); continue; }
      if (!this.lines) continue;
      const scale = width / this.lines.size[0], line = Math.max(2, Math.max(width, height) / 220);
      if (name === "bar") this.#drawBar(brush, scale, Math.max(2, line / 2));
      else if (moment && name === "skeleton") this.#drawSkeleton(brush, moment, scale, line);
      else if (moment) this.#drawBack(brush, moment, scale, line);
    }
  }

  /** The two analysed frames around a time, and how far it is between them; null in a gap. */
  #moment(time) {
    const { times_s: times, gap_s: gap } = this.lines;
    let after = firstFrom(times, time), before = Math.max(after - 1, 0);
    after = Math.min(after, times.length - 1);
    const near = Math.abs(times[before] - time) <= Math.abs(times[after] - time) ? before : after;
    if (Math.abs(times[near] - time) > gap) return null;
    const long = times[after] - times[before];
    let share = long > 0 && long <= 2 * gap ? (time - times[before]) / long : 0;
    if (!(share >= 0 && share <= 1) || long > 2 * gap) { before = after = near; share = 0; }
    return { before, after, near, share };
  }

  #between(rows, { before, after, near, share }, x) {
    const first = rows[before]?.[x], last = rows[after]?.[x];
    if (first == null || last == null) return rows[near]?.[x] ?? null;
    return first + (last - first) * share;
  }

  #point(rows, moment, at, scale) {
    const x = this.#between(rows, moment, 2 * at), y = this.#between(rows, moment, 2 * at + 1);
    return x === null || y === null ? null : [x / TENTHS * scale, y / TENTHS * scale];
  }

  /** Where a joint is now, in pixels of the film as it is judged; null where it isn't seen. */
  joint(index) {
    const moment = this.lines && this.#moment(this.at);
    return moment ? this.#point(this.lines.points[index], moment, 0, 1) : null;
  }

  #drawSkeleton(brush, moment, scale, line) {
    const { points, limbs, joints, leg, near, colours, hidden } = this.lines;
    const bits = hidden?.[moment.near] ?? 0;
    const isHidden = (joint, side) => side === near && leg.includes(joint) && (bits >> leg.indexOf(joint)) & 1;
    const place = (joint, side) => this.#point(points[joint + side], moment, 0, scale);
    const side = (which, width, shade, isRim) => {
      brush.lineCap = "round";
      for (const [from, to] of limbs) {
        if (which !== near && bits && (leg.includes(from) || leg.includes(to))) continue;
        const start = place(from, which), end = place(to, which);
        if (!start || !end) continue;
        const isDashed = isHidden(from, which) || isHidden(to, which);
        brush.setLineDash(isDashed ? [3 * width, 3 * width] : []);
        brush.strokeStyle = shade;
        brush.lineWidth = isRim ? width + Math.max(2, width / 2) : width;
        brush.beginPath(); brush.moveTo(...start); brush.lineTo(...end); brush.stroke();
      }
      brush.setLineDash([]);
    };
    side(1 - near, Math.max(2, line / 2), rgb(colours.skeleton, 0.75), false);
    side(near, line, rgb(colours.rim), true);
    side(near, line, rgb(colours.skeleton), false);
    for (const joint of joints) {
      const at = place(joint, near);
      if (!at) continue;
      dot(brush, at, line * 1.5 + 1, rgb(colours.rim));
      dot(brush, at, line * 1.5, "#fff");
    }
  }

  #drawBack(brush, moment, scale, line) {
    const { back, stations, on_back: verdicts, colours } = this.lines;
    if (!verdicts || this.said.hides_back) return;
    let verdict = verdicts[moment.near];
    if (verdict !== "cannot_judge") { // the coach's, where it holds
      const rep = this.lines.reps.find((one) => one.start_s <= this.at && this.at <= one.end_s);
      verdict = this.said.on_back[rep?.rep] ?? verdict;
    }
    const way = Array.from({ length: stations }, (_, at) => this.#point(back, moment, at, scale));
    rimmed(brush, way, rgb(colours[verdict]), rgb(colours.rim), line * 3, line * 2);
  }

  #drawBar(brush, scale, line) {
    const { bar, camera, times_s: times, reps, colours } = this.lines;
    const rep = reps.find((one) => one.start_s <= this.at && this.at < one.end_s);
    if (!bar || !rep) return;
    const first = firstFrom(times, rep.start_s), stop = firstFrom(times, this.at + ALMOST_S);
    if (stop <= first) return;
    const own = camera?.[stop - 1];
    const way = bar.slice(first, stop).map((place) => {
      if (!place || place[0] === null || (camera && !own)) return null;
      let [x, y] = place.map((one) => one / TENTHS);
      if (own) [x, y] = [own[0] * x + own[1] * y + own[2], own[3] * x + own[4] * y + own[5]];
      return [x * scale, y * scale];
    });
    rimmed(brush, way, rgb(colours.bar), rgb(colours.rim), line * 2, line);
    const now = way.at(-1);
    if (now) { dot(brush, now, line * 2 + 1, rgb(colours.rim)); dot(brush, now, line * 2, rgb(colours.bar)); }
  }

  #drawMarks(brush, width, height, dense) {
    const now = this.marks.filter((one) => one.kind !== "voice" && this.at > one.at_s - JUST_S && this.at < one.at_s + SHOWN_S);
    for (const one of this.draft ? [...now, this.draft] : now) drawMark(brush, one, width, height, dense);
  }
}

/** The timeline and the slider below a film: both show where it is, and lead elsewhere. */
export function followTimeline(player, stage) {
  const scrub = stage.querySelector("#scrub"), now = stage.querySelector("#now");
  const timeline = () => stage.querySelector("#timeline");
  const span = () => { const { start, end } = timeline().dataset; return [Number(start), Number(end)]; };
  if (!player.film || !scrub) return;
  scrub.closest(".scrub").hidden = false;
  player.addEventListener("ready", () => {
    if (!timeline().classList.contains("empty")) return;
    timeline().dataset.end = scrub.max = player.film.duration;
  });
  player.addEventListener("shown", () => {
    const [start, end] = span(), share = (player.at - start) / (end - start);
    const line = timeline().querySelector(".playhead");
    const x = `${100 * Math.max(0, Math.min(1, share))}%`;
    line.setAttribute("x1", x); line.setAttribute("x2", x); line.removeAttribute("hidden");
    if (document.activeElement !== scrub || !scrub.matches(":active")) scrub.value = player.at;
    scrub.setAttribute("aria-valuetext", clock(player.at));
    now.textContent = clock(player.at);
  });
  scrub.addEventListener("input", () => { player.film.pause(); player.seek(Number(scrub.value)); });
  let drags = false;
  const go = (event) => {
    const box = timeline().getBoundingClientRect(), [start, end] = span();
    player.seek(start + Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * (end - start));
  };
  stage.addEventListener("pointerdown", (event) => {
    if (!event.target.closest("#timeline") || event.target.closest(".handle")) return;
    drags = true; player.film.pause(); go(event);
  });
  window.addEventListener("pointermove", (event) => { if (drags) go(event); });
  window.addEventListener("pointerup", () => { drags = false; });
}

/** Links to a moment (`data-t`) lead the player there. */
export function followMoments(player) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-t]");
    if (!link || !player.film) return;
    event.preventDefault();
    player.film.pause();
    player.seek(Number(link.dataset.t));
    player.stage.querySelector(".screen").scrollIntoView({ block: "nearest" });
  });
}

/** Keys of the player alone; gives whether the key was one of them. */
export function playerKey(player, key) {
  const does = {
    " ": () => player.toggle(), ",": () => player.step(-1), ".": () => player.step(1),
    ArrowLeft: () => player.jump(-1), ArrowRight: () => player.jump(1),
    "[": () => player.rep(-1), "]": () => player.rep(1),
    1: () => player.slow(), l: () => player.loopWorst(),
  };
  if (!player.film || !does[key]) return false;
  does[key]();
  return true;
}

// Two films in step: one clock for both, each film at the speed that its rep needs.
const SLOWEST = 0.0625, FASTEST = 16; // what browsers play
const PULL = 2; // per second: how fast a film that lags catches up
const JUMP_S = 0.25; // further off it jumps
const PHASES = { sinks: "down", low: "pause", rises: "up", stands: "top", leaves: "down", down: "end" };

const stage = document.getElementById("stage");
const pairs = JSON.parse(stage.dataset.steps);
const films = ["a", "b"].map((side) => stage.querySelector(`video[data-side="${side}"]`));
const moment = document.getElementById("moment");
const where = document.getElementById("where");
const play = document.getElementById("play");
const reps = document.getElementById("reps");

let pair = 0, clock_s = 0, speed = 1, playing = false, last_ms = 0;

/** The value of a line through points, and its slope there. */
function along(xs, ys, x) {
  let at = 1;
  while (at < xs.length - 1 && x > xs[at]) at += 1;
  const wide = xs[at] - xs[at - 1];
  const slope = wide > 0 ? (ys[at] - ys[at - 1]) / wide : 0;
  return [ys[at - 1] + slope * Math.min(Math.max(x - xs[at - 1], 0), wide), slope];
}

const ends_s = () => pairs[pair].clock_s.at(-1);

function tell() {
  const one = pairs[pair];
  moment.value = Math.round(1000 * clock_s / ends_s());
  let phase = 0;
  while (phase < one.clock_s.length - 1 && clock_s >= one.clock_s[phase + 1]) phase += 1;
  const said = `Rep ${one.a}${one.a === one.b ? "" : ` and ${one.b}`}, ${PHASES[one.moments[phase]] ?? ""}`;
  where.textContent = said;
  moment.setAttribute("aria-valuetext", said);
}

function seek() {
  const one = pairs[pair];
  for (const [at, film] of films.entries()) {
    if (!film) continue;
    film.pause();
    film.currentTime = along(one.clock_s, at ? one.b_s : one.a_s, clock_s)[0];
  }
  tell();
}

function stop() {
  playing = false;
  play.textContent = "Play";
  play.setAttribute("aria-pressed", "false");
  seek();
}

function follow(now_ms) {
  if (!playing) return;
  clock_s += Math.min((now_ms - last_ms) / 1000, 0.1) * speed;
  last_ms = now_ms;
  if (clock_s >= ends_s()) {
    if (pair + 1 < pairs.length) { choose(pair + 1, true); } else { clock_s = ends_s(); return stop(); }
  }
  const one = pairs[pair];
  for (const [at, film] of films.entries()) {
    if (!film) continue;
    const [wanted_s, slope] = along(one.clock_s, at ? one.b_s : one.a_s, clock_s);
    const off_s = wanted_s - film.currentTime;
    const rate = slope * speed + PULL * off_s;
    if (Math.abs(off_s) > JUMP_S) film.currentTime = wanted_s;
    if (rate < SLOWEST) { film.pause(); } else {
      film.playbackRate = Math.min(rate, FASTEST);
      if (film.paused) film.play().catch(() => {});
    }
  }
  tell();
  requestAnimationFrame(follow);
}

function start() {
  if (clock_s >= ends_s()) clock_s = 0, pair = pair + 1 < pairs.length ? pair : 0, choose(pair, true);
  playing = true;
  play.textContent = "Pause";
  play.setAttribute("aria-pressed", "true");
  last_ms = performance.now();
  requestAnimationFrame(follow);
}

function choose(at, goes_on = false) {
  pair = at;
  clock_s = 0;
  for (const [index, button] of [...reps.children].entries()) {
    button.setAttribute("aria-pressed", String(index === at));
  }
  if (!goes_on) seek();
}

if (pairs.length && films.some(Boolean)) {
  stage.querySelector(".controls").hidden = false;
  for (const film of films) if (film) film.controls = false;
  for (const [at, one] of pairs.entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = one.a === one.b ? one.a : `${one.a}/${one.b}`;
    button.setAttribute("aria-label", `Rep ${button.textContent}`);
    button.addEventListener("click", () => { choose(at, playing); });
    reps.append(button);
  }
  play.addEventListener("click", () => (playing ? stop() : start()));
  moment.addEventListener("input", () => {
    if (playing) stop();
    clock_s = moment.value / 1000 * ends_s();
    seek();
  });
  for (const button of stage.querySelectorAll("[data-speed]")) {
    button.addEventListener("click", () => {
      speed = Number(button.dataset.speed);
      for (const each of stage.querySelectorAll("[data-speed]")) each.setAttribute("aria-pressed", String(each === button));
    });
  }
  document.getElementById("mirror").addEventListener("change", (event) => {
    films[1]?.classList.toggle("mirrored", event.target.checked);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || event.target.closest("button, input, select, summary, a")) return;
    event.preventDefault();
    play.click();
  });
  choose(0);
} else {
  stage.querySelector(".noshared").hidden = false;
}

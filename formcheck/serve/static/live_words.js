// The words beside the picture, the same on the camera's page and on the big screen.

const id = (name) => document.getElementById(name);
const LEAST_PX = 14, MOST_SHARE = 0.62;

/** Make a text as large as its box allows, without breaking a word. */
export function fit(box) {
  const text = box.firstElementChild;
  let least = LEAST_PX, most = Math.max(LEAST_PX, Math.floor(box.clientHeight * MOST_SHARE));
  const goesIn = (px) => {
    text.style.fontSize = `${px}px`;
    return text.scrollHeight <= box.clientHeight && text.scrollWidth <= box.clientWidth;
  };
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (goesIn(middle)) least = middle; else most = middle - 1;
  }
  goesIn(least);
}

/** The first thing a text says, and the rest of it. */
export function split(text) {
  const found = /^(.+?)(?:\. |: |\.$)(.*)$/s.exec(text);
  return found ? [found[1], found[2].slice(0, 1).toUpperCase() + found[2].slice(1)] : [text, ""];
}

export const clock = (seconds) => {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
};

function put(name, text) {
  const element = id(name);
  if (element.textContent !== text) element.textContent = text;
}

function say(headline, tone, more = "", praise = "", score = "") {
  put("headline", headline);
  id("say").dataset.tone = tone;
  put("more", more);
  put("praise", praise);
  put("score", score);
}

const toneOf = { good: "good", watch: "watch", fault: "fault" };

function verdict(found) {
  if (!found) return say("", "plain");
  const symbol = found.symbol ? `${found.symbol} ` : "";
  say(symbol + found.title, toneOf[found.tone] ?? "unknown", found.say);
}

/** Show a scene; ``nowS`` is the session's time, ``again`` that the last repetition is shown. */
export function show(scene, nowS, again = false) {
  const words = id("words");
  words.dataset.where = scene.where;
  const framing = scene.where === "framing" || scene.where === "ready";
  document.getElementById("stage").dataset.light = framing ? scene.where : "";
  if (framing) {
    const [first, rest] = split(scene.framing.say);
    say(first, scene.where === "ready" ? "good" : "watch", rest);
  } else if (scene.where === "lifting") {
    put("count", String(scene.count));
    put("beside", scene.phase);
    put("tempo", scene.tempo);
    verdict(scene.verdict);
  } else {
    rest(scene, nowS);
    put("tempo", "rest");
    const done = scene.summary;
    if (!done) say("No repetition was counted", "watch", "Start again when you like.");
    else if (again && scene.verdict) {
      verdict(scene.verdict);
      put("more", done.advice);
      put("praise", done.praise);
      put("score", done.score);
    } else say(done.headline, "plain", done.advice, done.praise, done.score);
  }
  fit(id("say"));
}

/** Let the rest's clock go on. */
export function rest(scene, nowS) {
  if (scene.where !== "summary") return;
  const reps = scene.summary ? scene.summary.reps : 0;
  put("count", scene.rested_since_s === null ? String(reps) : clock(nowS - scene.rested_since_s));
  put("beside", `${reps} rep${reps === 1 ? "" : "s"}`);
}

/** Say before there is a scene what is going on. */
export function tell(headline, more = "", tone = "plain") {
  id("words").dataset.where = "framing";
  document.getElementById("stage").dataset.light = "";
  say(headline, tone, more);
  fit(id("say"));
}

/** Say what keeps it from judging; "" when nothing does. */
export function trouble(text) {
  const element = id("trouble");
  put("trouble", text);
  if (element.hidden === Boolean(text)) {
    element.hidden = !text;
    fit(id("say"));
  }
}

"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const video = document.getElementById("player");
  const stage = document.getElementById("stage");
  const now = document.getElementById("now");
  const help = document.getElementById("help");
  const phone = matchMedia("(max-width: 999px)");
  const speeds = [1, 0.5, 0.25];
  const zero = data.video_zero_s;  // the video's own clock starts here in the recording
  let moment = null;

  // A film shows the frame that began before its clock: a hair later is surely the wanted one.
  const hair = 0.002;
  const here = () => (video ? Math.max(0, video.currentTime - hair) + zero : moment || 0);

  const clock = (t) => `${Math.floor(t / 60)}:${(t % 60).toFixed(1).padStart(4, "0")}`;
  const each = (selector, work) => document.querySelectorAll(selector).forEach(work);

  // The video is carried as text and turned into a blob: phones refuse to seek in a data: address.
  const carried = document.getElementById("video-data");
  if (video && carried) {
    const letters = atob(carried.textContent.trim());
    const bytes = new Uint8Array(letters.length);
    for (let i = 0; i < letters.length; i += 1) bytes[i] = letters.charCodeAt(i);
    video.src = URL.createObjectURL(new Blob([bytes], { type: "video/mp4" }));
    carried.remove();
  }
  const without = () => document.body.classList.add("without-video");
  if (!video) without();
  else video.addEventListener("error", without);  // gone, or in a form that this browser can't play

  // A link into something folded opens it.
  const unfold = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    for (let one = target; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", unfold);

  const repAt = (t) => data.reps.find((rep) => t >= rep.start_s - 0.02 && t < rep.end_s);

  function show(t) {
    moment = t;
    charts.show(t);
    const rep = repAt(t);
    each(".card", (card) => card.classList.toggle("playing", Boolean(video) && Boolean(rep) && card.dataset.reps.split(" ").includes(String(rep.index))));
    if (now) now.textContent = `${clock(t)}${rep ? ` · rep ${rep.index} of ${data.reps.length}` : ""}`;
  }

  function pin(on) {
    if (!stage) return;
    if (on && (!phone.matches || stage.classList.contains("pinned"))) return;
    if (on) {
      const box = stage.getBoundingClientRect();
      if (box.top >= 0 && box.bottom <= innerHeight) return;
      stage.style.setProperty("--stage-height", `${stage.offsetHeight}px`);
    }
    stage.classList.toggle("pinned", on);
    document.documentElement.classList.toggle("has-pinned", on);
  }

  function seek(t) {
    if (video) {
      video.pause();
      video.currentTime = Math.max(0, t - zero) + hair;
      pin(true);
    }
    show(t);
  }

  function step(seconds) {
    seek(Math.max(zero, here() + seconds));
  }

  function toRep(direction) {
    const t = here();
    const starts = data.reps.map((rep) => rep.start_s);
    const target = direction > 0
      ? starts.find((start) => start > t + 0.05)
      : starts.filter((start) => start < t - 0.25).pop();
    if (target !== undefined) seek(target);
  }

  const actions = {
    play: () => { if (video) { if (video.paused) video.play(); else video.pause(); } },
    back: () => step(-data.frame_s),
    forward: () => step(data.frame_s),
    "previous-rep": () => toRep(-1),
    "next-rep": () => toRep(1),
    speed: () => {
      if (!video) return;
      video.playbackRate = speeds[(speeds.indexOf(video.playbackRate) + 1) % speeds.length];
    },
  };
  each("[data-do]", (button) => button.addEventListener("click", actions[button.dataset.do]));
  each(".seek", (link) => link.addEventListener("click", (event) => {
    if (document.body.classList.contains("without-video") && link.href) return;  // its file, then
    event.preventDefault();
    seek(Number(link.dataset.t));
  }));

  charts.onSeek(seek);

  if (video) {
    const playButton = document.querySelector("[data-do=play]");
    const follow = () => {
      show(here());
      if (!video.paused) requestAnimationFrame(follow);
    };
    video.addEventListener("play", () => { playButton.textContent = "❚❚"; follow(); });
    video.addEventListener("pause", () => { playButton.textContent = "▶︎"; });
    video.addEventListener("seeked", () => show(here()));
    video.addEventListener("ratechange", () => {
      each("[data-do=speed]", (button) => { button.textContent = `${video.playbackRate}×`; });
    });
    document.getElementById("unpin").addEventListener("click", () => pin(false));
  }

  const keys = {
    " ": actions.play,
    ArrowLeft: () => step(-0.5),
    ArrowRight: () => step(0.5),
    ",": actions.back,
    ".": actions.forward,
    j: actions["next-rep"],
    k: actions["previous-rep"],
    s: actions.speed,
    "+": () => charts.zoom(2),
    "-": () => charts.zoom(0.5),
    0: () => charts.zoom(0),
    "?": () => { if (!help.open) help.showModal(); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    // Space and the arrows belong to the control that has the focus.
    const own = event.target.closest("button, a, summary, video, input, select");
    if (own && (event.key === " " || (own.matches("video, input") && event.key.startsWith("Arrow")))) return;
    const work = keys[event.key];
    if (!work) return;
    event.preventDefault();
    work();
  });

  // On paper stands what isn't good; the rest as far as it was opened.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details.trouble:not([open])")];
    closed.forEach((one) => { one.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((one) => { one.open = false; }));
})();

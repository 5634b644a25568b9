"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const film = document.getElementById("player");
  if (!film) return;
  const zero = data.video_zero_s;
  const hair = 0.002;  // a film shows the frame that began before its clock
  const slow = 0.25;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const shares = (text) => (text ? text.split(" ").map(Number) : null);

  // The picture's share of the video's height: a band for words may be above it. Null for
  // a video of another form than what was analysed: nothing is cut out of that.
  function pictureShare(video) {
    const share = video.videoWidth / video.videoHeight / data.aspect;
    return share < 1.02 ? Math.min(share, 1) : null;
  }

  // --- one moment, again and again, in the large player ---
  const screen = film.parentElement;
  const end = document.getElementById("unloop");
  let loop = null;  // {first, last, box} in the film's own seconds
  let before = 1;

  function closeUp() {
    const part = pictureShare(film);
    film.style.transform = film.style.clipPath = "";
    if (!loop || !loop.box || part === null) return;
    const [left, top, width, height] = loop.box;
    const wide = film.offsetWidth;
    const high = film.offsetHeight;
    // Where the video's picture lies in its element, which it may not fill.
    const fit = Math.min(wide / film.videoWidth, high / film.videoHeight);
    const shown = [film.videoWidth * fit, film.videoHeight * fit];
    const x = (wide - shown[0]) / 2 + (left + width / 2) * shown[0];
    const y = (high - shown[1]) / 2 + (1 - part + (top + height / 2) * part) * shown[1];
    const across = width * shown[0];
    const down = height * part * shown[1];
    const zoom = Math.min(wide / across, high / down);
    const [above, beside] = [y - down / 2, x - across / 2];
    film.style.clipPath = `inset(${above}px ${wide - beside - across}px ${high - above - down}px ${beside}px)`;
    film.style.transform = `translate(${wide / 2 - x * zoom}px, ${high / 2 - y * zoom}px) scale(${zoom})`;
  }

  function stop() {
    if (!loop) return;
    loop = null;
    film.playbackRate = before;
    film.controls = true;
    end.hidden = true;
    screen.classList.remove("looping");
    closeUp();
  }

  function start(first, last, at, box) {
    if (!loop) before = film.playbackRate;
    loop = { first: Math.max(0, first - zero), last: last - zero, box };
    film.playbackRate = slow;
    film.controls = false;
    end.hidden = false;
    screen.classList.add("looping");
    closeUp();
    screen.scrollIntoView({ block: "nearest", behavior: "instant" });
    if (still.matches) return;  // it stands at its moment, until it is played
    film.currentTime = loop.first + hair;
    film.play().catch(() => {});
  }

  function again() {
    if (!loop) return;
    if (film.currentTime >= loop.last || film.ended) {
      film.currentTime = loop.first + hair;
      if (film.ended) film.play().catch(() => {});
    }
    if (!film.paused) requestAnimationFrame(again);
  }
  film.addEventListener("play", again);
  film.addEventListener("ended", again);
  film.addEventListener("loadedmetadata", closeUp);
  // Whoever goes elsewhere in the film wants to see that.
  film.addEventListener("seeking", () => {
    if (loop && (film.currentTime < loop.first - 0.1 || film.currentTime > loop.last + 0.1)) stop();
  });
  new ResizeObserver(closeUp).observe(film);
  end.addEventListener("click", stop);
  screen.addEventListener("click", (event) => {
    if (loop && event.target === film) { if (film.paused) film.play(); else film.pause(); }
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") stop(); });
  document.querySelectorAll(".seek").forEach((link) => link.addEventListener("click", () => {
    stop();
    if (!link.dataset.loop || document.body.classList.contains("without-video")) return;
    const [first, last] = shares(link.dataset.loop);
    start(first, last, Number(link.dataset.t), shares(link.dataset.box));
  }));

  // --- good beside bad: two films on one clock ---
  function along(from, to, x) {
    let at = 1;
    while (at < from.length - 1 && from[at] < x) at += 1;
    const long = from[at] - from[at - 1];
    const share = long > 0 ? Math.min(1, Math.max(0, (x - from[at - 1]) / long)) : 1;
    const slope = long > 0 ? (to[at] - to[at - 1]) / long : 0;
    return [to[at - 1] + share * (to[at] - to[at - 1]), slope];
  }

  const hold = 0.25;  // seconds of the clock that both stand still at the end
  const slack = 0.12;  // seconds that a film may be off before it jumps

  function pairOf(figure) {
    const step = JSON.parse(figure.dataset.clock);
    const whole = step.clock[step.clock.length - 1];
    const slider = figure.querySelector("input");
    const button = figure.querySelector(".pair-play");
    let videos = null;
    let clock = step.at;
    let last = 0;
    let playing = false;

    const want = (one) => {
      const [at, slope] = along(step.clock, step[one.side], Math.min(clock, whole));
      return [at - zero + hair, clock < whole ? slope : 0];
    };

    function load() {
      if (videos) return;
      videos = [...figure.querySelectorAll(".view")].map((view) => {
        const video = document.createElement("video");
        Object.assign(video, { muted: true, playsInline: true, preload: "auto", src: film.currentSrc || film.src });
        video.setAttribute("aria-hidden", "true");
        const box = shares(view.parentElement.dataset.box);
        video.addEventListener("loadedmetadata", () => {
          const part = pictureShare(video);
          if (part === null) { video.remove(); return; }
          const [left, top, width, height] = box;
          video.style.width = `${100 / width}%`;
          video.style.left = `${(-100 * left) / width}%`;
          video.style.top = `${(-100 * (1 / part - 1 + top)) / height}%`;
          video.currentTime = want(one)[0];
        });
        video.addEventListener("seeked", () => video.classList.add("ready"), { once: true });
        const one = { video, side: view.dataset.side };
        view.append(video);
        return one;
      });
    }

    function jump() {
      for (const one of videos) one.video.currentTime = want(one)[0];
    }

    function tick(now) {
      if (!playing) return;
      const ready = videos.every(({ video }) => video.readyState > 2 && !video.seeking);
      if (ready) clock += ((now - last) / 1000) * slow;
      last = now;
      if (clock > whole + hold) {
        clock = 0;
        jump();
      } else if (ready) {
        for (const one of videos) {
          const [at, slope] = want(one);
          const off = at - one.video.currentTime;
          if (Math.abs(off) > slack) one.video.currentTime = at;
          const rate = slope * slow + off;  // what it is off is made up for within a second
          if (rate < 0.07) one.video.pause();
          else {
            one.video.playbackRate = Math.min(rate, 4);
            if (one.video.paused) one.video.play().catch(() => {});
          }
        }
      }
      slider.value = Math.min(clock, whole);
      requestAnimationFrame(tick);
    }

    function play(on) {
      if (on === playing) return;
      playing = on;
      button.textContent = on ? "❚❚" : "▶︎";
      button.setAttribute("aria-label", on ? "Pause both" : "Play both");
      if (!on) {
        if (videos) for (const { video } of videos) video.pause();
        return;
      }
      load();
      if (clock >= whole) clock = 0;
      last = performance.now();
      requestAnimationFrame(tick);
    }

    button.addEventListener("click", () => { figure.dataset.own = "1"; play(!playing); });
    slider.addEventListener("input", () => {
      play(false);
      figure.dataset.own = "1";
      load();
      clock = Number(slider.value);
      jump();
    });
    return play;
  }

  const plays = new Map();
  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const own = target.dataset.own || still.matches || document.body.classList.contains("without-video");
      // Begins by itself once; out of sight it rests, and whoever stopped it has said so.
      if (!isIntersecting) plays.get(target)(false);
      else if (!own) plays.get(target)(true);
    }
  }, { threshold: 0.6 });
  document.querySelectorAll(".pair").forEach((figure) => {
    plays.set(figure, pairOf(figure));
    seen.observe(figure.querySelector(".halves").parentElement);
  });
  addEventListener("beforeprint", () => plays.forEach((play) => play(false)));
})();

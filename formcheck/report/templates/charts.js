"use strict";
// The charts' cursor, zoom and numbers. The drawings are in the page, in seconds and degrees:
// to zoom is to stretch a narrower part, and a number is read off the drawn lines.
const charts = (() => {
  const LEAST_S = 0.5;
  const MOST_TICKS = 8;
  const DRAWN_PX = 6;  // a pointer that moved so far draws, else it taps

  const points = (shape) => Array.from(shape.points, ({ x, y }) => [x, y]);
  const lines = (svg, kind) => [...svg.getElementsByClassName(kind)].map(points);
  const plots = [...document.querySelectorAll(".plot.timed")].map((box) => {
    const svg = box.querySelector("svg");
    const figure = box.closest("figure");
    return {
      box, svg, across: box.querySelector(".across"), readout: figure.querySelector("output"),
      title: figure.querySelector("figcaption b").textContent,
      values: lines(svg, "line"), bands: lines(svg, "band"),
    };
  });
  const [first, , whole] = plots.length ? plots[0].svg.getAttribute("viewBox").split(" ").map(Number) : [0, 0, 1];
  const last = first + whole;
  let from = first;
  let wide = whole;
  let now = null;
  let seek = () => {};

  const clock = (t) => `${Math.floor(t / 60)}:${(t % 60).toFixed(1).padStart(4, "0")}`;
  const within = (t, low, high) => Math.min(high, Math.max(low, t));
  const set = (name, value) => plots.forEach(({ box }) => box.style.setProperty(name, value));

  // Where a line, or the edge of a band, crosses a moment.
  function crossings(shapes, t) {
    const found = [];
    for (const shape of shapes) {
      shape.forEach(([x, y], i) => {
        const [x0, y0] = shape[i - 1] || [x, y];
        if (x !== x0 && (x - t) * (x0 - t) <= 0) found.push(y0 + ((y - y0) * (t - x0)) / (x - x0));
      });
    }
    return found;
  }

  function said({ values, bands }, t) {
    const [value] = crossings(values, t);
    if (value === undefined) return `no number at ${clock(t)}`;
    const edges = crossings(bands, t);
    const sigma = edges.length ? ` ± ${Math.round((Math.max(...edges) - Math.min(...edges)) / 2)}` : "";
    return `${String(Math.round(value)).replace("-", "−")}${sigma}° at ${clock(t)}`;
  }

  function readOut(t) {
    for (const plot of plots) plot.readout.textContent = t === null ? "" : said(plot, t);
  }

  function label() {
    const power = 10 ** Math.floor(Math.log10(wide / MOST_TICKS));
    const step = [1, 2, 5, 10].map((one) => one * power).find((one) => wide / one <= MOST_TICKS);
    const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    for (const { across } of plots) {
      across.textContent = "";
      for (let n = Math.ceil(from / step); n * step <= from + wide; n += 1) {
        const tick = document.createElement("span");
        tick.style.setProperty("--x", n * step);
        tick.textContent = `${(n * step).toFixed(digits)} s`;
        across.append(tick);
      }
    }
  }

  function look(at, width) {
    wide = within(width, Math.min(LEAST_S, whole), whole);
    from = within(at, first, last - wide);
    for (const { svg } of plots) {
      const [, top, , tall] = svg.getAttribute("viewBox").split(" ");
      svg.setAttribute("viewBox", `${from} ${top} ${wide} ${tall}`);
    }
    set("--from", from);
    set("--wide", wide);
    label();
  }

  function zoom(times, t = now) {
    const middle = t !== null && t >= from && t <= from + wide ? t : from + wide / 2;
    if (times) look(middle - (middle - from) / times, wide / times);
    else look(first, whole);
  }

  function show(t) {
    now = t;
    set("--now", t);
    readOut(t);
    for (const plot of plots) {
      plot.box.setAttribute("aria-valuenow", within(t, first, last).toFixed(1));
      plot.box.setAttribute("aria-valuetext", plot.readout.textContent);
    }
    // The film runs out of what is looked at: turn the page.
    if (wide < whole && t >= first && t <= last && (t < from || t > from + wide)) look(t - wide / 10, wide);
  }

  function listen({ box }) {
    let begun = null;
    const timeAt = (event) => {
      const { left, width } = box.getBoundingClientRect();
      return from + within((event.clientX - left) / width, 0, 1) * wide;
    };
    const end = () => {
      begun = null;
      set("--begin", 0);
      set("--end", 0);
    };
    const leave = () => {
      set("--hover", "");
      readOut(now);
    };
    box.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      begun = { x: event.clientX, t: timeAt(event), draws: false };
      box.setPointerCapture(event.pointerId);
    });
    box.addEventListener("pointermove", (event) => {
      const t = timeAt(event);
      if (begun) begun.draws ||= Math.abs(event.clientX - begun.x) > DRAWN_PX;
      if (begun?.draws) {
        set("--begin", Math.min(t, begun.t));
        set("--end", Math.max(t, begun.t));
      }
      set("--hover", t);
      readOut(t);
    });
    box.addEventListener("pointerup", (event) => {
      if (!begun) return;
      const { t, draws } = begun;
      const other = timeAt(event);
      end();
      if (draws) look(Math.min(t, other), Math.abs(other - t));
      else seek(other);
      if (event.pointerType === "touch") leave();
    });
    box.addEventListener("pointercancel", () => { end(); leave(); });
    box.addEventListener("pointerleave", leave);
    box.addEventListener("dblclick", () => zoom(0));
    box.addEventListener("wheel", (event) => {
      const aside = Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (!event.ctrlKey && !(aside && wide < whole)) return;  // the page scrolls
      event.preventDefault();
      if (event.ctrlKey) zoom(2 ** (-event.deltaY / 100), timeAt(event));
      else look(from + (event.deltaX / box.clientWidth) * wide, wide);
    }, { passive: false });
  }

  for (const plot of plots) {
    const { box, title } = plot;
    const marks = { role: "slider", tabindex: "0", "aria-label": `${title}, moment`, "aria-valuemin": first, "aria-valuemax": last, "aria-valuenow": first, "aria-valuetext": "no moment chosen" };
    for (const [name, value] of Object.entries(marks)) box.setAttribute(name, value);
    for (const kind of ["drawn", "hover", "cursor"]) {
      const line = document.createElement("i");
      line.className = kind;
      box.querySelector(".frame").append(line);
    }
    listen(plot);
  }
  document.querySelectorAll("[data-zoom]").forEach((button) => button.addEventListener("click", () => zoom(Number(button.dataset.zoom))));
  document.querySelectorAll(".needs-script").forEach((one) => { one.hidden = false; });

  return { show, zoom, onSeek: (work) => { seek = work; } };
})();

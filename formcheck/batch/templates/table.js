"use strict";
// The table of sets: filters, sorts and pages rows that lie in the page as data. A page
// of rows is built at a time, so ten thousand stay quick. Texts go in as text, never as markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const at = Object.fromEntries(data.columns.map((name, index) => [name, index]));
  const PER_PAGE = 50;
  const ARROWS = { up: ["↗", "rising"], level: ["→", "level"], down: ["↘", "falling"] };
  const SYMBOLS = { fault: "✕", watch: "!" };
  const by = (id) => document.getElementById(id);
  const body = by("rows");
  const DESCENDING = new Set(["look", "date", "load", "reps", "score", "judged"]);
  const state = { q: "", lift: "", show: "", sort: data.show_client ? "look" : "date", down: true, page: 0 };

  const newest = new Map();
  for (const row of data.rows) {
    const day = newest.get(row[at.client]);
    if (day === undefined || row[at.date] > day) newest.set(row[at.client], row[at.date]);
  }
  // As people type a name in a hurry: no capitals, no accents.
  function plain(text) {
    return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
  }

  const words = data.rows.map((row) => [
    data.clients[row[at.client]][0], data.lifts[row[at.lift]], row[at.side], row[at.date],
    data.faults[row[at.fault]], row[at.file], row[at.problem], row[at.why],
  ].filter(Boolean).join(" ")).map(plain);

  const SHOWN = {
    look: (row) => row[at.look] > 0,
    newest: (row) => row[at.date] === newest.get(row[at.client]),
    fault: (row) => row[at.verdict] === "fault",
    failed: (row) => row[at.state] !== "analysed",
  };
  const FALLING_FIRST = { down: 0, level: 1, up: 2 };
  const KEYS = {
    look: (row) => row[at.look],
    client: (row) => data.clients[row[at.client]][0].toLowerCase(),
    lift: (row) => data.lifts[row[at.lift]] ?? null,
    fault: (row) => (row[at.verdict] ? (row[at.verdict] === "fault" ? "0" : "1") + (data.faults[row[at.fault]] ?? "") : null),
    trend: (row) => FALLING_FIRST[row[at.trend]] ?? null,
  };

  function chosen() {
    const wanted = plain(state.q).split(/\s+/).filter(Boolean);
    const shown = SHOWN[state.show];
    const found = [];
    data.rows.forEach((row, index) => {
      if (state.lift !== "" && data.lifts[row[at.lift]] !== state.lift) return;
      if (shown && !shown(row)) return;
      if (!wanted.every((word) => words[index].includes(word))) return;
      found.push(row);
    });
    const key = KEYS[state.sort] ?? ((row) => row[at[state.sort]]);
    const way = state.down ? -1 : 1;
    const keyed = found.map((row) => [key(row), row]);
    keyed.sort(([one, a], [other, b]) => {
      if (one === null || other === null) { // what isn't known comes last, whichever way
        if (one !== other) return one === null ? 1 : -1;
      } else if (one !== other) {
        const order = typeof one === "string" ? one.localeCompare(other) : one - other;
        if (order) return way * order;
      }
      if (state.sort === "look") return 0; // as they come: the worse first
      return a[at.date] < b[at.date] ? 1 : a[at.date] > b[at.date] ? -1 : 0;
    });
    return keyed.map(([, row]) => row);
  }

  function make(tag, text, className) {
    const element = document.createElement(tag);
    if (text !== undefined && text !== null) element.textContent = text;
    if (className) element.className = className;
    return element;
  }

  function cell(name, content, label, number) {
    const td = make("td", undefined, `c-${name}${number ? " num" : ""}`);
    if (content === null || content === "") td.classList.add("empty");
    else if (content instanceof Node) td.append(content);
    else td.textContent = content;
    if (label) td.dataset.label = label;
    return td;
  }

  function link(text, href) {
    const name = make("bdi", text);
    if (!href) return name;
    const a = make("a");
    a.href = href;
    a.append(name);
    return a;
  }

  // What tells a set from others: its picture, and the name that the client gave the film.
  function picture(row) {
    if (!row[at.picture]) return "";
    const image = make("img");
    Object.assign(image, { src: row[at.picture], alt: "", loading: "lazy", width: 56, height: 56 });
    if (!row[at.report]) return image;
    const a = make("a");
    a.href = row[at.report];
    a.setAttribute("aria-label", `Report of ${row[at.file]}`);
    a.append(image);
    return a;
  }

  function lift(row) {
    const box = document.createDocumentFragment();
    const side = row[at.side] ? `, ${row[at.side]}` : "";
    box.append(make("span", `${data.lifts[row[at.lift]] ?? ""}${side}`, "name"), make("bdi", row[at.file], "file"));
    return box;
  }

  function links(row) {
    const box = document.createDocumentFragment();
    if (row[at.report]) box.append(link("Report", row[at.report]));
    if (row[at.film]) box.append(link("Film", row[at.film]));
    return box.childNodes.length ? box : "";
  }

  function thing(row) {
    const box = document.createDocumentFragment();
    const fault = data.faults[row[at.fault]];
    if (fault && row[at.verdict]) {
      const line = make("span", undefined, "thing");
      const mark = make("span", SYMBOLS[row[at.verdict]] ?? "·", `sym ${row[at.verdict]}`);
      mark.setAttribute("role", "img");
      mark.setAttribute("aria-label", row[at.verdict]);
      line.append(mark, fault);
      box.append(line);
    }
    if (row[at.why]) box.append(make("span", row[at.why], "why"));
    return box.childNodes.length ? box : "";
  }

  function trend(row) {
    const found = ARROWS[row[at.trend]];
    if (!found) return "";
    const arrow = make("span", found[0], `arrow t-${row[at.trend]}`);
    arrow.setAttribute("role", "img");
    arrow.setAttribute("aria-label", `Form is ${found[1]}`);
    arrow.title = `Form is ${found[1]}`;
    return arrow;
  }

  function line(row) {
    const tr = make("tr", undefined, row[at.state]);
    if (row[at.look] > 0) tr.classList.add("look");
    if (row[at.verdict] === "fault") tr.classList.add("is-fault");
    const client = data.clients[row[at.client]];
    tr.append(cell("picture", picture(row)));
    if (data.show_client) tr.append(cell("client", link(...client)));
    tr.append(cell("date", row[at.date]));
    if (row[at.state] !== "analysed") {
      const said = row[at.problem].includes(row[at.file]) ? row[at.problem] : `${row[at.file]}: ${row[at.problem]}`;
      const td = cell("problem", make("bdi", said));
      td.colSpan = 8;
      const failed = row[at.state] === "failed";
      const mark = make("b", failed ? "✕ Couldn't be read. " : "? No lift found. ");
      td.prepend(mark);
      tr.append(td);
      return tr;
    }
    const reps = row[at.target] === null ? row[at.reps] : `${row[at.reps]} of ${row[at.target]}`;
    tr.append(
      cell("lift", lift(row)),
      cell("load", row[at.load] === null ? "" : row[at.load] === 0 ? "none" : `${row[at.load]} kg`, "", true),
      cell("reps", reps, "Reps", true),
      cell("score", row[at.score] === null ? "" : Math.round(row[at.score]), "Score", true),
      cell("judged", row[at.judged] === null ? "" : `${Math.round(100 * row[at.judged])} %`, "Judged", true),
      cell("fault", thing(row)),
      cell("trend", trend(row), "Trend"),
      cell("report", links(row)),
    );
    return tr;
  }

  function show() {
    const found = chosen();
    const pages = Math.max(1, Math.ceil(found.length / PER_PAGE));
    state.page = Math.min(Math.max(0, state.page), pages - 1);
    const first = state.page * PER_PAGE;
    const rows = found.slice(first, first + PER_PAGE);
    body.replaceChildren(...rows.map(line));
    if (!rows.length) {
      const tr = make("tr");
      const td = make("td", "Nothing fits. Clear the search or choose “All sets”.");
      td.colSpan = 11;
      tr.append(td);
      body.append(tr);
    }
    const number = (value) => value.toLocaleString("en-GB").replaceAll(",", " ");
    by("count").textContent = found.length === data.rows.length
      ? `${number(found.length)} set${found.length === 1 ? "" : "s"}`
      : `${number(found.length)} of ${number(data.rows.length)} sets`;
    by("place").textContent = rows.length
      ? `${number(first + 1)}–${number(first + rows.length)} of ${number(found.length)}` : "";
    by("pager").hidden = pages === 1;
    by("previous").disabled = state.page === 0;
    by("next").disabled = state.page === pages - 1;
    for (const th of document.querySelectorAll("th[data-sort]")) {
      if (th.dataset.sort === state.sort) th.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
    }
    by("sort").value = state.sort;
    remember();
  }

  // What was chosen lies in the address, so that "back" from a report finds it again.
  function remember() {
    const { q, lift, show: shown, sort, down, page } = state;
    const hash = new URLSearchParams({ q, lift, show: shown, sort, down: down ? "1" : "", page: String(page) });
    try { history.replaceState(null, "", `#${hash}`); } catch { /* a page from disk may not be allowed to */ }
  }

  function recall() {
    const hash = new URLSearchParams(location.hash.slice(1));
    if (!hash.has("sort")) return;
    state.q = hash.get("q") ?? "";
    state.lift = data.lifts.includes(hash.get("lift")) ? hash.get("lift") : "";
    state.show = hash.get("show") in SHOWN ? hash.get("show") : "";
    if (document.querySelector(`#sort option[value="${CSS.escape(hash.get("sort"))}"]`)) state.sort = hash.get("sort");
    state.down = hash.get("down") === "1";
    state.page = Number.parseInt(hash.get("page"), 10) || 0;
  }

  function sortBy(name) {
    state.down = state.sort === name ? !state.down : DESCENDING.has(name);
    state.sort = name;
    state.page = 0;
    show();
  }

  for (const lift of data.lifts) by("lift").append(new Option(lift, lift));
  recall();
  by("q").value = state.q;
  by("lift").value = state.lift;
  by("show").value = state.show;
  let waiting;
  by("q").addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { state.q = event.target.value; state.page = 0; show(); }, 120);
  });
  for (const name of ["lift", "show"]) {
    by(name).addEventListener("change", (event) => { state[name] = event.target.value; state.page = 0; show(); });
  }
  by("sort").addEventListener("change", (event) => { state.sort = ""; sortBy(event.target.value); });
  for (const th of document.querySelectorAll("th[data-sort]")) {
    th.firstElementChild.addEventListener("click", () => sortBy(th.dataset.sort));
  }
  by("look-first")?.addEventListener("click", () => {
    Object.assign(state, { q: "", lift: "", show: "", sort: "look", down: true, page: 0 });
    for (const name of ["q", "lift", "show"]) by(name).value = "";
    show();
  });
  const turn = (pages) => () => { state.page += pages; show(); by("table").scrollIntoView({ block: "start" }); };
  by("previous").addEventListener("click", turn(-1));
  by("next").addEventListener("click", turn(1));
  show();
})();

// Set-up: line numbers for the limits, taking a standard one over, and how judging again goes.
import { hear } from "./desk.js";

const own = document.getElementById("own");
const lines = document.getElementById("lines");
const refused = document.getElementById("refused");
const wrong = Number(refused?.dataset.line ?? 0);

lines.hidden = false;
function count() {
  const all = own.value.split("\n").length;
  lines.replaceChildren();
  for (let at = 1; at <= Math.max(all, own.rows); at += 1) {
    const number = document.createElement(at === wrong ? "b" : "span");
    number.textContent = at;
    lines.append(number, "\n");
  }
  lines.scrollTop = own.scrollTop;
}
own.addEventListener("input", count);
own.addEventListener("scroll", () => { lines.scrollTop = own.scrollTop; });
count();

function go(line) {
  const before = own.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  const end = own.value.indexOf("\n", before);
  own.focus();
  own.setSelectionRange(before, end < 0 ? own.value.length : end);
  own.scrollTop = Math.max(0, (line - 4) * parseFloat(getComputedStyle(own).lineHeight));
}
if (wrong) go(wrong);

for (const button of document.querySelectorAll("[data-take]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const { take, watch, fault } = button.dataset;
    const there = own.value.split("\n").findIndex((line) => line.trim() === `[${take}]`);
    if (there < 0) {
      const gap = own.value.trim() ? `${own.value.trimEnd()}\n\n` : "";
      own.value = `${gap}[${take}]\nwatch = ${parseFloat(watch)}\nfault = ${parseFloat(fault)}\nsource = ""\n`;
      count();
    }
    go(own.value.split("\n").findIndex((line) => line.trim() === `[${take}]`) + 2);
    own.scrollIntoView({ block: "center" });
  });
}

const find = document.getElementById("find");
find.parentElement.hidden = false;
find.addEventListener("input", () => {
  const words = find.value.toLowerCase().split(/\s+/);
  for (const row of document.querySelectorAll("#table tbody tr")) {
    row.hidden = !words.every((word) => row.dataset.find.includes(word));
  }
});

const again = document.getElementById("rescore");
if (!again.hidden) {
  const bar = document.getElementById("rescore-bar");
  const told = document.getElementById("rescore-told");
  let todo = 0, done = 0;
  hear((event) => {
    if (event.event === "plan") { todo = event.todo; done = 0; }
    if (event.event === "set") done += 1;
    if (todo) {
      bar.max = todo;
      bar.value = Math.min(done, todo);
      told.textContent = `${Math.min(done, todo)} of ${todo}`;
    }
    if (event.event === "rescored") { told.textContent = "Done."; bar.max = bar.value = 1; }
    if (event.event === "trouble") told.textContent = event.message;
  });
}

// A client's page: copying and sharing the link, and choices that are kept at once.
const told = (button, words) => {
  const before = button.textContent;
  button.textContent = words;
  setTimeout(() => { button.textContent = before; }, 2000);
};

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      told(button, "Copied");
    } catch { // not over plain http from another machine: then it is marked to copy by hand
      const field = button.closest("[data-link]").querySelector("[data-address]");
      field.select();
      told(button, document.execCommand("copy") ? "Copied" : "Marked: copy it now");
    }
  });
}

for (const button of document.querySelectorAll("[data-share]")) {
  if (!navigator.share) continue;
  button.hidden = false;
  button.addEventListener("click", () => navigator.share({ text: button.dataset.share }).catch(() => {}));
}

for (const box of document.querySelectorAll("[data-at-once]")) {
  box.form.querySelector("[data-keep]").hidden = true;
  box.addEventListener("change", () => box.form.requestSubmit());
}

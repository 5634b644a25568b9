"use strict";
// Copies the message. A page from disk may not use the clipboard: then it is marked to copy by hand.
(() => {
  const button = document.getElementById("copy");
  const text = document.getElementById("message");
  const mark = () => {
    const range = document.createRange();
    range.selectNodeContents(text);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };
  const say = (words) => {
    button.textContent = words;
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  };
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.textContent);
      say("Copied");
    } catch {
      mark();
      say(document.execCommand("copy") ? "Copied" : "Marked: copy it now");
    }
  });
})();

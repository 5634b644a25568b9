"use strict";
const player = document.getElementById("player");
const data = document.getElementById("video-data");
if (player && data) {
  const bytes = Uint8Array.from(atob(data.textContent), (one) => one.charCodeAt(0));
  player.src = URL.createObjectURL(new Blob([bytes], { type: "video/mp4" }));
  data.remove();
}
for (const button of document.querySelectorAll("[data-speed]")) {
  button.addEventListener("click", () => {
    player.playbackRate = Number(button.dataset.speed);
    for (const one of document.querySelectorAll("[data-speed]")) {
      one.setAttribute("aria-pressed", String(one === button));
    }
    player.play();
  });
}

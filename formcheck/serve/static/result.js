// A client's result page: the film with its lines, and moments that lead to it.
import { Player, followMoments, followTimeline, playerKey } from "./player.js";

const stage = document.querySelector("#stage");
const player = new Player(stage);
window.formcheckPlayer = player; // for whoever looks closer, and for tests
followTimeline(player, stage);
followMoments(player);
player.fit?.addEventListener("click", () => player.toggle());
stage.addEventListener("click", (event) => {
  const moment = event.target.closest(".moment");
  if (moment) player.seek(Number(moment.dataset.t));
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, button, a, summary, audio")) return;
  if (playerKey(player, event.key)) event.preventDefault();
});

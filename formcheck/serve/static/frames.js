// A few small pictures of a film's first seconds, drawn in the browser before it is sent.

const PICTURES = 8, LONGEST_PX = 640, QUALITY = 0.8;
const FROM_S = 3, TO_S = 10, EDGE_S = 0.3; // the lifter has walked to the bar by then
const STILL_PX = 128;
const SEEK_WITHIN_MS = 4000;

const happens = (target, name, within = SEEK_WITHIN_MS) => new Promise((done, not) => {
  const timer = setTimeout(() => not(new Error(`no ${name}`)), within);
  target.addEventListener(name, () => { clearTimeout(timer); done(); }, { once: true });
  target.addEventListener("error", () => { clearTimeout(timer); not(new Error("unreadable")); }, { once: true });
});

/** Give JPEGs of a film, and show the first in `still`; none where this browser can't play it. */
export async function frames(film, still) {
  const player = document.createElement("video");
  const address = URL.createObjectURL(film);
  Object.assign(player, { muted: true, playsInline: true, preload: "auto", src: address });
  const pictures = [];
  try {
    await happens(player, "loadeddata", 3 * SEEK_WITHIN_MS);
    const long = Number.isFinite(player.duration) ? player.duration : TO_S;
    const from = long > 2 * FROM_S ? FROM_S : Math.min(EDGE_S, long / 4);
    const to = Math.max(Math.min(TO_S, long - EDGE_S), from);
    const scale = Math.min(1, LONGEST_PX / Math.max(player.videoWidth, player.videoHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(player.videoWidth * scale);
    canvas.height = Math.round(player.videoHeight * scale);
    const pen = canvas.getContext("2d", { alpha: false });
    for (let at = 0; at < PICTURES; at += 1) {
      const sought = happens(player, "seeked");
      player.currentTime = from + ((to - from) * at) / (PICTURES - 1);
      await sought;
      pen.drawImage(player, 0, 0, canvas.width, canvas.height);
      if (at === 0) show(canvas, still);
      pictures.push(await new Promise((done) => { canvas.toBlob(done, "image/jpeg", QUALITY); }));
    }
  } catch { /* what was drawn is enough, or there is none */ } finally {
    player.removeAttribute("src");
    player.load();
    URL.revokeObjectURL(address);
  }
  return pictures.filter(Boolean);
}

/** Draw a picture small, twice as sharp as it is shown. */
function show(from, to) {
  const scale = (2 * STILL_PX) / Math.max(from.width, from.height);
  to.width = Math.round(from.width * scale);
  to.height = Math.round(from.height * scale);
  to.getContext("2d").drawImage(from, 0, 0, to.width, to.height);
}

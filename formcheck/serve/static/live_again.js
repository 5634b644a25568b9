// The last repetition once more, slowed: its pictures are kept here, in the page, alone.
import { cleared, draw, placed } from "./live_lines.js";

const KEPT_S = 15, MOST_BYTES = 24e6, AROUND_S = 0.3, SLOWED = 4, PAUSE_S = 1;

export class Again {
  #recent = [];
  #bytes = 0;
  #held = [];
  #since = null;
  #shown = -1;

  /** Keep a picture for a while. */
  add(time, blob) {
    this.#recent.push({ time, blob, seen: null });
    this.#bytes += blob.size;
    while (this.#bytes > MOST_BYTES || time - this.#recent[0].time > KEPT_S) this.#bytes -= this.#recent.shift().blob.size;
  }

  /** Note what was seen in one. */
  saw(time, seen) {
    const one = this.#recent.findLast((kept) => kept.time === time);
    if (one) one.seen = seen;
  }

  /** Hold the pictures of a repetition, in place of those of the one before. */
  hold(start, end) {
    this.#held = this.#recent.filter((one) => one.time >= start - AROUND_S && one.time <= end + AROUND_S);
    this.stop();
  }

  forget() {
    this.#recent = [];
    this.#held = [];
    this.#bytes = 0;
    this.stop();
  }

  stop() {
    this.#since = null;
    this.#shown = -1;
  }

  get ready() {
    return this.#held.length > 1;
  }

  /** Show what is to be shown at this moment, with what was seen in it. */
  async step(canvas, lines) {
    if (!this.ready) return;
    this.#since ??= performance.now();
    const held = this.#held, first = held[0].time, span = held.at(-1).time - first;
    const shownS = ((performance.now() - this.#since) / 1000) % (SLOWED * span + PAUSE_S);
    const filmS = Math.min(shownS / SLOWED, span);
    const at = Math.max(0, held.findLastIndex((one) => one.time - first <= filmS));
    if (at === this.#shown) return;
    this.#shown = at;
    const picture = await createImageBitmap(held[at].blob);
    if (this.#since !== null) {
      const [pen, box] = cleared(canvas);
      const place = placed(picture.width, picture.height, box);
      pen.drawImage(picture, place.left, place.top, place.width, place.height);
      draw(cleared(lines)[0], held[at].seen, place);
    }
    picture.close();
  }
}

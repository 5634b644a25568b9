// The camera's pictures on their way to the desk: at most two at a time, the newest wins.
import { csrf } from "./desk.js";

const MOST_UNDERWAY = 2, LONGER_SIDE_PX = 960, QUALITY = 0.8, STAMP_BYTES = 8;
const LOST_AFTER_MS = 3000; // a picture that nobody has answered for by then is taken for lost
const AGAIN_AFTER_MS = [1000, 2000, 4000];
const BUSY = 4409, REFUSED = 1008;

const name = Array.from(crypto.getRandomValues(new Uint8Array(8)), (one) => one.toString(16).padStart(2, "0")).join("");

/** Open a camera: "environment", "user" or a device's own name. */
export async function openCamera(which) {
  const choice = which === "environment" || which === "user" ? { facingMode: { ideal: which } } : { deviceId: { exact: which } };
  return navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { ...choice, width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 }, resizeMode: "none" },
  });
}

/** Sends a video's pictures; ``told`` gets what comes back, ``sent`` each picture. */
export class Link {
  #video; #told; #sent; #hello;
  #canvas = document.createElement("canvas");
  #socket = null;
  #zero = null;
  #freshS = null;
  #encoding = false;
  #underway = [];
  #ready = false;
  #closed = false;
  #tries = 0;
  everReady = false;
  taken = 0;
  left = 0;

  constructor(video, hello, told, sent) {
    this.#video = video;
    this.#hello = hello;
    this.#told = told;
    this.#sent = sent;
    this.#connect();
    this.#watch();
  }

  /** The session's time at this moment: seconds since the first picture. */
  get nowS() {
    return this.#zero === null ? 0 : (performance.now() - this.#zero) / 1000;
  }

  do(wish) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(wish));
  }

  /** Film here although another page does. */
  takeOver() {
    this.#hello.instead = true;
    this.#connect();
  }

  close() {
    this.#closed = true;
    this.do({ do: "stop" });
  }

  drop() {
    this.#closed = true;
    this.#socket?.close();
  }

  #connect() {
    const way = new URL("/live/camera", location.href);
    way.protocol = way.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(way);
    this.#socket = socket;
    this.#ready = false;
    this.#underway = [];
    socket.binaryType = "arraybuffer";
    socket.onopen = () => socket.send(JSON.stringify({ csrf: csrf(), camera: name, ...this.#hello }));
    socket.onmessage = (message) => this.#hear(JSON.parse(message.data));
    socket.onclose = (event) => this.#lost(event);
  }

  #lost(event) {
    this.#ready = false;
    const over = this.#closed || event.code === BUSY || event.code === REFUSED || event.code === 1000;
    this.#told({ event: "closed", over });
    if (over) return;
    const wait = AGAIN_AFTER_MS[Math.min(this.#tries++, AGAIN_AFTER_MS.length - 1)];
    setTimeout(() => { if (!this.#closed) this.#connect(); }, wait);
  }

  #hear(event) {
    if (event.event === "ready") {
      this.#ready = this.everReady = true;
      this.#tries = 0;
      this.#hello.instead = false;
    }
    if (event.event === "looked") this.#underway = this.#underway.filter((one) => one.time > event.time_s);
    this.#told(event);
    if (event.event === "looked" || event.event === "ready") this.#pump();
  }

  /** Note every picture with the moment at which it was taken. */
  #watch() {
    const video = this.#video;
    const next = (now, about) => {
      if (this.#closed) return;
      const at = about?.captureTime ?? now;
      this.#zero ??= at;
      this.taken++;
      if (this.#freshS !== null) this.left++;
      this.#freshS = (at - this.#zero) / 1000;
      this.#draw();
      this.#pump();
      again();
    };
    const again = () => (video.requestVideoFrameCallback ? video.requestVideoFrameCallback(next) : requestAnimationFrame(next));
    again();
  }

  #draw() {
    const { videoWidth, videoHeight } = this.#video;
    const scale = Math.min(1, LONGER_SIDE_PX / Math.max(videoWidth, videoHeight));
    const width = Math.round(videoWidth * scale), height = Math.round(videoHeight * scale);
    if (this.#canvas.width !== width || this.#canvas.height !== height) Object.assign(this.#canvas, { width, height });
    this.#canvas.getContext("2d", { alpha: false }).drawImage(this.#video, 0, 0, width, height);
  }

  #pump() {
    this.#underway = this.#underway.filter((one) => performance.now() - one.sent < LOST_AFTER_MS);
    if (!this.#ready || this.#encoding || this.#freshS === null || this.#underway.length >= MOST_UNDERWAY) return;
    const time = this.#freshS;
    this.#freshS = null;
    this.#encoding = true;
    this.#canvas.toBlob(async (blob) => {
      const bytes = blob && (await blob.arrayBuffer());
      this.#encoding = false;
      if (bytes && this.#ready && this.#socket.readyState === WebSocket.OPEN) {
        const message = new Uint8Array(STAMP_BYTES + bytes.byteLength);
        new DataView(message.buffer).setFloat64(0, time, true);
        message.set(new Uint8Array(bytes), STAMP_BYTES);
        this.#underway.push({ time, sent: performance.now() });
        this.#socket.send(message);
        this.#sent(time, blob);
      }
      this.#pump();
    }, "image/jpeg", QUALITY);
  }
}

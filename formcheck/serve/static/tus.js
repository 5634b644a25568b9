// Sends a film in parts that can be cut off at any moment: the tus 1.0 protocol.
// What is on its way is remembered by the film's name, size and date, so that it goes on
// after the page was closed. Errors that waiting mends are waited for.

const PART_BYTES = 8 * 1024 * 1024;
const FIRST_WAIT_MS = 1000, LONGEST_WAIT_MS = 30000;
const SILENT_MS = 60000; // no byte moved for so long: the connection is dead
const KEEPING_MS = 600000; // and after the last byte: a large film is read once more before it is acknowledged
const HEADERS = { "Tus-Resumable": "1.0.0" };
const WAITS_MEND = new Set([0, 408, 409, 423, 425, 500, 502, 503, 504]);
const PREFIX = "formcheck-film:";

/** What the server or the network said no to; `status` 0 for the network. */
export class Refused extends Error {
  constructor(status, said) { super(said); this.status = status; }
}

/** What is remembered of unfinished films of this page: [{name, size, share, fields}]. */
export function unfinished(way) {
  const found = [];
  try {
    for (let at = 0; at < localStorage.length; at += 1) {
      const key = localStorage.key(at);
      if (key.startsWith(PREFIX + way)) found.push(JSON.parse(localStorage.getItem(key)));
    }
  } catch { /* nothing is remembered in a private window */ }
  return found;
}

const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

export class Upload {
  /**
   * @param way where uploads begin, "/c/…/files"
   * @param film a File
   * @param fields what is said with it
   * @param told called with {sent, size, state}: "sending", "waiting", "paused"
   */
  constructor(way, film, fields, told) {
    Object.assign(this, { way, film, fields, told });
    this.key = `${PREFIX}${way}:${film.name}:${film.size}:${film.lastModified}`;
    this.sent = 0;
    this.paused = false;
    this.ended = false;
    this.wake = () => {};
  }

  /** Send it; ends when all is acknowledged, or throws Refused. False: it was cancelled. */
  async run() {
    const online = () => this.wake();
    const offline = () => this.request?.abort();
    addEventListener("online", online);
    addEventListener("offline", offline);
    let wait = FIRST_WAIT_MS;
    try {
      this.address = this.remembered()?.address;
      while (!this.ended) {
        if (this.paused) { this.tell("paused"); await this.sleep(); continue; }
        const before = this.sent;
        try {
          this.tell("sending");
          await this.goOn();
          this.forget();
          return true;
        } catch (problem) {
          if (this.ended || this.paused) continue;
          if (problem.status === 404 && this.address) { // it has expired: begin anew, once
            this.forget();
            this.address = undefined;
            this.sent = 0;
            continue;
          }
          if (!WAITS_MEND.has(problem.status)) throw problem;
          if (!(await this.isThere())) throw new Refused(-1, "The film can’t be read any more. Choose it again.");
          if (this.sent > before) wait = FIRST_WAIT_MS;
          this.tell("waiting");
          await this.sleep(wait * (0.75 + Math.random() / 2));
          wait = Math.min(wait * 2, LONGEST_WAIT_MS);
        }
      }
      return false;
    } finally {
      removeEventListener("online", online);
      removeEventListener("offline", offline);
    }
  }

  pause() { this.paused = true; this.request?.abort(); }
  resume() { this.paused = false; this.wake(); }

  async cancel() {
    this.ended = true;
    this.request?.abort();
    this.wake();
    if (this.address) await this.ask("DELETE", this.address).catch(() => {});
    this.forget();
  }

  async goOn() {
    if (this.address) this.sent = Number((await this.ask("HEAD", this.address))("Upload-Offset"));
    else await this.begin();
    let said = JSON.stringify(this.remembered()?.fields) !== JSON.stringify(this.fields);
    while (this.sent < this.film.size) {
      const from = this.sent;
      const part = this.film.slice(from, from + PART_BYTES);
      const headers = { "Upload-Offset": from, "Content-Type": "application/offset+octet-stream" };
      if (said) headers["Upload-Metadata"] = this.said(); // otherwise than before the page was closed
      said = false;
      const answer = await this.ask("PATCH", this.address, headers, part, (sent) => {
        this.sent = from + sent;
        this.tell("sending");
      }).catch((problem) => { this.sent = from; throw problem; });
      this.sent = Number(answer("Upload-Offset"));
      this.remember();
      this.tell("sending");
    }
  }

  async begin() {
    const answer = await this.ask("POST", this.way, { "Upload-Length": this.film.size, "Upload-Metadata": this.said() });
    this.address = answer("Location");
    this.sent = 0;
    this.remember();
  }

  said() {
    const said = Object.entries({ filename: this.film.name, filetype: this.film.type, ...this.fields });
    return said.filter(([, text]) => text).map(([name, text]) => `${name} ${base64(text)}`).join(",");
  }

  /** Ask the server; gives what reads the answer's headers. */
  ask(method, address, headers = {}, body = null, moved = () => {}) {
    return new Promise((good, bad) => {
      const request = new XMLHttpRequest();
      this.request = request;
      let timer;
      const alive = (ms = SILENT_MS) => { clearTimeout(timer); timer = setTimeout(() => request.abort(), ms); };
      const cut = () => { clearTimeout(timer); bad(new Refused(0, "The connection was cut.")); };
      request.open(method, address);
      for (const [name, value] of Object.entries({ ...HEADERS, ...headers })) request.setRequestHeader(name, value);
      request.upload.onprogress = (event) => { alive(); moved(event.loaded); };
      request.upload.onload = () => alive(KEEPING_MS);
      request.onerror = request.onabort = request.ontimeout = cut;
      request.onload = () => {
        clearTimeout(timer);
        if (request.status >= 200 && request.status < 300) good((name) => request.getResponseHeader(name));
        else bad(new Refused(request.status, saidIn(request)));
      };
      alive();
      request.send(body);
    });
  }

  /** Whether the film is still on this phone as it was chosen. */
  isThere() {
    return this.film.slice(this.sent, this.sent + 1).arrayBuffer().then(() => true, () => false);
  }

  tell(state) { this.told({ sent: this.sent, size: this.film.size, state }); }

  /** Wait until woken, or for so long. */
  sleep(ms) {
    return new Promise((done) => {
      const timer = ms === undefined ? 0 : setTimeout(done, ms);
      this.wake = () => { clearTimeout(timer); done(); };
    });
  }

  remembered() {
    try { return JSON.parse(localStorage.getItem(this.key)); } catch { return null; }
  }

  remember() {
    const { name, size } = this.film;
    const kept = { address: this.address, name, size, share: this.sent / size, fields: this.fields };
    try { localStorage.setItem(this.key, JSON.stringify(kept)); } catch { /* not in a private window */ }
  }

  forget() {
    try { localStorage.removeItem(this.key); } catch { /* nothing was kept */ }
  }
}

function saidIn(request) {
  try { return JSON.parse(request.responseText).detail; } catch { return `The server answered ${request.status}.`; }
}

// Spoken cues by the device's own voices, and a tone for a good repetition. Off at first.
const TONE_HZ = 880, TONE_S = 0.18;

export class Sound {
  #on = false;
  #voice = null;
  #audio = null;

  /** Whether this device can speak by itself: a voice from a server would send the words there. */
  get voice() {
    const own = window.speechSynthesis?.getVoices().filter((one) => one.localService) ?? [];
    return own.find((one) => one.lang.startsWith("en")) ?? own[0] ?? null;
  }

  get on() {
    return this.#on;
  }

  /** Switch it; called by a press, as browsers want it. */
  switch(on) {
    this.#on = on;
    this.#voice = this.voice;
    if (on) {
      this.#audio ??= new AudioContext();
      this.#audio.resume();
    } else window.speechSynthesis?.cancel();
  }

  /** Say a text, in place of what is still being said. */
  say(text) {
    if (!this.#on || !this.#voice || !text) return;
    const words = new SpeechSynthesisUtterance(text);
    words.voice = this.#voice;
    words.lang = this.#voice.lang;
    window.speechSynthesis.cancel();
    window.speechSynthesis.speak(words);
  }

  tone() {
    if (!this.#on || !this.#audio) return;
    const from = this.#audio.currentTime, note = this.#audio.createOscillator(), swell = this.#audio.createGain();
    note.frequency.value = TONE_HZ;
    swell.gain.setValueAtTime(0, from);
    swell.gain.linearRampToValueAtTime(0.3, from + TONE_S / 2);
    swell.gain.linearRampToValueAtTime(0, from + TONE_S);
    note.connect(swell).connect(this.#audio.destination);
    note.start(from);
    note.stop(from + TONE_S);
  }
}

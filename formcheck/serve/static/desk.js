// What every screen's script may use: requests that bring the session's token.
export const csrf = () => document.querySelector('meta[name="csrf"]').content;

/** Send JSON to our own server; throws with what it answered. */
export async function ask(way, body, method = "POST") {
  const answer = await fetch(way, {
    method,
    headers: {
      "X-CSRF-Token": csrf(), Accept: "application/json",
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const said = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (!answer.ok) throw new Error(said?.detail ?? `The server answered ${answer.status}.`);
  return said;
}

/** Hear what happens at the desk; gives the EventSource. */
export function hear(told) {
  const source = new EventSource("/events");
  source.onmessage = (message) => told(JSON.parse(message.data));
  return source;
}

/* Sends an entry until the server has named its key, or has said that it will never take it.

   What can become of it: Saved. Offline or Slow: no word of the server. Out: signed out. Denied: this person may not.
   Broken: the server has a fault or too much to do. Away: it does not know the page at the moment. Refused: it will
   never take it. */
import { ageOf, forget, isOver, person, take } from "./outbox.js";

/* The cookie first: after signing in again in another tab the token of this page is too old. */
function token() {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return cookie ? cookie[1] : (document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "");
}

async function post(entry) {
  const body = new URLSearchParams(entry.fields);
  body.set("csrfmiddlewaretoken", token());
  body.set("age", ageOf(entry));
  const response = await fetch(entry.action, {
    method: "POST",
    body,
    headers: { Accept: "text/html", "X-Fragment": "1", "X-Person": person, "X-Requested-With": "XMLHttpRequest" },
    signal: AbortSignal.timeout(8000),
  });
  const { status, headers } = response;
  // Somebody else has signed in in another tab: this page is over, and the entry waits here for its own person.
  if (status === 412) location.reload();
  const saved = response.ok && headers.get("X-Saved") === entry.key;
  if (saved || headers.has("X-Final")) {
    return { state: saved ? "Saved" : "Refused", html: await response.text(), next: headers.get("X-Next") };
  }
  const after = Number(headers.get("Retry-After")) * 1000 || 0;
  if (status === 403) {
    const { error, sign_in: door } = await response.json().catch(() => ({}));
    return door ? { state: "Out", door } : { state: "Denied", sentence: error };
  }
  // 400 and 404 too: a lesson is away while it is being changed, and comes back.
  if (status >= 400 && status < 500 && ![408, 412, 429].includes(status)) return { state: "Away", after };
  const plain = headers.get("Content-Type")?.startsWith("text/plain");
  return { state: "Broken", sentence: plain && (await response.text()), after };
}

/* Infinity: until a sign comes. */
function pause(milliseconds, signs) {
  return new Promise((done) => {
    const all = new AbortController();
    const end = () => (clearTimeout(timer), all.abort(), done());
    const timer = Number.isFinite(milliseconds) && setTimeout(end, milliseconds);
    for (const sign of signs) addEventListener(sign, end, { signal: all.signal });
  });
}

const longest = { Offline: 6000, Slow: 6000, Broken: 60000, Denied: Infinity };

/* Without connection after 1, 2, 4, 6, 6 … seconds, while the site is broken in pauses that grow to a minute, otherwise
   to five; never before the server asked for. What it refuses is sent again only when the person asks for it. `tell` is
   called with each state in which it could not be saved yet. */
export async function deliver(entry, tell) {
  take(entry);
  for (let wait = 1000; ; wait *= 2) {
    const slow = setTimeout(tell, 4000, { state: "Slow" });
    const result = await post(entry).catch(({ name }) => ({ state: name === "TimeoutError" ? "Slow" : "Offline" }));
    clearTimeout(slow);
    if (result.state === "Saved" || result.state === "Refused") {
      forget(entry);
      return result;
    }
    if (!isOver(entry)) {
      tell(result);
      const most = longest[result.state] ?? 300000;
      wait = Math.min(wait, most, 300000);
      const asked = Math.min(result.after || 0, 300000) * (1 + Math.random() / 2);
      const rest = most === Infinity ? Infinity : Math.max(asked, wait * (0.75 + Math.random() / 2));
      await pause(rest, asked || rest === Infinity ? ["outbox"] : ["outbox", "online", "focus"]);
    }
    if (isOver(entry)) return { state: "Over" };
  }
}

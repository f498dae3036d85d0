/* Sends an entry until the server has named its key, or has said that it will never take it. */
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
  const door = status === 403 && (await response.json().catch(() => ({}))).sign_in;
  if (door) return { state: "Out", door };
  // 400 and 404 too: a lesson is away while it is being changed, and comes back.
  const away = status >= 400 && status < 500 && ![403, 408, 412, 429].includes(status);
  return { state: away ? "Away" : "Unsaved", after: Number(headers.get("Retry-After")) * 1000 || 0 };
}

function pause(milliseconds, signs) {
  return new Promise((done) => {
    const all = new AbortController();
    const end = () => (clearTimeout(timer), all.abort(), done());
    const timer = setTimeout(end, milliseconds);
    for (const sign of signs) addEventListener(sign, end, { signal: all.signal });
  });
}

/* Without connection after 1, 2, 4, 6, 6 … seconds, otherwise in pauses that grow to five minutes; never before the
   server asked for. `tell` is called with each state in which it could not be saved yet. */
export async function deliver(entry, tell) {
  take(entry);
  for (let wait = 1000; ; wait *= 2) {
    const slow = setTimeout(tell, 4000, { state: "Unsaved" });
    const result = await post(entry).catch(() => ({ state: "Unsaved" }));
    clearTimeout(slow);
    if (result.state === "Saved" || result.state === "Refused") {
      forget(entry);
      return result;
    }
    if (!isOver(entry)) {
      tell(result);
      wait = Math.min(wait, result.state === "Unsaved" ? 6000 : 300000);
      const asked = Math.min(result.after || 0, 300000) * (1 + Math.random() / 2);
      await pause(Math.max(asked, wait * (0.75 + Math.random() / 2)), asked ? ["outbox"] : ["outbox", "online", "focus"]);
    }
    if (isOver(entry)) return { state: "Over" };
  }
}

/* Answers that the server has not acknowledged yet. They are kept by person and address (with its #part), sent again by
   themselves, also after a reload or a restart of the browser, and forgotten when the server names their key.
   The server knows a second copy by the key, so sending twice is safe. */
const person = document.documentElement.dataset.user ?? "";
const prefix = `answer:${person}:`;
const month = 30 * 24 * 60 * 60 * 1000;

export function keep(entry) {
  if (!person) return;
  try {
    localStorage.setItem(prefix + entry.action, JSON.stringify({ ...entry, at: Date.now() }));
  } catch {
    // no storage (private window, full disk): it is still sent from this page
  }
}

export function forget(entry) {
  try {
    if (waitingAt(entry.action)?.key === entry.key) localStorage.removeItem(prefix + entry.action);
  } catch {
    // nothing was kept
  }
}

export function waitingAt(action) {
  return waiting().find((entry) => entry.action === action);
}

export function waiting() {
  if (!person) return [];
  try {
    return Object.keys(localStorage)
      .filter((name) => name.startsWith(prefix))
      .map((name) => JSON.parse(localStorage.getItem(name)))
      .filter((entry) => Date.now() - entry.at < month);
  } catch {
    return [];
  }
}

/* The cookie first: after signing in again in another tab the token of this page is too old. */
function token() {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return cookie ? cookie[1] : (document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "");
}

async function post(entry) {
  const body = new URLSearchParams(entry.fields);
  body.set("csrfmiddlewaretoken", token());
  const response = await fetch(entry.action, {
    method: "POST",
    body,
    headers: { Accept: "text/html", "X-Fragment": "1", "X-Person": person },
    signal: AbortSignal.timeout(8000),
  });
  // Somebody else has signed in in another tab: this page is over, and the answer waits here for its own person.
  if (response.status === 412) location.reload();
  const saved = response.ok && response.headers.get("X-Saved") === entry.key;
  // A fragment of ours, or a status that will not change: this answer is never taken, asking again is useless.
  const final = [400, 404, 409, 410, 413, 422].includes(response.status) || response.headers.has("X-Fragment");
  const refused = !saved && response.status < 500 && final;
  return { saved, refused, html: saved || refused ? await response.text() : "" };
}

function pause(milliseconds) {
  return new Promise((done) => {
    const timer = setTimeout(done, milliseconds * (0.75 + Math.random() / 2));
    addEventListener("online", () => (clearTimeout(timer), done()), { once: true });
  });
}

/* Until it has arrived: after 1, 2, 4, 6, 6 … seconds. `late` is called whenever it could not be saved yet. */
export async function deliver(entry, late) {
  for (let wait = 1000; ; wait = Math.min(2 * wait, 6000)) {
    const slow = setTimeout(late, 4000);
    const result = await post(entry).catch(() => ({}));
    clearTimeout(slow);
    if (result.saved || result.refused) {
      forget(entry);
      return result;
    }
    late();
    await pause(wait);
  }
}

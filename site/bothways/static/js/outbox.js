/* What the server has not acknowledged yet: answers, and clicks that start something. They are kept by person and
   address (with its #part), also over a reload or a restart of the browser, and forgotten when the server names their
   key. The server knows a second copy by the key, so sending twice is safe. */
export const person = document.documentElement.dataset.user ?? "";
const prefix = `answer:${person}:`;
const month = 30 * 24 * 60 * 60 * 1000;
const current = new Map(); // address → key of what this page sends there
const given = new WeakMap(); // entry of this page → when, by the clock that nobody sets

function read(action) {
  try {
    return JSON.parse(localStorage.getItem(prefix + action)) ?? {};
  } catch {
    return {};
  }
}

function write(entry) {
  if (!person) return;
  try {
    localStorage.setItem(prefix + entry.action, JSON.stringify(entry));
  } catch {
    // no storage (private window, full disk): it is still sent from this page
  }
}

export function addressOf(form) {
  const address = new URL(form.action);
  return address.pathname + address.search + address.hash;
}

/* What a form says now, without its token. */
export function entryOf(form, submitter) {
  const fields = [...new FormData(form, submitter)].filter(([name]) => name !== "csrfmiddlewaretoken");
  return { action: addressOf(form), key: form.elements.key.value, fields, at: Date.now() };
}

export function keep(entry) {
  given.set(entry, performance.now());
  write(entry);
}

/* From now on this page sends this one, and nothing else to the same address. */
export function take(entry) {
  current.set(entry.action, entry.key);
}

export function forget(entry) {
  try {
    if (read(entry.action).key === entry.key) localStorage.removeItem(prefix + entry.action);
  } catch {
    // nothing was kept
  }
}

/* The person does not want it sent any more; other tabs are told so too. */
export function drop(entry) {
  write({ action: entry.action, dropped: entry.key, at: Date.now() });
  current.delete(entry.action);
  dispatchEvent(new Event("outbox"));
}

/* Dropped, or another answer has taken its place. */
export function isOver(entry) {
  return current.get(entry.action) !== entry.key || read(entry.action).dropped === entry.key;
}

export function waitingAt(action) {
  return waiting().find((entry) => entry.action === action);
}

export function waiting() {
  if (!person) return [];
  try {
    return Object.keys(localStorage)
      .filter((name) => name.startsWith(prefix))
      .map((name) => read(name.slice(prefix.length)))
      .filter((entry) => entry.key && Date.now() - entry.at < month);
  } catch {
    return [];
  }
}

/* How long ago it was given. Only differences: what the clock shows does not matter. Neither clock alone will do:
   one may be set meanwhile, the other may stand still while the computer sleeps. */
export function ageOf(entry) {
  const here = given.has(entry) ? performance.now() - given.get(entry) : 0;
  return Math.round(Math.max(0, here, Date.now() - entry.at));
}

export function newKey() {
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/* What was left on other pages is sent from this one. */
import { deliver } from "./deliver.js";
import { addressOf, waiting } from "./outbox.js";
import { goOn, say, sayWaiting, toast, words } from "./saving-note.js";

const here = new Set([...document.querySelectorAll(":is(check-form, start-form) form")].map(addressOf));

async function send(entry) {
  const { state, next } = await deliver(entry, (found) => sayWaiting(toast, entry, found));
  if (state === "Saved" && entry.page) return goOn(entry, next);
  if (state !== "Over") say(toast, state === "Saved" ? words.saved : words.refused);
  setTimeout(() => say(toast, ""), 6000);
}

waiting()
  .filter((one) => !here.has(one.action))
  .forEach(send);

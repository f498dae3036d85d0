/* The line that says what became of an answer or a click, and what can be done about it. */
import { drop } from "./outbox.js";

export const toast = document.querySelector(".toast");
export const words = toast.dataset;

export function noteIn(element) {
  const note = document.createElement("p");
  note.className = "saved";
  note.setAttribute("role", "status");
  element.append(note);
  return note;
}

export function say(place, ...parts) {
  const text = parts.map((part) => part.textContent ?? part).join(" ");
  if (place.textContent !== text) place.replaceChildren(...parts.flatMap((part) => [part, " "]).slice(0, -1));
}

export function link(address, text) {
  const made = document.createElement("a");
  made.href = address;
  made.textContent = text;
  return made;
}

/* The door, which leads back to the very answer, or to the page with what was clicked. */
function doorTo(door, entry) {
  const address = new URL(door, location.href);
  address.searchParams.set("next", entry.page ?? entry.action);
  return link(address.pathname + address.search, words.door);
}

/* Not saved yet: why, what is safe, and what happens next. `over` is called when the person does not want it sent any
   more. */
export function sayWaiting(place, entry, { state, sentence, door }, over) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn--link";
  button.textContent = words.drop;
  button.addEventListener("click", () => (drop(entry), say(place, words.dropped), over?.()));
  const why = sentence || words[`why${state}`];
  const kept = entry.page ? words.keptClick : words.keptAnswer;
  const then = words[`then${state}`] ?? words.thenAgain;
  say(place, why, kept, then, ...(door ? [doorTo(door, entry)] : []), button);
}

/* A click has arrived. The person is led on only where they wait for it; elsewhere they may go there themselves. */
export function goOn(entry, next) {
  if (entry.page !== location.pathname) return say(toast, words.clickSaved, link(next, words.open));
  const to = new URL(next, location.href);
  if (to.pathname !== location.pathname) return location.assign(to);
  location.replace(to);
  location.reload();
}

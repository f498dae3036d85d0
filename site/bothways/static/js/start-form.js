/* <start-form> around a form of one button (start a course, start a quiz, "I have read this"): the click is kept until
   it has arrived, and then the browser goes where the server says. */
import { deliver } from "./deliver.js";
import { addressOf, entryOf, isOver, keep, waitingAt } from "./outbox.js";
import { goOn, noteIn, say, sayWaiting, words } from "./saving-note.js";

class StartForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.note = noteIn(this);
    this.addEventListener("submit", (event) => this.click(event));
    const left = waitingAt(addressOf(this.form));
    if (left) this.send(left);
  }

  click(event) {
    event.preventDefault();
    if (this.entry?.page === location.pathname && !isOver(this.entry)) return dispatchEvent(new Event("outbox"));
    const entry = { ...entryOf(this.form, event.submitter), page: location.pathname };
    keep(entry);
    this.send(entry);
  }

  async send(entry) {
    this.entry = entry;
    this.form.toggleAttribute("aria-busy", true);
    const result = await deliver(entry, (found) => {
      if (this.entry === entry) sayWaiting(this.note, entry, found);
    });
    if (this.entry !== entry) return;
    this.form.toggleAttribute("aria-busy", false);
    this.entry = undefined;
    if (result.state === "Saved") goOn(entry, result.next);
    else if (result.state === "Refused") say(this.note, words.refused);
  }
}

customElements.define("start-form", StartForm);

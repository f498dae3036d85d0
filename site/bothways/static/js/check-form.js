/* <check-form> around a form: sends the answer in place and shows the fragment that comes back.
   If it cannot be saved, the choice stays, a line says so, and it is sent again by itself; meanwhile another answer may
   be given in its place. What is chosen and not sent yet is there again when the person comes back in this tab. */
import { choose, choiceAt, leaveChoice } from "./choice.js";
import { deliver } from "./deliver.js";
import { addressOf, entryOf, isOver, keep, newKey, waitingAt } from "./outbox.js";
import { noteIn, say, sayWaiting, words } from "./saving-note.js";

const said = ({ fields }) => fields.filter(([name]) => name !== "key").join("&");

class CheckForm extends HTMLElement {
  connectedCallback() {
    this.note = noteIn(this);
    this.addEventListener("submit", (event) => this.answer(event));
    this.addEventListener("change", () => leaveChoice(this.form));
    const left = waitingAt(addressOf(this.form));
    if (left) this.restore(left);
    else choose(this.form, choiceAt(this.form));
  }

  get form() {
    return this.querySelector("form");
  }

  answer(event) {
    const form = event.target;
    if (!form.elements.key) return;
    event.preventDefault();
    if (this.entry) {
      const same = said(entryOf(form, event.submitter)) === said(this.entry);
      if (same && !isOver(this.entry)) return dispatchEvent(new Event("outbox"));
      form.elements.key.value = newKey();
    }
    const entry = entryOf(form, event.submitter);
    keep(entry);
    leaveChoice(this.form, []);
    this.send(entry);
  }

  restore(entry) {
    if (this.form.querySelector("[type=submit]")) {
      this.form.elements.key.value = entry.key;
      choose(this.form, entry.fields);
    }
    this.send(entry);
  }

  async send(entry) {
    this.entry = entry;
    this.lock(true);
    const result = await deliver(entry, (found) => {
      if (this.entry !== entry) return;
      this.lock(false);
      sayWaiting(this.note, entry, found, () => (this.form.elements.key.value = newKey()));
    });
    if (this.entry !== entry) return;
    this.entry = undefined;
    if (result.state !== "Over") this.show(result);
  }

  show({ state, html }) {
    const answer = new DOMParser().parseFromString(html, "text/html");
    const next = answer.querySelector("form");
    // What the answer changes below it: a lesson may be done now, and something else come next.
    for (const name of [".lesson-end__said", ".lesson-end__do"]) {
      const part = answer.querySelector(name);
      if (part) document.querySelector(name)?.replaceChildren(...part.childNodes);
    }
    if (next) {
      this.form.replaceWith(next);
      // Answered: the address asks for no other answer any more, so that "Answer again" leads somewhere once more.
      if (location.search.includes("again=")) history.replaceState(null, "", next.action);
      const heading = [".feedback__word", ".field__error", "h1"].map((one) => next.querySelector(one)).find(Boolean);
      heading?.setAttribute("tabindex", "-1");
      heading?.focus();
    } else {
      this.lock(false);
    }
    if (state === "Saved") say(this.note, this.form.querySelector(".saved") ? "" : words.saved);
    else say(this.note, next ? "" : words.refused);
  }

  lock(busy) {
    this.form.toggleAttribute("aria-busy", busy);
    for (const part of this.form.querySelectorAll("fieldset, button")) part.disabled = busy;
  }
}

customElements.define("check-form", CheckForm);

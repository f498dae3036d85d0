/* <check-form> around a form: sends the answer in place and shows the fragment that comes back.
   If it cannot be saved, the choice stays, a line says so, and it is sent again by itself. */
import { deliver, keep, waiting, waitingAt } from "./outbox.js";

const toast = document.querySelector(".toast");
const addressOf = (form) => {
  const address = new URL(form.getAttribute("action") || location.href, location.href);
  return address.pathname + address.search + address.hash;
};

class CheckForm extends HTMLElement {
  connectedCallback() {
    this.note = document.createElement("p");
    this.note.className = "saved";
    this.note.setAttribute("role", "status");
    this.append(this.note);
    this.addEventListener("submit", (event) => this.answer(event));
    const left = waitingAt(addressOf(this.form));
    if (left) this.restore(left);
  }

  get form() {
    return this.querySelector("form");
  }

  answer(event) {
    const form = event.target;
    const key = form.querySelector("[name=key]")?.value;
    if (!key) return;
    event.preventDefault();
    const fields = [...new FormData(form, event.submitter)].filter(([name]) => name !== "csrfmiddlewaretoken");
    this.send({ action: addressOf(form), key, fields });
  }

  restore(entry) {
    this.form.querySelector("[name=key]").value = entry.key;
    for (const input of this.form.querySelectorAll("input:not([type=hidden])")) {
      input.checked = entry.fields.some(([name, value]) => name === input.name && value === input.value);
    }
    this.send(entry);
  }

  async send(entry) {
    keep(entry);
    this.lock(true);
    const result = await deliver(entry, () => this.say(toast.dataset.unsaved));
    this.show(result);
  }

  show({ saved, html }) {
    const next = new DOMParser().parseFromString(html, "text/html").querySelector("form");
    if (next) {
      this.form.replaceWith(next);
      const heading = [".feedback__word", ".field__error", "h1"].map((one) => next.querySelector(one)).find(Boolean);
      heading?.setAttribute("tabindex", "-1");
      heading?.focus();
    } else {
      this.lock(false);
    }
    if (saved) this.say(this.form.querySelector(".saved") ? "" : toast.dataset.saved);
    else this.say(next ? "" : toast.dataset.refused);
  }

  lock(busy) {
    this.form.toggleAttribute("aria-busy", busy);
    for (const part of this.form.querySelectorAll("fieldset, button")) part.disabled = busy;
  }

  say(words) {
    if (this.note.textContent !== words) this.note.textContent = words;
  }
}

/* What was left on other pages. */
const here = new Set([...document.querySelectorAll("check-form form")].map(addressOf));
for (const entry of waiting().filter((one) => !here.has(one.action))) {
  deliver(entry, () => (toast.textContent = toast.dataset.unsaved)).then(({ saved }) => {
    toast.textContent = saved ? toast.dataset.saved : toast.dataset.refused;
    setTimeout(() => (toast.textContent = ""), 6000);
  });
}

customElements.define("check-form", CheckForm);

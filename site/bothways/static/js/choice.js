/* What was chosen and not sent, by question, as long as the tab is open. */
import { addressOf, person } from "./outbox.js";

const nameOf = (form) => `choice:${person}:${addressOf(form)}`;
const inputs = (form) => [...form.querySelectorAll("input:not([type=hidden], :disabled)")];

export function leaveChoice(form, fields = inputs(form).filter((one) => one.checked).map((one) => [one.name, one.value])) {
  try {
    if (fields.length) sessionStorage.setItem(nameOf(form), JSON.stringify(fields));
    else sessionStorage.removeItem(nameOf(form));
  } catch {
    // no storage: nothing is kept
  }
}

/* Empty where nothing was left, or where the page comes with a choice of its own. */
export function choiceAt(form) {
  try {
    return inputs(form).some((one) => one.checked) ? [] : JSON.parse(sessionStorage.getItem(nameOf(form))) ?? [];
  } catch {
    return [];
  }
}

export function choose(form, fields) {
  if (!fields.length) return;
  for (const input of inputs(form)) {
    input.checked = fields.some(([name, value]) => name === input.name && value === input.value);
  }
}

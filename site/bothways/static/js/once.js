/* <form data-once>: a second click before the answer has come is not sent, and the button shows that the first one was.
   The button is not disabled, since a browser leaves out what a disabled button says. */
const busy = (form, is) => {
  form.toggleAttribute("aria-busy", is);
  for (const button of form.querySelectorAll("button")) {
    if (is) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
};

addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]")) return;
  if (form.hasAttribute("aria-busy")) event.preventDefault();
  else busy(form, true);
});

/* Whoever comes back to a page that the browser has kept can send it again. */
addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.querySelectorAll("form[data-once]")) busy(form, false);
});

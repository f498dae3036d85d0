/* A menu of the head closes with Escape, and when somebody goes on elsewhere. */
const opened = () => [...document.querySelectorAll(".masthead details[open]")];

addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  for (const menu of opened()) {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
});

for (const sign of ["click", "focusin"]) {
  addEventListener(sign, ({ target }) => {
    for (const menu of opened()) menu.open = menu.contains(target);
  });
}

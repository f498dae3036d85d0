/* A menu of the head closes with Escape, and when somebody goes on elsewhere. */
const unfolded = () => [...document.querySelectorAll(".masthead details[open]")];

addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  for (const menu of unfolded()) {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
});

for (const sign of ["click", "focusin"]) {
  addEventListener(sign, ({ target }) => {
    for (const menu of unfolded()) menu.open = menu.contains(target);
  });
}

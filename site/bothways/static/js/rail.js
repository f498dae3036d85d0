/* The contents of a lesson: always open beside the text, closed again on a phone once a section was chosen. */
const wide = matchMedia("(min-width: 64rem)");
const rail = document.querySelector("details.rail");

function follow() {
  rail.open = wide.matches;
}

if (rail) {
  follow();
  wide.addEventListener("change", follow);
  rail.addEventListener("click", (event) => {
    if (!wide.matches && event.target.closest("a")) rail.open = false;
    if (wide.matches && event.target.closest("summary")) event.preventDefault();
  });
}

/* A term's link opens its pop-over: click, touch, Enter or Space; Esc, a click elsewhere and leaving it with Tab
   close it. For a technician "For IT" stands first in it.
   With a modifier key, without JavaScript or without the Popover API it stays a link to the entry. */
const anchored = CSS.supports("position-area", "block-end span-inline-end");
let opened = null; // the link whose pop-over is open
let closed = { link: null, at: 0 };

const popOf = (link) => document.getElementById(`pop-${link.dataset.term}`);

/* For browsers without anchor positioning. */
function place() {
  if (!opened || innerWidth < 576) return;
  const pop = popOf(opened);
  const near = opened.getBoundingClientRect();
  const size = pop.getBoundingClientRect();
  const below = near.bottom + 8 + size.height <= innerHeight;
  pop.style.top = `${below ? near.bottom + 8 : Math.max(8, near.top - 8 - size.height)}px`;
  pop.style.left = `${Math.max(8, Math.min(near.left, innerWidth - size.width - 8))}px`;
}

/* Whether some of it lies below the foot, which stays in sight. */
function tellMore(pop) {
  pop.classList.toggle("pop--more", pop.scrollTop + pop.clientHeight + 2 < pop.scrollHeight);
}

function open(link) {
  const pop = popOf(link);
  // In the source, not by a style: who hears or tabs through it meets the same order.
  if (document.documentElement.dataset.side === "technology") {
    pop.querySelector(".pop__two")?.append(pop.querySelector(".voice--b"));
  }
  link.setAttribute("aria-expanded", "true");
  pop.showPopover({ source: link });
  opened = link;
  if (!anchored) place();
  pop.scrollTop = 0;
  tellMore(pop);
  pop.focus({ preventScroll: true });
}

function onClose(event) {
  if (event.newState !== "closed" || !opened) return;
  const inside = event.target.contains(document.activeElement);
  opened.setAttribute("aria-expanded", "false");
  closed = { link: opened, at: performance.now() };
  opened = null;
  if (inside) closed.link.focus({ preventScroll: true });
}

for (const link of document.querySelectorAll("a.term[data-term]")) {
  const pop = popOf(link);
  if (!pop?.showPopover) continue;
  link.setAttribute("role", "button");
  link.setAttribute("aria-haspopup", "dialog");
  link.setAttribute("aria-expanded", "false");
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    // The press on an open term's own link has closed it a moment ago: leave it closed.
    if (closed.link === link && performance.now() - closed.at < 400 && event.detail > 0) return;
    open(link);
  });
  link.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    open(link);
  });
  pop.onbeforetoggle = onClose;
  pop.onscroll = () => tellMore(pop);
  pop.addEventListener("focusout", ({ relatedTarget: to }) => {
    if (to && !pop.contains(to)) pop.hidePopover();
  });
}

if (!anchored) {
  addEventListener("scroll", place, { passive: true, capture: true });
  addEventListener("resize", place);
}

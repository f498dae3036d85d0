/* The page of a word: its link to the clipboard, and the way back to the lesson that one came from. */
const copy = document.querySelector("[data-copy]");
if (copy && navigator.clipboard) {
  const answer = copy.parentElement.querySelector("[role=status]");
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    const { href } = new URL(copy.dataset.copy, location.href);
    try {
      await navigator.clipboard.writeText(href);
      answer.textContent = copy.dataset.copied;
    } catch {
      answer.textContent = href; // to be copied by hand
    }
  });
}

const back = document.querySelector("[data-back]");
const from = back && document.referrer ? new URL(document.referrer) : null;
if (from?.origin === location.origin && /\/courses\/[^/]+\/[^/]+\/$/.test(from.pathname)) {
  const link = back.querySelector("a");
  const length = history.length;
  const arrivedByLink = performance.getEntriesByType("navigation")[0]?.type === "navigate";
  link.href = from.href;
  back.hidden = false;
  link.addEventListener("click", (event) => {
    if (!arrivedByLink || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    // Over the meanings that were jumped to, so that the lesson stands where it stood.
    history.go(length - history.length - 1);
  });
}

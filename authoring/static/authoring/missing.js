// What is missing leads to its very field, also inside folds, lists and tables, and its counter follows the list.
(() => {
  const FIELDS = 'input:not([type="hidden"]), textarea, select, [contenteditable="true"]';
  const OTHERS = '[data-chooser-action-choose], .c-sf-add-button, button';
  const isShown = (element) => element.getClientRects().length > 0;

  const expand = (element) => {
    for (let panel = element.closest('[data-panel]'); panel; panel = panel.parentElement.closest('[data-panel]')) {
      const toggle = panel.querySelector('[data-panel-toggle]');
      if (toggle?.getAttribute('aria-expanded') === 'false') toggle.click();
    }
  };

  // Names of fields and ids of blocks, from the outside in; what the page does not name is passed over.
  const elementAt = (path) => path.reduce(
    (element, part) => element?.querySelector(`[data-contentpath="${CSS.escape(part)}"]`) ?? element,
    document.querySelector(`[data-contentpath="${CSS.escape(path[0])}"]`),
  );

  const schedule = () => {
    const status = document.querySelector('[data-side-panel-toggle="status"]');
    if (status?.getAttribute('aria-expanded') !== 'true') status?.click();
    document.querySelector('[data-a11y-dialog-show="schedule-publishing-dialog"]')?.click();
  };

  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[data-missing-path]');
    if (!link) return;
    const path = link.dataset.missingPath.split('/');
    if (path[0] === 'schedule') {
      event.preventDefault();
      schedule();
      return;
    }
    const element = elementAt(path);
    if (!element) return;
    event.preventDefault();
    expand(element);
    const field = [...element.querySelectorAll(FIELDS)].find(isShown) ?? [...element.querySelectorAll(OTHERS)].find(isShown);
    element.scrollIntoView({ block: 'center' });
    field?.focus({ preventScroll: true });
  });

  const count = () => {
    const counter = document.querySelector('[data-side-panel-toggle="missing"] [data-side-panel-toggle-counter]');
    if (!counter) return;
    const number = document.querySelectorAll('[data-side-panel="missing"] [data-missing-needed] > li').length;
    counter.textContent = number;
    counter.hidden = number === 0;
  };

  document.addEventListener('DOMContentLoaded', () => {
    const panel = document.querySelector('[data-side-panel="missing"]');
    if (panel) new MutationObserver(count).observe(panel, { childList: true, subtree: true });
  });
})();

// "Edit" beside a check in a lesson opens its form in a dialog, so that nobody leaves the lesson.
// Without this script the link leads to the check in the bank.
(() => {
  const EDIT = /\/snippets\/quizzes\/question\/edit\/(\d+)\//;

  // What is missing was worked out when the lesson was saved; a check has changed since.
  const refresh = async () => {
    const shown = document.querySelector('[data-side-panel="missing"]');
    if (!shown) return;
    const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), 'text/html');
    const fresh = page.querySelector('[data-side-panel="missing"]');
    if (fresh) shown.replaceChildren(...fresh.childNodes);
    const count = (root) => root.querySelector('[data-side-panel-toggle="missing"] [data-side-panel-toggle-counter]');
    if (count(page) && count(document)) {
      count(document).textContent = count(page).textContent;
      count(document).hidden = count(page).hidden;
    }
  };

  document.addEventListener(
    'click',
    (event) => {
      const link = event.target.closest?.('a[data-chooser-edit-link]');
      const pk = link?.getAttribute('href').match(EDIT)?.[1];
      if (!pk || event.metaKey || event.ctrlKey) return;
      const title = document.getElementById(link.getAttribute('aria-describedby'));
      const chooser = title?.closest('[data-chooser-url]');
      if (!chooser) return;
      event.preventDefault();
      event.stopPropagation();
      window.ModalWorkflow({
        url: `${chooser.dataset.chooserUrl}write/${pk}/`,
        triggerElement: chooser.querySelector('button') ?? link,
        onload: {
          edit: (modal) => {
            modal.ajaxifyForm(modal.body.find('form'));
            modal.body.find('textarea').first().trigger('focus');
          },
          chosen: (modal, data) => {
            title.textContent = data.result.string;
            modal.close();
            refresh();
          },
        },
      });
    },
    true,
  );
})();

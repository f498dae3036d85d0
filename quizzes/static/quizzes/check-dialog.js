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

// A reason that is too short says so as soon as it is left; it is saved all the same.
(() => {
  document.addEventListener('focusout', (event) => {
    const field = event.target.closest?.('textarea[data-least]');
    if (!field) return;
    const length = field.value.trim().length;
    const isShort = length > 0 && length < Number(field.dataset.least);
    let note = document.getElementById(`${field.id}-short`);
    if (!note) {
      note = document.createElement('p');
      note.id = `${field.id}-short`;
      note.className = 'check-short';
      note.setAttribute('role', 'status');
      field.after(note);
      field.setAttribute('aria-describedby', `${field.getAttribute('aria-describedby') ?? ''} ${note.id}`.trim());
    }
    note.textContent = isShort ? field.dataset.tooShort.replace('{length}', length) : '';
  });
})();

// The button that opened a dialog is hidden once something is chosen: the focus goes to what was chosen.
(() => {
  let chooser = null;
  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('[data-chooser-action-choose]');
    if (button) chooser = button.closest('[data-chooser-url]') ?? button.closest('[data-chooser]') ?? button.parentElement;
  }, true);
  document.addEventListener('DOMContentLoaded', () => {
    window.jQuery(document).on('hidden.bs.modal', () => setTimeout(() => {
      if (!chooser?.isConnected || (document.activeElement !== document.body && document.activeElement?.getClientRects().length)) return;
      [...chooser.querySelectorAll('button, a')].find((element) => element.getClientRects().length)?.focus();
    }, 50));
  });
})();

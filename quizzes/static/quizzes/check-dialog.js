// "Edit" beside a check in a lesson opens its form in a dialog, so that nobody leaves the lesson.
// Without this script the link leads to the check in the bank.
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href*="/snippets/quizzes/question/edit/"]');
  const chooser = link?.closest('[data-chooser-input], .chooser, .snippet-chooser');
  const pk = link?.getAttribute('href').match(/\/question\/edit\/(\d+)\//)?.[1];
  if (!chooser || !pk || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  event.stopPropagation();
  const close = (modal, data) => {
    const title = chooser.querySelector('[data-chooser-title]');
    if (title) title.textContent = data.result.string;
    modal.close();
    // The form of the lesson has not changed, but what is missing may have: save it once more.
    chooser.dispatchEvent(new CustomEvent('bothways:check-saved', { bubbles: true }));
  };
  window.ModalWorkflow({
    url: link.getAttribute('href').replace(/snippets\/quizzes\/question\/edit\/\d+\/.*/, `snippets/choosers/quizzes/question/write/${pk}/`),
    triggerElement: link,
    onload: {
      edit: (modal) => {
        modal.ajaxifyForm(modal.body.find('form'));
        modal.body.find('textarea').first().trigger('focus');
      },
      chosen: close,
    },
  });
}, true);

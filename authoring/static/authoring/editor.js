// A picture dropped on the place for one: the dialog opens with the file in it, ready to be described.
(() => {
  const place = (event) => event.target.closest?.('.image-chooser');
  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes('Files');

  document.addEventListener('dragover', (event) => {
    if (place(event) && hasFiles(event)) event.preventDefault();
  });

  document.addEventListener('drop', (event) => {
    const chooser = place(event);
    const files = event.dataTransfer?.files;
    if (!chooser || !files?.length) return;
    event.preventDefault();
    const observer = new MutationObserver(() => {
      const input = document.querySelector('.modal [data-chooser-modal-creation-form] input[type="file"]');
      // The tabs are ready when one of them is selected; before that nobody listens to the form either.
      if (!input || !document.querySelector('.modal [role="tab"][aria-selected="true"]')) return;
      observer.disconnect();
      setTimeout(() => {
        const panel = input.closest('[role="tabpanel"]');
        document.getElementById(panel?.getAttribute('aria-labelledby'))?.click();
        input.files = files;
        input.dispatchEvent(new Event('change', { bubbles: true }));
        const title = input.form.querySelector('[name$="title"]');
        if (title && !title.value) title.value = files[0].name.replace(/\.[^.]+$/, '');
      }, 200);
    });
    observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['aria-selected'] });
    setTimeout(() => observer.disconnect(), 15000);
    [...chooser.querySelectorAll('[data-chooser-action-choose]')].at(chooser.classList.contains('blank') ? -1 : 0)?.click();
  });
})();

// A form that comes back with errors counts as unsaved, and Wagtail 8.0 then never begins to watch it: it saves
// once by itself, says "Saved", and nothing that is typed afterwards. A new interval makes it begin.
(() => {
  document.addEventListener('DOMContentLoaded', () => {
    for (const form of document.querySelectorAll('form[data-w-unsaved-force-value="true"]')) {
      form.addEventListener('w-autosave:success', () => {
        form.dataset.wUnsavedCheckIntervalValue = '501';
      }, { once: true });
    }
  });
})();

// Wagtail 8.0 takes the form as it stands when an autosave is answered for what was saved. What somebody typed
// since it was sent would be kept nowhere, below the word "Saved": here it is sent as well.
(() => {
  const notTyped = new Set([
    'csrfmiddlewaretoken', 'loaded_revision_id', 'loaded_revision_created_at', 'next', 'overwrite_revision_id',
  ]);
  const sent = new WeakMap();
  const typed = (data) => JSON.stringify(
    [...data]
      .filter(([name]) => !notTyped.has(name) && !name.startsWith('comments-'))
      .map(([name, value]) => [name, value instanceof File ? `${value.name} ${value.size}` : value]),
  );

  document.addEventListener('w-autosave:save', (event) => sent.set(event.target, event.detail.formData));
  document.addEventListener('w-autosave:success', (event) => {
    const form = event.target;
    const data = sent.get(form);
    if (!data) return;
    for (const [name, value] of Object.entries(event.detail.data?.field_updates ?? {})) {
      if (data.has(name)) data.set(name, value);
    }
    if (typed(new FormData(form)) === typed(data)) return;
    form.dispatchEvent(new CustomEvent('w-unsaved:add', { bubbles: true, cancelable: true, detail: { type: 'edits' } }));
  });
})();

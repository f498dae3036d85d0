// The mark for glossary words in Wagtail's editor: a button that opens the chooser of senses.
(() => {
  const { draftail } = window;
  const { createElement } = window.React;

  class TermSource extends draftail.ModalWorkflowSource {
    getChooserConfig() {
      return {
        url: this.props.entityType.chooserUrls.senseChooser,
        urlParams: {},
        onload: window.CHOOSER_MODAL_ONLOAD_HANDLERS,
        responses: {
          // With nothing selected the chosen word becomes the text; the editor looks for `title`.
          chosen: (sense) => this.onChosen({ ...sense, title: sense.string.replace(/ \([^()]*\)$/, '') }),
        },
      };
    }

    filterEntityData(sense) {
      return { id: sense.id, label: sense.string };
    }
  }

  const Term = (props) => {
    const { label, url } = props.contentState.getEntity(props.entityKey).getData();
    return createElement(draftail.TooltipEntity, {
      ...props,
      icon: createElement(window.wagtail.components.Icon, { name: 'book' }),
      label: label || '',
      url: url || null,
    });
  };

  draftail.registerPlugin({ type: 'TERM', source: TermSource, decorator: Term }, 'entityTypes');
})();

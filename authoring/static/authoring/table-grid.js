// A table of a lesson, edited as a grid. It is a block of Wagtail's like any other: each cell is a field of the
// form under the name that Wagtail gives it, so saving, autosave and the list of what is missing know nothing of it.
(() => {
  const { StructBlockDefinition } = window.wagtailStreamField.blocks;
  const PARTS = ['head', 'rows', 'numbers'];
  const FIGURE = /^[−–+~≈<>-]?\s?[€$£¥]?\s?(\d{1,3}([.,'’\s\u202f]\d{3})+|\d+)([.,]\d+)?\s?(%|‰|[€$£¥°µ]|[a-zA-Z]{1,12})?$/;
  // Not crypto.randomUUID: a browser has that only over HTTPS.
  const newId = () => '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (digit) => {
    const random = crypto.getRandomValues(new Uint8Array(1))[0];
    return (Number(digit) ^ (random & (15 >> (Number(digit) / 4)))).toString(16);
  });
  const oneLine = (text) => text.replace(/\s+/g, ' ').trim();
  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined) element.setAttribute(key, value);
    }
    element.append(...children);
    return element;
  };
  const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (match, name) => values[name]);

  // Cells as spreadsheets copy them: parted by tabs, and in quotation marks where a cell has lines or tabs in it.
  const readText = (text) => {
    const rows = [[]];
    let cell = '';
    let quoted = false;
    const end = () => {
      rows.at(-1).push(oneLine(cell));
      cell = '';
    };
    for (let at = 0; at < text.length; at += 1) {
      const letter = text[at];
      if (quoted && letter === '"' && text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else if (quoted && letter === '"') quoted = false;
      else if (quoted) cell += letter;
      else if (letter === '"' && cell === '') quoted = true;
      else if (letter === '\t') end();
      else if (letter === '\n') {
        end();
        rows.push([]);
      } else cell += letter;
    }
    end();
    return rows.filter((row) => row.some((value) => value !== ''));
  };

  // A table of a web page or of Word; a cell over several columns or rows stands in the first of them.
  const readHtml = (html) => {
    const table = new DOMParser().parseFromString(html, 'text/html').querySelector('table');
    if (!table) return [];
    const taken = [];
    return [...table.rows].map((row, number) => {
      const values = [];
      taken[number] ??= [];
      for (const cell of row.cells) {
        let column = 0;
        while (taken[number][column]) column += 1;
        values[column] = oneLine(cell.textContent);
        for (let down = 0; down < Math.max(cell.rowSpan, 1); down += 1) {
          taken[number + down] ??= [];
          for (let right = 0; right < Math.max(cell.colSpan, 1); right += 1) taken[number + down][column + right] = true;
        }
      }
      return Array.from(values, (value) => value ?? '');
    }).filter((row) => row.some((value) => value !== ''));
  };

  const readPasted = (data) => {
    const text = (data.getData('text/plain') || '').replace(/\r\n?/g, '\n');
    const rows = readHtml(data.getData('text/html') || '');
    if (rows.length) return rows;
    // One cell with lines in it is a cell; a text with tabs is cells, and so is what a spreadsheet quoted.
    return text.includes('\t') || /^"[\s\S]*"\n?$/.test(text) || text.trimEnd().includes('\n') ? readText(text) : [];
  };

  class Grid {
    constructor(prefix, state, strings) {
      this.prefix = prefix;
      this.strings = strings;
      this.at = { row: -1, column: 0 };
      this.parts = state;
      this.read();
      this.body = make('div', { class: 'table-grid__scroll' });
      this.tools = make('div', { class: 'table-grid__tools', role: 'toolbar', 'aria-label': strings.TOOLS });
      this.status = make('p', { class: 'w-sr-only', role: 'status' });
      this.errors = make('div', { class: 'table-grid__errors' });
      this.element = make('div', { class: 'table-grid' }, this.tools, this.errors, this.body, this.status);
      this.buttons = this.makeTools();
      this.element.addEventListener('input', (event) => this.typed(event));
      this.element.addEventListener('focusin', (event) => this.entered(event));
      this.element.addEventListener('keydown', (event) => this.pressed(event));
      this.element.addEventListener('paste', (event) => this.pasted(event));
      this.draw();
    }

    // --- what is stored: each row and cell keeps its id, so that a table that is only opened is saved as it was

    read() {
      const cell = ({ id, value }) => ({ id: id || newId(), value: value ?? '' });
      this.head = (this.parts.head ?? []).map(cell);
      this.rows = (this.parts.rows ?? []).map(({ id, value }) => ({ id: id || newId(), cells: (value ?? []).map(cell) }));
      this.columns = Array.from({ length: this.storedWidth }, () => ({}));
      this.figures = (this.parts.numbers ?? []).map(({ id, value }) => (
        { id: id || newId(), value, column: this.columns[Number(value) - 1] ?? null }
      ));
    }

    get storedWidth() {
      return Math.max(this.head.length, ...this.rows.map((row) => row.cells.length), 0);
    }

    get isEmpty() {
      return ![...this.head, ...this.rows.flatMap((row) => row.cells)].some((cell) => cell.value !== '');
    }

    // A new table offers more cells than it has; they are stored as soon as one is written in.
    get width() {
      return Math.max(this.storedWidth, this.isEmpty ? 3 : 1);
    }

    get height() {
      return Math.max(this.rows.length, this.isEmpty ? 2 : 1);
    }

    cell(row, column) {
      return row < 0 ? this.head[column] : this.rows[row]?.cells[column];
    }

    // Every cell that is shown is stored.
    complete(width = this.width, height = this.height) {
      const pad = (cells) => {
        while (cells.length < width) cells.push({ id: newId(), value: '' });
      };
      while (this.rows.length < height) this.rows.push({ id: newId(), cells: [] });
      pad(this.head);
      this.rows.forEach((row) => pad(row.cells));
      while (this.columns.length < width) this.columns.push({});
    }

    state(part, keepsIds = true) {
      const id = (item) => (keepsIds ? item.id : null);
      const cells = (items) => items.map((item) => ({ id: id(item), value: item.value }));
      if (part === 'head') return cells(this.head);
      if (part === 'rows') return this.rows.map((row) => ({ id: id(row), value: cells(row.cells) }));
      return this.figures.map((item) => ({ id: id(item), value: this.numberOf(item) }));
    }

    numberOf(figure) {
      return figure.column ? this.columns.indexOf(figure.column) + 1 : figure.value;
    }

    value(part) {
      if (part === 'rows') return this.rows.map((row) => row.cells.map((cell) => cell.value));
      return this.state(part).map((item) => item.value);
    }

    setState(part, state) {
      this.parts = { head: this.state('head'), rows: this.state('rows'), numbers: this.state('numbers'), [part]: state };
      this.read();
      this.draw();
    }

    setError(error) {
      const messages = [];
      const gather = (part) => {
        messages.push(...(part?.messages ?? []));
        Object.values(part?.blockErrors ?? {}).forEach(gather);
      };
      gather(error);
      this.errors.append(...[...new Set(messages)].map((text) => make('p', { class: 'error-message' }, text)));
    }

    isFigures(column) {
      return this.figures.some((item) => item.column && item.column === this.columns[column]);
    }

    // --- what is shown

    hidden(name, value) {
      return make('input', { type: 'hidden', name: `${this.prefix}-${name}`, value });
    }

    item(name, number, id) {
      return [
        this.hidden(`${name}-${number}-deleted`, ''),
        this.hidden(`${name}-${number}-order`, number),
        this.hidden(`${name}-${number}-type`, 'item'),
        this.hidden(`${name}-${number}-id`, id),
      ];
    }

    draw() {
      const table = make('table', {});
      const numbers = this.figures.flatMap((item, number) => [
        ...this.item('numbers', number, item.id),
        this.hidden(`numbers-${number}-value`, this.numberOf(item) ?? ''),
      ]);
      const counts = [
        this.hidden('head-count', this.head.length),
        this.hidden('rows-count', this.rows.length),
        this.hidden('numbers-count', this.figures.length),
      ];
      const thead = make('thead', {}, this.drawRow(-1));
      const tbody = make('tbody', {}, ...Array.from({ length: this.height }, (_, row) => this.drawRow(row)));
      table.append(thead, tbody);
      this.body.replaceChildren(table, ...counts, ...numbers);
      this.mark();
    }

    drawRow(row) {
      const stored = row < 0 ? { cells: this.head, id: null } : this.rows[row];
      const name = row < 0 ? 'head' : `rows-${row}-value`;
      const cells = Array.from({ length: this.width }, (_, column) => this.drawCell(row, column, name));
      const line = make('tr', { 'data-contentpath': stored?.id }, ...cells);
      if (row >= 0 && stored) {
        cells[0].append(...this.item('rows', row, stored.id), this.hidden(`${name}-count`, stored.cells.length));
      }
      return line;
    }

    drawCell(row, column, name) {
      const cell = this.cell(row, column);
      const place = { row: row + 1, column: column + 1 };
      const field = make('textarea', {
        rows: 1,
        name: cell ? `${this.prefix}-${name}-${column}-value` : null,
        'data-row': row,
        'data-column': column,
        'aria-label': fill(row < 0 ? this.strings.HEADING : this.strings.CELL, place),
        placeholder: row < 0 ? fill(this.strings.HEADING, place) : null,
      });
      field.value = cell?.value ?? '';
      const kind = row < 0 || column === 0 ? 'th' : 'td';
      return make(
        kind,
        { 'data-contentpath': cell?.id, class: this.isFigures(column) ? 'table-grid__figures' : null },
        ...(cell ? this.item(name, column, cell.id) : []),
        field,
      );
    }

    field(row, column) {
      return this.body.querySelector(`[data-row="${row}"][data-column="${column}"]`);
    }

    focus() {
      this.field(this.at.row, this.at.column)?.focus();
    }

    // --- tools: they work on the row and column of the cell that was written in last

    makeTools() {
      const tool = (key, action) => {
        const button = make('button', { type: 'button', class: 'button button-small button-secondary' }, this.strings[key]);
        button.addEventListener('click', () => action.call(this));
        return button;
      };
      const group = (label, ...buttons) => {
        this.tools.append(make('div', { role: 'group', 'aria-label': label }, make('span', { 'aria-hidden': 'true' }, label), ...buttons));
        return buttons;
      };
      const [, , rowUp, rowDown, rowGone] = group(
        this.strings.ROW,
        tool('ADD_ABOVE', () => this.addRow(Math.max(this.at.row, 0))),
        tool('ADD_BELOW', () => this.addRow(this.at.row + 1)),
        tool('UP', () => this.moveRow(-1)),
        tool('DOWN', () => this.moveRow(1)),
        tool('DELETE_ROW', () => this.deleteRow()),
      );
      const [, , left, right, columnGone] = group(
        this.strings.COLUMN,
        tool('ADD_BEFORE', () => this.addColumn(this.at.column)),
        tool('ADD_AFTER', () => this.addColumn(this.at.column + 1)),
        tool('LEFT', () => this.moveColumn(-1)),
        tool('RIGHT', () => this.moveColumn(1)),
        tool('DELETE_COLUMN', () => this.deleteColumn()),
      );
      const [toLeft, toRight] = group(
        this.strings.ALIGNMENT,
        tool('ALIGN_LEFT', () => this.align(false)),
        tool('ALIGN_RIGHT', () => this.align(true)),
      );
      return { rowUp, rowDown, rowGone, left, right, columnGone, toLeft, toRight };
    }

    mark() {
      const { row, column } = this.at;
      for (const field of this.body.querySelectorAll('textarea')) {
        field.parentElement.classList.toggle(
          'table-grid__at',
          Number(field.dataset.row) === row && Number(field.dataset.column) === column,
        );
      }
      const { rowUp, rowDown, rowGone, left, right, columnGone, toLeft, toRight } = this.buttons ?? {};
      if (!rowUp) return;
      const off = (button, is) => button.setAttribute('aria-disabled', is);
      off(rowUp, row < 1);
      off(rowDown, row < 0 || row >= this.height - 1);
      off(rowGone, row < 0 || this.height < 2);
      off(left, column < 1);
      off(right, column >= this.width - 1);
      off(columnGone, this.width < 2);
      toLeft.setAttribute('aria-pressed', !this.isFigures(column));
      toRight.setAttribute('aria-pressed', this.isFigures(column));
    }

    changed(text, values = {}) {
      this.draw();
      this.status.textContent = fill(text, values);
      this.element.dispatchEvent(new Event('change', { bubbles: true }));
    }

    addRow(at, focuses = true) {
      this.complete();
      this.rows.splice(at, 0, { id: newId(), cells: this.columns.map(() => ({ id: newId(), value: '' })) });
      this.at.row = at;
      this.changed(this.strings.ROW_ADDED, { row: at + 1 });
      if (focuses) this.focus();
    }

    moveRow(by) {
      const { row } = this.at;
      this.complete();
      if (row < 0 || !this.rows[row + by]) return;
      this.rows.splice(row + by, 0, ...this.rows.splice(row, 1));
      this.at.row += by;
      this.changed(this.strings.ROW_MOVED, { row: this.at.row + 1 });
    }

    deleteRow() {
      if (this.at.row < 0 || this.height < 2) return;
      this.complete();
      this.rows.splice(this.at.row, 1);
      this.at.row = Math.min(this.at.row, this.rows.length - 1);
      this.changed(this.strings.ROW_DELETED);
    }

    eachLine(change) {
      this.complete();
      [this.columns, this.head, ...this.rows.map((row) => row.cells)].forEach(change);
    }

    addColumn(at) {
      this.eachLine((line) => line.splice(at, 0, line === this.columns ? {} : { id: newId(), value: '' }));
      this.at = { row: -1, column: at };
      this.changed(this.strings.COLUMN_ADDED, { column: at + 1 });
      this.focus();
    }

    moveColumn(by) {
      const { column } = this.at;
      if (column + by < 0 || column + by >= this.width) return;
      this.eachLine((line) => line.splice(column + by, 0, ...line.splice(column, 1)));
      this.at.column += by;
      this.changed(this.strings.COLUMN_MOVED, { column: this.at.column + 1 });
    }

    deleteColumn() {
      if (this.width < 2) return;
      const { column } = this.at;
      this.complete();
      this.figures = this.figures.filter((item) => item.column !== this.columns[column]);
      this.eachLine((line) => line.splice(column, 1));
      this.at.column = Math.min(column, this.width - 1);
      this.changed(this.strings.COLUMN_DELETED);
    }

    setFigures(column, is) {
      this.complete();
      if (is === this.isFigures(column)) return;
      if (is) this.figures.push({ id: newId(), column: this.columns[column] });
      else this.figures = this.figures.filter((item) => item.column !== this.columns[column]);
    }

    align(right) {
      this.setFigures(this.at.column, right);
      this.changed(right ? this.strings.ALIGNED_RIGHT : this.strings.ALIGNED_LEFT, { column: this.at.column + 1 });
    }

    // --- what somebody does in a cell

    placeOf(event) {
      const { row, column } = event.target.dataset ?? {};
      return row === undefined ? null : { row: Number(row), column: Number(column) };
    }

    typed(event) {
      const place = this.placeOf(event);
      if (!place) return;
      if (this.cell(place.row, place.column)) {
        this.cell(place.row, place.column).value = event.target.value;
        return;
      }
      const { value, selectionStart } = event.target;
      this.complete();
      this.cell(place.row, place.column).value = value;
      this.at = place;
      this.draw();
      this.focus();
      this.field(place.row, place.column).setSelectionRange(selectionStart, selectionStart);
    }

    entered(event) {
      const place = this.placeOf(event);
      if (!place) return;
      this.at = place;
      this.mark();
    }

    pressed(event) {
      const place = this.placeOf(event);
      if (!place || event.key !== 'Enter' || event.isComposing) return;
      event.preventDefault();
      if (place.row + 1 >= this.height) {
        this.addRow(this.height);
        return;
      }
      this.field(place.row + 1, place.column).focus();
    }

    pasted(event) {
      const place = this.placeOf(event);
      const rows = place ? readPasted(event.clipboardData) : [];
      if (!rows.length) return;
      event.preventDefault();
      // Into an empty table the first row becomes the headings, wherever it is pasted.
      const from = this.isEmpty ? { row: -1, column: 0 } : place;
      const width = Math.max(...rows.map((row) => row.length));
      this.complete(Math.max(this.width, from.column + width), Math.max(this.height, from.row + rows.length));
      rows.forEach((row, down) => row.forEach((value, right) => {
        this.cell(from.row + down, from.column + right).value = value;
      }));
      for (let column = from.column; column < from.column + width; column += 1) this.recognise(column);
      this.dropEmpty(from.row + rows.length, from.column + width);
      this.at = from;
      this.changed(this.strings.PASTED, { rows: rows.length, columns: width });
      this.focus();
    }

    // The cells that an empty table offered and that nothing was pasted into.
    dropEmpty(height, width) {
      const isEmpty = (column) => this.rows.every((row) => row.cells[column].value === '') && this.head[column].value === '';
      while (this.rows.length > Math.max(height, 1) && this.rows.at(-1).cells.every((cell) => cell.value === '')) this.rows.pop();
      while (this.columns.length > Math.max(width, 1) && isEmpty(this.columns.length - 1)) this.eachLine((line) => line.pop());
    }

    recognise(column) {
      const values = this.rows.map((row) => row.cells[column].value.trim()).filter((value) => value !== '');
      if (column > 0 && values.length && values.every((value) => FIGURE.test(value))) this.setFigures(column, true);
    }
  }

  const partOf = (grid, name, label) => ({
    name,
    meta: { label, required: name === 'head' },
    render(placeholder) {
      const element = name === 'head' ? grid.element : make('span');
      if (name !== 'head') {
        placeholder.parentElement.hidden = true;
        placeholder.parentElement.removeAttribute('data-contentpath');
      }
      placeholder.replaceWith(element);
      return {
        type: name,
        element,
        getState: () => grid.state(name),
        getDuplicatedState: () => grid.state(name, false),
        getValue: () => grid.value(name),
        setState: (state) => grid.setState(name, state),
        setError: (error) => grid.setError(error),
        getTextLabel: () => null,
        focus: () => grid.focus(),
      };
    },
  });

  class TableDefinition extends StructBlockDefinition {
    render(placeholder, prefix, initialState, initialError) {
      const grid = new Grid(prefix, initialState ?? {}, this.meta.strings);
      const parts = PARTS.map((name) => [name, partOf(grid, name, this.meta.strings.TABLE)]);
      const definition = Object.create(this);
      definition.childBlockDefsByName = { ...this.childBlockDefsByName, ...Object.fromEntries(parts) };
      return super.render.call(definition, placeholder, prefix, initialState, initialError);
    }
  }

  window.telepath.register('authoring.TableBlock', TableDefinition);
})();

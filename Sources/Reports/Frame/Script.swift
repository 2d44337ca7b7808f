/// The one script, inlined in each page, which is whole without it: it sorts and filters tables, tells how long ago a time
/// was, and marks a night that is late by the reader's clock.
///
/// It writes text and attributes of its own only, never markup; it stores, loads and sends nothing.
enum Script {
  static let text = [head, times, boxes, sorting, finding, end].joined(separator: "\n")

  private static let head = """
    (() => {
    'use strict';
    const all = (root, query) => Array.from(root.querySelectorAll(query));
    const make = (name, attributes, text) => {
      const made = document.createElement(name);
      for (const key of Object.keys(attributes)) made.setAttribute(key, attributes[key]);
      made.textContent = text || '';
      return made;
    };
    """

  /// `<time>`: its age as a title, and written beside it where it asks (`data-age`). `data-expected`: a warning once past.
  private static let times = """
    const span = (seconds) => {
      const say = (count, unit) => count + ' ' + unit + (count === 1 || unit.length < 4 ? '' : 's');
      if (seconds < 60) return 'less than a minute';
      if (seconds < 5400) return say(Math.round(seconds / 60), 'min');
      if (seconds < 172800) return say(Math.round(seconds / 3600), 'h');
      if (seconds < 5184000) return say(Math.round(seconds / 86400), 'day');
      if (seconds < 63072000) return say(Math.round(seconds / 2629800), 'month');
      return say(Math.floor(seconds / 31557600), 'year');
    };
    const age = (text, now) => {
      const seconds = (now - Date.parse(text)) / 1000;
      if (!isFinite(seconds)) return '';
      if (text.length === 10 && seconds >= 0 && seconds < 86400) return 'today';
      return seconds < 0 ? 'in ' + span(-seconds) : span(seconds) + ' ago';
    };
    const minute = (text) => text.slice(0, 10) + ' ' + text.slice(11, 16) + ' UTC';
    const tick = () => {
      const now = Date.now();
      for (const time of all(document, 'time[datetime]')) {
        const text = age(time.dateTime, now);
        if (!text) continue;
        time.title = time.dateTime + ', ' + text;
        if (!time.hasAttribute('data-age')) continue;
        const next = time.nextElementSibling;
        const beside = next && next.className === 'age' ? next : time.parentNode.insertBefore(
          make('span', {class: 'age'}), time.nextSibling);
        beside.textContent = ' (' + text + ')';
      }
      for (const mark of all(document, '[data-expected]')) {
        const due = mark.dataset.expected, late = (now - Date.parse(due)) / 1000;
        if (!(late > 0)) continue;
        mark.className = 'late';
        mark.setAttribute('role', 'status');
        mark.textContent = 'No run since ' + (mark.dataset.last ? minute(mark.dataset.last) : 'then') +
          ': expected by ' + minute(due) + ', ' + span(late) + ' late.';
      }
    };
    tick();
    setInterval(tick, 60000);
    """

  /// A box that shows all it holds needs no stop on the way through the page, and is no landmark.
  private static let boxes = """
    const boxes = all(document, '.scroll, pre').map((box) => ({box, label: box.getAttribute('aria-label')}));
    const fit = () => {
      for (const {box, label} of boxes) {
        const scrolls = box.scrollWidth > box.clientWidth + 1;
        const traits = {tabindex: '0', role: 'region', 'aria-label': label};
        for (const key of Object.keys(traits)) {
          if (scrolls && traits[key]) box.setAttribute(key, traits[key]); else box.removeAttribute(key);
        }
      }
    };
    fit();
    addEventListener('resize', fit);
    for (const part of all(document, 'details')) part.addEventListener('toggle', fit);
    """

  /// By `data-value`, `<data value>`, a number with its unit, or the text; what is missing comes last either way.
  private static let sorting = """
    const units = {'%': 1, B: 1, KiB: 1024, MiB: 1048576, GiB: 1073741824, TiB: 1099511627776,
      ms: 0.001, s: 1, min: 60, h: 3600, d: 86400};
    const number = (text) => {
      const plain = text.replace(/,/g, '').replace(/\u{2212}/g, '-').replace(/^[<>\u{2248}]\\s*/, '');
      const found = /^([+-]?[0-9.]+(?:e[+-]?[0-9]+)?)\\s*([A-Za-z%]*)(?:\\s+([0-9]+) min)?/.exec(plain);
      if (!found || (found[2] && !units[found[2]])) return NaN;
      return Number(found[1]) * (units[found[2]] || 1) + Number(found[3] || 0) * 60;
    };
    const value = (cell, numeric) => {
      if (!cell) return null;
      const marked = cell.matches('[data-value]') ? cell : cell.querySelector('[data-value],data[value]');
      if (marked) return Number(marked.hasAttribute('data-value') ? marked.dataset.value : marked.value);
      const text = cell.textContent.trim();
      if (text === '' || text === '\u{2013}') return null;
      if (!numeric) return text;
      const parsed = number(text);
      return isNaN(parsed) ? null : parsed;
    };
    const order = (a, b) => typeof a === 'number' && typeof b === 'number' ? a - b
      : String(a).localeCompare(String(b), 'en', {numeric: true});
    const sort = (table, head, column) => {
      const body = table.tBodies[0], numeric = head.classList.contains('n'), old = head.getAttribute('aria-sort');
      const ways = numeric ? [null, 'descending', 'ascending'] : [null, 'ascending', 'descending'];
      const way = ways[(ways.indexOf(old) + 1) % 3], sign = way === 'descending' ? -1 : 1;
      for (const other of all(table.tHead, '[aria-sort]')) other.removeAttribute('aria-sort');
      if (way) head.setAttribute('aria-sort', way);
      const rows = table.nightshiftRows.map((row, place) => ({row, place, key: value(row.cells[column], numeric)}));
      if (way) rows.sort((a, b) => a.key === null || b.key === null
        ? (a.key === null) - (b.key === null) || a.place - b.place : sign * order(a.key, b.key) || a.place - b.place);
      body.append(...rows.map(({row}) => row));
    };
    for (const table of all(document, 'table[data-sort]')) {
      table.nightshiftRows = Array.from(table.tBodies[0].rows);
      Array.from(table.tHead.rows[0].cells).forEach((head, column) => {
        if (head.tagName !== 'TH') return;
        const button = make('button', {type: 'button'}, head.textContent);
        button.addEventListener('click', () => sort(table, head, column));
        head.textContent = '';
        head.append(button);
      });
    }
    """

  /// A field above whatever has `data-filter`, a table or a list: what has all its words stays.
  private static let finding = """
    for (const list of all(document, '[data-filter]')) {
      const parts = Array.from(list.tBodies ? list.tBodies[0].rows : list.children), noun = list.dataset.filter;
      if (parts.length < 8) continue;
      const texts = parts.map((part) => part.textContent.toLowerCase());
      const row = make('div', {class: 'find'});
      const label = make('label', {}, 'Search ' + noun);
      const field = make('input', {type: 'search', name: 'search', autocomplete: 'off', spellcheck: 'false'});
      const count = make('span', {'aria-live': 'polite'});
      const column = list.dataset.choice, at = (part) => part.cells[column].textContent;
      const choice = column ? make('select', {name: 'choice'}) : null;
      if (choice) {
        const kind = make('label', {}, list.tHead.rows[0].cells[column].textContent);
        choice.append(make('option', {value: ''}, 'all'));
        for (const word of Array.from(new Set(parts.map(at))).sort()) choice.append(make('option', {value: word}, word));
        choice.addEventListener('change', () => show());
        kind.append(choice);
        row.append(kind);
      }
      const show = () => {
        const words = field.value.toLowerCase().split(/\\s+/).filter((word) => word);
        let shown = 0;
        parts.forEach((part, place) => {
          part.hidden = !words.every((word) => texts[place].includes(word)) ||
            Boolean(choice && choice.value) && at(part) !== choice.value;
          if (!part.hidden) shown += 1;
        });
        count.textContent = shown.toLocaleString('en') + ' of ' + parts.length.toLocaleString('en') + ' ' + noun;
      };
      label.append(field);
      row.prepend(label);
      row.append(count);
      const place = list.closest('.scroll') || list;
      place.parentNode.insertBefore(row, place);
      field.addEventListener('input', show);
      show();
    }
    """

  private static let end = "})();"
}

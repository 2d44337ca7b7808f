// Works the page's script as a reader does, for Scripts/check-pages: tables with `data-sort` can be sorted by their heads, tables
// and lists with `data-filter` can be searched, a time in `data-expected` that has passed is told. Each gives a list of
// {what, where}; without a script, or with nothing for it to do, an empty one.
(() => {
  const tables = 4, columns = 5, wordsTried = 3;
  // Below it a list has no field.
  const fewestToSearch = 8;

  const finding = (what, element) => ({
    what, where: `${element.tagName.toLowerCase()} “${(element.textContent || "").trim().replace(/\s+/g, " ").slice(0, 40)}”`,
  });
  const rowsOf = (table) => [...table.tBodies[0].rows];
  const isSame = (first, second) => first.length === second.length && first.every((each, index) => each === second[index]);

  function plainNumber(text) {
    const plain = text.trim().replaceAll(",", "").replace("\u2212", "-");
    return /^[+-]?\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
  }

  /// Whether values go one way; null where these cannot be compared by somebody who does not know what they mean.
  function isSorted(cells, way) {
    const texts = cells.map((cell) => cell.textContent.trim()).filter((text) => text !== "" && text !== "\u2013");
    const numbers = texts.map(plainNumber);
    const sign = way === "descending" ? -1 : 1;
    if (cells.some((cell) => cell.matches("[data-value]") || cell.querySelector("[data-value], data"))) { return null; }
    if (numbers.some((number) => number === null)) { return null; }
    return numbers.every((number, index) => index === 0 || sign * (number - numbers[index - 1]) >= 0);
  }

  function sortColumn(table, head, column) {
    const before = rowsOf(table);
    const button = head.querySelector("button");
    if (!button) { return [finding("a head of a table that can be sorted is no button", head)]; }
    const found = [], ways = [];
    for (let press = 0; press < 2; press += 1) {
      button.click();
      const way = head.getAttribute("aria-sort");
      ways.push(way);
      const after = rowsOf(table);
      if (after.length !== before.length || new Set([...after, ...before]).size !== before.length) {
        found.push(finding("sorting lost or doubled rows", head));
      }
      if (isSorted(after.map((row) => row.cells[column]), way) === false) {
        found.push(finding(`the rows are not ${way} after sorting`, head));
      }
    }
    if (ways.toSorted().join() !== "ascending,descending") {
      found.push(finding(`aria-sort was ${ways.join(", then ")}`, head));
    }
    button.click();
    if (head.hasAttribute("aria-sort") || !isSame(before, rowsOf(table))) {
      found.push(finding("a third press does not give the first order back", head));
    }
    return found;
  }

  function sorting() {
    return [...document.querySelectorAll("table[data-sort]")].slice(0, tables).flatMap((table) =>
      [...table.tHead.rows[0].cells].slice(0, columns).flatMap((head, column) =>
        head.tagName === "TH" ? sortColumn(table, head, column) : []));
  }

  const isShown = (part) => part.checkVisibility();

  function type(field, text) {
    field.focus();
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function searchList(list, field) {
    const parts = list.tBodies ? rowsOf(list) : [...list.children];
    const found = [];
    if (!field.labels?.length && !field.getAttribute("aria-label")) { found.push(finding("a search field has no label", list)); }
    const step = Math.ceil(parts.length / wordsTried);
    const words = parts.filter((_, index) => index % step === 0).map((part) => part.textContent.trim().split(/\s+/)[0]).filter(Boolean);
    for (const word of words) {
      type(field, word.toUpperCase());
      const wrong = parts.find((part) => isShown(part) !== part.textContent.toLowerCase().includes(word.toLowerCase()));
      if (wrong) { found.push(finding(`a search for ${word} is wrong about this`, wrong)); }
    }
    type(field, "no such thing \u{10FFFD}");
    if (parts.some(isShown)) { found.push(finding("a search for what is nowhere shows something", list)); }
    type(field, "");
    if (!parts.every(isShown)) { found.push(finding("an emptied search does not show all", list)); }
    return found;
  }

  function searching() {
    const lists = [...document.querySelectorAll("[data-filter]")].filter(
      (list) => (list.tBodies ? rowsOf(list) : [...list.children]).length >= fewestToSearch && list.checkVisibility());
    return lists.flatMap((list) => {
      const fields = [...document.querySelectorAll("input[type=search]")].filter(
        (field) => field.compareDocumentPosition(list) & Node.DOCUMENT_POSITION_FOLLOWING);
      return fields.length ? searchList(list, fields.at(-1)) : [finding("what can be searched has no field", list)];
    });
  }

  /// Times by which something was expected, as the page has them.
  const expectations = () => [...document.querySelectorAll("[data-expected]")].map((mark) => mark.dataset.expected);

  /// With the clock past a time, or before all: whether each mark says so.
  function lateness(isLate) {
    return [...document.querySelectorAll("[data-expected]")].filter((mark) => mark.classList.contains("late") !== isLate).map(
      (mark) => finding(isLate ? "what is long overdue is not told to be late" : "what is not due yet is told to be late", mark));
  }

  window.__behaviours = { sorting, searching, expectations, lateness };
})();

// What a page says of itself, for Scripts/check-pages. Each probe gives a list of {what, where}.
(() => {
  const pixel = 1;
  // WCAG 1.4.3 and 1.4.11.
  const contrastOfMarks = 3, contrastOfText = 4.5, contrastOfLargeText = 3, largePixels = 24, largeBoldPixels = 18.66;
  const readablePixels = 9;
  const listed = 6;

  function selector(element) {
    const steps = [];
    for (let at = element; at && at.nodeType === 1 && steps.length < 4; at = at.parentElement) {
      if (at.id) { steps.unshift("#" + at.id); break; }
      const same = at.parentElement ? [...at.parentElement.children].filter((other) => other.tagName === at.tagName) : [];
      const place = same.length > 1 ? `:nth-of-type(${same.indexOf(at) + 1})` : "";
      const name = typeof at.className === "string" && at.className ? "." + at.className.trim().split(/\s+/)[0] : "";
      steps.unshift(at.tagName.toLowerCase() + name + place);
    }
    return steps.join(" > ");
  }

  function said(element) {
    const text = (element.textContent || "").trim().replace(/\s+/g, " ");
    return text ? ` “${text.slice(0, 40)}”` : "";
  }

  const finding = (what, element, how = "") => ({ what, where: selector(element) + said(element) + (how && `: ${how}`) });

  /// An ancestor scrolls or cuts what is too wide.
  function isBoxed(element) {
    for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
      if (getComputedStyle(at).overflowX !== "visible") { return true; }
    }
    return false;
  }

  /// Where the text in an element ends on the right, which may be outside of its box.
  function textEnd(element) {
    const range = document.createRange();
    return Math.max(...[...element.childNodes].filter((node) => node.nodeType === 3).map((node) => {
      range.selectNodeContents(node);
      return range.getBoundingClientRect().right;
    }));
  }

  /// What reaches beyond the window; `least` is where it begins to matter.
  function overflow(width, least = width) {
    const root = document.documentElement;
    if (Math.max(root.scrollWidth, document.body.scrollWidth) <= least) { return []; }
    const wide = [...document.body.querySelectorAll("*")].filter(
      (element) => Math.max(element.getBoundingClientRect().right, textEnd(element)) > width + pixel && !isBoxed(element));
    const deepest = wide.filter((element) => !wide.some((other) => other !== element && element.contains(other)));
    return (deepest.length ? deepest : [document.body]).slice(0, listed).map((element) => finding(
      "the page is wider than its window", element, `${root.scrollWidth} px`));
  }

  function clippedText() {
    const boxes = [...document.body.querySelectorAll("*")].filter((element) => {
      const style = getComputedStyle(element);
      const cuts = ["hidden", "clip"].includes(style.overflowX) && !element.closest("svg");
      // Text for screen readers alone is in a box of one pixel.
      return cuts && element.clientWidth > 2 && element.scrollWidth > element.clientWidth + pixel;
    });
    return boxes.slice(0, listed).map((element) => finding("text is cut off by its box", element));
  }

  const isSeen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });

  function pictureTexts(picture) {
    return [...picture.querySelectorAll("text")].filter((text) => text.textContent.trim() && isSeen(text)).map(
      (element) => ({ element, box: element.getBoundingClientRect(), turned: isTurned(element) })
    // In a group that is not displayed a text is visible, and nowhere.
    ).filter(({ box }) => box.width > 0);
  }

  function isTurned(element) {
    const matrix = element.getScreenCTM();
    return Math.abs(matrix.b) > 1e-6 || Math.abs(matrix.c) > 1e-6;
  }

  /// The nearest box that cuts off what is beyond it; one that scrolls does not.
  function cuttingBox(picture) {
    for (let at = picture; at; at = at.parentElement) {
      if (["hidden", "clip"].includes(getComputedStyle(at).overflowX)) { return at.getBoundingClientRect(); }
    }
    return { left: -Infinity, right: Infinity, top: -Infinity, bottom: Infinity };
  }

  function clippedPictureTexts(picture, texts) {
    const frame = cuttingBox(picture);
    return texts.filter(({ box }) => box.left < frame.left - pixel || box.right > frame.right + pixel
      || box.top < frame.top - 3 * pixel || box.bottom > frame.bottom + 3 * pixel
    ).map(({ element }) => finding("a picture's text is cut off at its edge", element));
  }

  /// Boxes are as tall as the line: what is drawn is about its middle three fifths.
  function overlappingTexts(texts) {
    const found = [];
    const inks = texts.map(({ element, box, turned }) => {
      const [x, y] = turned ? [box.width * 0.2, 0] : [0, box.height * 0.2];
      return { element, left: box.left + x, right: box.right - x, top: box.top + y, bottom: box.bottom - y };
    }).sort((first, second) => first.top - second.top);
    for (let index = 0; index < inks.length; index += 1) {
      for (let next = index + 1; next < inks.length && inks[next].top < inks[index].bottom; next += 1) {
        const wide = Math.min(inks[index].right, inks[next].right) - Math.max(inks[index].left, inks[next].left);
        const tall = Math.min(inks[index].bottom, inks[next].bottom) - inks[next].top;
        if (wide > pixel && tall > pixel) {
          found.push(finding("a picture's text lies over another", inks[index].element, said(inks[next].element).trim()));
        }
      }
    }
    return found;
  }

  function smallTexts(texts) {
    return texts.filter(({ element }) => {
      const matrix = element.getScreenCTM();
      return parseFloat(getComputedStyle(element).fontSize) * Math.hypot(matrix.a, matrix.b) < readablePixels;
    }).map(({ element }) => finding(`a picture's text is smaller than ${readablePixels} px`, element));
  }

  function color(text) {
    const parts = text.match(/[\d.]+/g);
    return text.startsWith("rgb") && parts ? [...parts.slice(0, 3).map(Number), parts.length > 3 ? Number(parts[3]) : 1] : null;
  }

  const over = (front, back, opacity) => back.slice(0, 3).map(
    (value, index) => value + (front[index] - value) * front[3] * opacity).concat(1);

  function luminance([red, green, blue]) {
    const [r, g, b] = [red, green, blue].map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function ratio(first, second) {
    const [low, high] = [luminance(first), luminance(second)].sort((one, other) => one - other);
    return (high + 0.05) / (low + 0.05);
  }

  function ground(element) {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const layer = color(getComputedStyle(at).backgroundColor);
      if (layer && layer[3] > 0) { layers.unshift(layer); }
    }
    return layers.reduce((below, layer) => over(layer, below, 1), [255, 255, 255, 1]);
  }

  /// What is painted below the middle of a text, shape over shape.
  function behind(picture, { element, box }, start) {
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    let below = start;
    for (const shape of picture.querySelectorAll("rect, path, circle, ellipse, polygon")) {
      if (!(shape.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING)) { break; }
      const style = getComputedStyle(shape);
      const fill = color(style.fill);
      if (fill && isSeen(shape) && shape.isPointInFill(new DOMPoint(x, y).matrixTransform(shape.getScreenCTM().inverse()))) {
        below = over(fill, below, Number(style.opacity) * Number(style.fillOpacity));
      }
    }
    return below;
  }

  function faintTexts(picture, texts) {
    const start = ground(picture);
    return texts.flatMap((text) => {
      const style = getComputedStyle(text.element);
      const fill = color(style.fill);
      if (!fill) { return []; }
      const below = behind(picture, text, start);
      const found = ratio(over(fill, below, opacity(text.element) * Number(style.fillOpacity)), below);
      return found >= leastContrast(style) ? []
        : [finding("a picture's text is too faint", text.element, `contrast ${found.toFixed(2)}`)];
    });
  }

  /// The text of the page, as axe-core judges it, in a hundredth of its time.
  function faintText() {
    return colorSamples().flatMap((element) => {
      const style = getComputedStyle(element);
      const text = color(style.color);
      if (!text || element.disabled) { return []; }
      const below = ground(element);
      const found = ratio(over(text, below, opacity(element)), below);
      // A mark, such as the dot of a legend, is no text: WCAG 1.4.11.
      const least = /[\p{L}\p{N}]/u.test(element.textContent) ? leastContrast(style) : contrastOfMarks;
      return found >= least ? [] : [finding("text is too faint", element, `contrast ${found.toFixed(2)}`)];
    });
  }

  function opacity(element) {
    let all = 1;
    for (let at = element; at; at = at.parentElement) { all *= Number(getComputedStyle(at).opacity); }
    return all;
  }

  function leastContrast(style) {
    const size = parseFloat(style.fontSize);
    const isLarge = size >= largePixels || size >= largeBoldPixels && Number(style.fontWeight) >= 700;
    return isLarge ? contrastOfLargeText : contrastOfText;
  }

  function pictures() {
    return [...document.querySelectorAll("svg:not(svg svg)")].filter(isSeen).flatMap((picture) => {
      const texts = pictureTexts(picture);
      return [
        clippedPictureTexts(picture, texts), overlappingTexts(texts), smallTexts(texts), faintTexts(picture, texts),
      ].flatMap((found) => found.slice(0, listed));
    });
  }

  // A closed <details> opens without a script. Pictures have other labels narrow than wide, and a table behind them.
  const notRead = "script, style, noscript, template, option, svg, details:not([open]), [hidden]";

  function hiddenText() {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      const isNoText = !walker.currentNode.textContent.trim()
        || element.closest(notRead);
      if (!isNoText && !element.checkVisibility({ visibilityProperty: true })) {
        found.push(finding("text is hidden where scripts are off", element));
      }
    }
    return found.slice(0, listed);
  }

  function focusables() {
    const wanted = "a[href], area[href], button, input, select, textarea, summary, [tabindex], [contenteditable]";
    return [...document.querySelectorAll(wanted)].filter(
      (element) => element.tabIndex >= 0 && !element.disabled && element.type !== "hidden" && isSeenOrFocused(element));
  }

  /// A skip link may be transparent until it has the focus.
  const isSeenOrFocused = (element) => element.checkVisibility({ visibilityProperty: true });

  /// How the shapes of a link in a picture are drawn: they may show the focus in place of an outline.
  const drawing = (element) => element instanceof SVGElement ? [...element.querySelectorAll("*")].map((shape) => {
    const { stroke, strokeWidth, fill } = getComputedStyle(shape);
    return [stroke, strokeWidth, fill];
  }).join() : "";

  /// Begins to note what gets the focus, and whether that is seen. Gives the number of stops that there should be.
  function watchFocus() {
    const order = focusables();
    const calm = new Map(order.map((element) => [element, drawing(element)]));
    const stops = [];
    document.addEventListener("focusin", ({ target }) => {
      const style = getComputedStyle(target);
      const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none"
        || (calm.get(target) ?? "") !== drawing(target);
      const box = target.getBoundingClientRect();
      const isInWindow = box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
      stops.push({ target, ring, isInWindow });
    });
    window.__focus = { order, stops };
    document.activeElement?.blur();
    return order.length;
  }

  /// What the keys found; `limit` stops were asked for.
  function focusFaults(limit) {
    const { order, stops } = window.__focus;
    const found = [];
    const wanted = order.slice(0, limit);
    // Boxes that scroll are stops of the browser's own, between ours.
    const reached = stops.filter(({ target }) => order.includes(target));
    wanted.forEach((element, index) => {
      if (!reached[index] && found.length < listed) { found.push(finding("the tab key does not reach it", element)); }
    });
    const wrong = reached.slice(0, wanted.length).find(({ target }, index) => target !== wanted[index]);
    if (wrong) { found.push(finding("the tab key comes here out of the order of the page", wrong.target)); }
    for (const element of document.querySelectorAll("[tabindex]")) {
      if (element.tabIndex > 0) { found.push(finding("tabindex is above 0", element)); }
    }
    found.push(...stops.filter(({ ring }) => !ring).slice(0, listed).map(({ target }) => finding("its focus is not seen", target)));
    found.push(...stops.filter(({ isInWindow }) => !isInWindow).slice(0, listed).map(
      ({ target }) => finding("it has the focus outside of the window", target)));
    const first = wanted[0];
    if (first && !(first.getAttribute("href") || "").startsWith("#")) {
      found.push(finding("the first stop is no link that skips to the content", first));
    }
    return found;
  }

  /// One element for each colour of text on each ground: axe-core takes a millisecond for each, and a table has thousands alike.
  function colorSamples() {
    const samples = new Map();
    for (const element of document.body.querySelectorAll("*")) {
      const isText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
      if (isText && !element.closest("svg") && isSeen(element)) {
        const { color, fontSize, fontWeight, opacity } = getComputedStyle(element);
        const key = [color, fontSize, fontWeight, opacity, element.parentElement.tagName, ...ground(element)].join(" ");
        if (!samples.has(key)) { samples.set(key, element); }
      }
    }
    return [...samples.values()];
  }

  async function judge(context, options) {
    const { violations } = await axe.run(context, { resultTypes: ["violations"], ...options });
    return violations.flatMap(({ id, help, nodes }) => nodes.slice(0, listed).map((node) => ({
      what: `${id}: ${help}`, where: `${node.target.join(" ")} ${(node.any[0] || node.all[0] || node.none[0])?.message || ""}`,
    })));
  }

  const contrast = () => judge({ include: colorSamples() }, { runOnly: { type: "rule", values: ["color-contrast"] } });

  const linksInText = () => judge(document, { runOnly: { type: "rule", values: ["link-in-text-block"] } });

  /// All rules of these tags but that of contrast, which is judged apart.
  const rules = (tags) => judge(document, {
    runOnly: { type: "tag", values: tags }, rules: { "color-contrast": { enabled: false } },
  });

  window.__probes = { overflow, clippedText, faintText, pictures, hiddenText, watchFocus, focusFaults, contrast, linksInText, rules };
})();

"""A page, opened in a tab and looked at in every way: as a file, from a web server, with scripts off, wide and narrow, light and
dark, by the tab key alone, and by axe-core."""

import asyncio
import base64
import os
import pathlib
import urllib.parse

from browser import BrowserError
from findings import Finding

WIDTHS = (1280, 390)
SCHEMES = ("light", "dark")
# The width of A4 without margins of 14 mm; and what Chromium shrinks to fit on it (kPrintingMaximumShrinkFactor is 2, and 1.33 is
# its normal). Wider pages are cut.
PAPER_PIXELS = 688
SHRUNK_PIXELS = PAPER_PIXELS * 2 * 3 // 4
PAGE_SECONDS = 180
# So many stops of the tab key are asked for; longer pages have more of the same.
KEY_STOPS = 300
KEYS_AT_ONCE = 25
AXE = pathlib.Path(os.environ.get("NIGHTSHIFT_AXE") or pathlib.Path.home() / ".local/share/nightshift/axe-core/axe.min.js")
BEHAVIOURS = pathlib.Path(__file__).with_name("behaviours.js")
PROBES = pathlib.Path(__file__).with_name("probes.js")
# All that axe-core has for WCAG 2.2 AA, and what it calls best practice. No rule is left out.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Before any script of the page: what a policy stops, and what an injected script would leave.
WATCH = """
  window.__violations = [];
  document.addEventListener("securitypolicyviolation", (event) => window.__violations.push(
    `${event.effectiveDirective} stopped ${event.blockedURI || "a script"} ${event.sample}`.trim()));
"""

# A reader's clock, which stands.
CLOCK = """
  globalThis.Date = class extends Date {
    constructor(...parts) { if (parts.length) { super(...parts); } else { super(%(moment)s); } }
    static now() { return %(moment)s; }
  };
"""
HOUR = 3_600_000
# Windows of the page are told of their new size a moment later, and so are opened details.
SETTLE_SECONDS = 0.05


class Visitor:
    """Checks pages of a site in one tab."""

    def __init__(self, tab, site, served, options):
        self.tab = tab
        self.site = site
        self.served = served
        # A folder for screenshots, or None.
        self.pictures = options.screenshots
        # Of hostile values only what they may do is asked: not whether they are beautiful.
        self.is_hostile = options.payloads is not None
        self.found = []

    async def prepare(self):
        await self.tab.send("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
        return self

    async def visit(self, page, wants_picture):
        """All checks of a page; they are in ``found`` afterwards."""
        try:
            await asyncio.wait_for(self._visit(page, wants_picture), PAGE_SECONDS)
        except BrowserError as fault:
            self._note("browser", str(fault).splitlines()[0], page)
        except asyncio.TimeoutError:
            self._note("browser", f"its checks took longer than {PAGE_SECONDS} s", page)

    async def _visit(self, page, wants_picture):
        await self._see_as_file(page)
        if wants_picture:
            await self._take_pictures(page)
        await self._measure(page)
        if not self.is_hostile:
            await self._see_everywhere(page)
            await self._see_printed(page)
            await self._work_scripts(page)
        await self._see_served(page)
        await self._see_without_scripts(page)

    async def _measure(self, page):
        """Wide and narrow, with all that can be opened open, which it stays."""
        await self.tab.value("for (const each of document.querySelectorAll('details')) { each.open = true }")
        for width in WIDTHS:
            await self._look(width, SCHEMES[0])
            await self._probe("layout", page, str(width), f"overflow({width})")
            await self._probe("layout", page, str(width), "clippedText()")

    async def _look(self, width, scheme, media=""):
        await self.tab.look(width, scheme, media)
        await asyncio.sleep(SETTLE_SECONDS)

    async def _see_everywhere(self, page):
        """Wide and narrow, light and dark."""
        await self.tab.value(AXE.read_text() + "; 0")
        for width in WIDTHS:
            for scheme in SCHEMES:
                await self._look(width, scheme)
                await self._see_looks(page, width, scheme)

    async def _see_as_file(self, page):
        await self.tab.look(WIDTHS[0], SCHEMES[0])
        address = (self.site.root / page).as_uri()
        await self.tab.go(address)
        await self.tab.value(PROBES.read_text())
        await self._walk_by_keys(page)
        await self._note_events(page, address, "file")

    async def _see_looks(self, page, width, scheme):
        view = f"{width} {scheme}"
        if scheme == SCHEMES[0]:
            await self._probe("accessibility", page, view, f"rules({TAGS!r})")
        elif width == WIDTHS[0]:
            await self._probe("accessibility", page, view, "linksInText()")
        # The narrow page has the colours of the wide one, but for what a media query may do: our own measure finds that.
        await self._probe("accessibility", page, view, "contrast()" if width == WIDTHS[0] else "faintText()")
        await self._probe("pictures", page, view, "pictures()")

    async def _walk_by_keys(self, page):
        stops = min(await self.tab.value("window.__probes.watchFocus()"), KEY_STOPS)
        # Boxes that scroll are stops too.
        presses = stops + await self.tab.value("document.querySelectorAll('pre, .scroll').length")
        for start in range(0, presses, KEYS_AT_ONCE):
            await asyncio.gather(*(self.tab.press_tab() for _ in range(start, min(start + KEYS_AT_ONCE, presses))))
        await self._probe("keyboard", page, str(WIDTHS[0]), f"focusFaults({stops})")
        # A skip link that has the focus lies over what is below it.
        await self.tab.value("document.activeElement.blur()")

    async def _see_printed(self, page):
        await self._look(PAPER_PIXELS, SCHEMES[0], media="print")
        await self._probe("layout", page, "printed", f"overflow({PAPER_PIXELS}, {SHRUNK_PIXELS})")
        await self._probe("accessibility", page, "printed", "faintText()")

    async def _work_scripts(self, page):
        """Sorts, searches, and opens the page before and long after what it expects."""
        await self.tab.look(WIDTHS[0], SCHEMES[0])
        address = (self.site.root / page).as_uri()
        await self.tab.go(address)
        await self.tab.value(BEHAVIOURS.read_text())
        for behaviour in ("sorting", "searching"):
            await self._probe("script", page, "", f"{behaviour}()", "__behaviours")
        expected = await self.tab.value("window.__behaviours.expectations().map(Date.parse)")
        if expected:
            for moment, is_late in ((min(expected) - HOUR, "false"), (max(expected) + HOUR, "true")):
                await self._open_at(moment, address)
                await self._probe("script", page, "", f"lateness({is_late})", "__behaviours")
        await self._note_events(page, address, "script")

    async def _open_at(self, moment, address):
        """Opens a page with the clock at a moment, in milliseconds since 1970."""
        clock = await self.tab.send("Page.addScriptToEvaluateOnNewDocument", source=CLOCK % {"moment": moment})
        await self.tab.go(address)
        await self.tab.send("Page.removeScriptToEvaluateOnNewDocument", identifier=clock["identifier"])
        await self.tab.value(BEHAVIOURS.read_text())

    async def _see_served(self, page):
        path = urllib.parse.quote(page)
        await self.tab.go(self.served.address + path)
        await self._note_events(page, self.served.address + path, "served")

    async def _see_without_scripts(self, page):
        await self.tab.run_scripts(False)
        try:
            address = (self.site.root / page).as_uri()
            await self.tab.go(address)
            await self.tab.value(PROBES.read_text())
            await self._probe("no script", page, "", "hiddenText()")
            self._note_requests(page, address, "no script")
        finally:
            await self.tab.run_scripts(True)

    async def _note_events(self, page, address, view):
        self._note_requests(page, address, view)
        for method, parameters in self.tab.events:
            for check, what in complaints(method, parameters):
                self._note(check, what, page, view=view)
        for violation in await self.tab.value("window.__violations"):
            self._note("policy", violation, page, view=view)
        if await self.tab.value("typeof window.__xss") != "undefined":
            self._note("injection", "a value of the page ran as a script", page, view=view)

    def _note_requests(self, page, address, view):
        for method, parameters in self.tab.events:
            asked = parameters.get("request", {}).get("url", "") if method == "Network.requestWillBeSent" else ""
            if asked and asked != address and not asked.startswith("data:"):
                self._note("requests", f"the page asks for {asked[:200]}", page, view=view)

    async def _probe(self, check, page, view, call, probes="__probes"):
        for fault in await self.tab.value(f"window.{probes}.{call}"):
            self._note(check, fault["what"], page, fault["where"], view)

    async def _take_pictures(self, page):
        name = page.removesuffix(".html").replace("/", "-")
        await self.tab.value("scrollTo(0, 0)")
        for width in WIDTHS:
            for scheme in SCHEMES:
                await self._look(width, scheme)
                picture = await self.tab.send("Page.captureScreenshot", format="png", captureBeyondViewport=True)
                (self.pictures / f"{name}-{width}-{scheme}.png").write_bytes(base64.b64decode(picture["data"]))

    def _note(self, check, what, page, where="", view=""):
        self.found.append(Finding(check, what, page, where, view))


def complaints(method, parameters):
    """What an event of the browser says against a page: (check, what). What a policy stops is told by the page itself."""
    if method == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning", "assert"):
        yield "console", " ".join(str(part.get("value", part.get("description"))) for part in parameters["args"])[:300]
    elif method == "Runtime.exceptionThrown":
        details = parameters["exceptionDetails"]
        yield "console", (details.get("exception", {}).get("description") or details["text"]).splitlines()[0][:300]
    elif method == "Log.entryAdded" and parameters["entry"]["level"] in ("error", "warning"):
        if "Content Security Policy" not in parameters["entry"]["text"]:
            yield "console", parameters["entry"]["text"][:300]
    elif method == "Audits.issueAdded" and parameters["issue"]["code"] != "ContentSecurityPolicyIssue":
        details = next(iter(parameters["issue"]["details"].values()), {})
        yield "console", f"{parameters['issue']['code']} {details.get('errorType', '')}".strip()
    elif method == "Page.javascriptDialogOpening":
        yield "injection", f"the page opened a dialog: {parameters['message'][:100]}"
    elif method == "Network.loadingFailed":
        yield "requests", f"loading failed: {parameters['errorText']}"

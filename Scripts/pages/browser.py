"""Headless Chromium through its DevTools protocol, over two pipes: no driver, no port, nothing but the standard library.

    async with Browser() as browser:
        tab = await browser.tab()
        await tab.go("file:///tmp/index.html")
        title = await tab.value("document.title")

Commands and events are JSON, each ended by a zero byte; the browser reads on its descriptor 3 and writes on 4.
"""

import asyncio
import fcntl
import json
import os
import shutil
import signal
import subprocess
import tempfile

COMMAND_SECONDS = 60
LOAD_SECONDS = 30
START_SECONDS = 60
WINDOW_HEIGHT = 900
# Messages may hold a screenshot or a whole page.
MESSAGE_BYTES = 256 << 20
FLAGS = [
    "--headless", "--remote-debugging-pipe", "--disable-gpu", "--no-first-run", "--no-default-browser-check",
    "--disable-extensions", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--disable-renderer-backgrounding", "--disable-background-timer-throttling",
    "--hide-scrollbars", "--mute-audio", "--force-color-profile=srgb",
]


class BrowserMissing(Exception):
    """There is no Chromium, or it does not start."""


class BrowserError(Exception):
    """The browser refused a command, did not answer in time, or a script of ours threw in it."""


def program():
    """The path of Chromium: NIGHTSHIFT_CHROMIUM, or the first of its names on PATH."""
    named = os.environ.get("NIGHTSHIFT_CHROMIUM")
    if named and not os.access(named, os.X_OK):
        raise BrowserMissing(f"there is no browser at {named}: run Scripts/setup")
    found = named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not found:
        raise BrowserMissing("there is no chromium on PATH: run Scripts/setup")
    return found


class Browser:
    """One process of Chromium with a profile of its own, gone when the block ends."""

    def __init__(self):
        self._sequence = 0
        self._answers = {}
        self._tabs = {}

    async def __aenter__(self):
        path = program()
        self._profile = tempfile.TemporaryDirectory(prefix="nightshift-chromium-", ignore_cleanup_errors=True)
        to_browser, from_us = os.pipe()
        from_browser, to_us = os.pipe()
        # Out of the way of 3 and 4, which the child must have.
        to_browser, to_us = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in (to_browser, to_us))

        def hand_over():
            os.dup2(to_browser, 3)
            os.dup2(to_us, 4)

        # Chromium's own sandbox does not run as root.
        unboxed = ["--no-sandbox"] if os.geteuid() == 0 else []
        self._errors = open(os.path.join(self._profile.name, "stderr"), "w+")
        self._process = subprocess.Popen(
            [path, *FLAGS, *unboxed, "--user-data-dir=" + self._profile.name + "/profile", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self._errors, preexec_fn=hand_over,
            close_fds=False, start_new_session=True)
        os.close(to_browser)
        os.close(to_us)
        self._to = os.fdopen(from_us, "wb", buffering=0)
        reader = asyncio.StreamReader(limit=MESSAGE_BYTES)
        loop = asyncio.get_running_loop()
        self._from, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(from_browser, "rb", buffering=0))
        self._listener = asyncio.create_task(self._listen(reader))
        try:
            version = await asyncio.wait_for(self.send("Browser.getVersion"), START_SECONDS)
        except (BrowserError, asyncio.TimeoutError, OSError):
            self._errors.seek(0)
            last = self._errors.read().strip().splitlines()[-1:]
            await self.__aexit__()
            raise BrowserMissing(f"{path} does not start: {''.join(last) or 'it says nothing'}") from None
        self.version = version["product"]
        return self

    async def __aexit__(self, *_):
        self._listener.cancel()
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()
        self._from.close()
        self._to.close()
        self._errors.close()
        self._profile.cleanup()

    async def send(self, method, session=None, **parameters):
        """A command's answer. Raises BrowserError."""
        self._sequence += 1
        number = self._sequence
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        answer = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        # Not awaited: commands reach the browser in the order in which they were given.
        self._write(json.dumps(message).encode() + b"\0")
        try:
            return await asyncio.wait_for(answer, COMMAND_SECONDS)
        except asyncio.TimeoutError:
            raise BrowserError(f"{method}: no answer within {COMMAND_SECONDS} s") from None
        finally:
            self._answers.pop(number, None)

    async def tab(self):
        """A new tab, in a context of its own: nothing is shared with other tabs."""
        context = (await self.send("Target.createBrowserContext"))["browserContextId"]
        target = (await self.send("Target.createTarget", url="about:blank", browserContextId=context))["targetId"]
        session = (await self.send("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        tab = Tab(self, session)
        self._tabs[session] = tab
        for domain in ("Page", "Runtime", "Network", "Log", "Audits"):
            await tab.send(domain + ".enable")
        await tab.send("Page.setLifecycleEventsEnabled", enabled=True)
        # A tab that is not in front takes keys and shows its focus all the same.
        await tab.send("Emulation.setFocusEmulationEnabled", enabled=True)
        return tab

    def _write(self, message):
        while message:
            message = message[self._to.write(message):]

    async def _listen(self, reader):
        while True:
            try:
                message = json.loads((await reader.readuntil(b"\0"))[:-1])
            except (asyncio.IncompleteReadError, ConnectionError):
                for answer in self._answers.values():
                    if not answer.done():
                        answer.set_exception(BrowserError("the browser ended"))
                return
            answer = self._answers.get(message.get("id"))
            if answer and not answer.done():
                if "error" in message:
                    answer.set_exception(BrowserError(message["error"]["message"]))
                else:
                    answer.set_result(message["result"])
            elif "method" in message and message.get("sessionId") in self._tabs:
                self._tabs[message["sessionId"]].note(message["method"], message["params"])


class Tab:
    """A page in the browser; ``events`` are (method, parameters) since the last ``go``."""

    def __init__(self, browser, session):
        self._browser = browser
        self._session = session
        # Navigations whose load event has ended, by the browser's names for them.
        self._loaded = set()
        self._news = asyncio.Event()
        # Answers to dialogs that are on their way.
        self._closing = []
        self.events = []

    def note(self, method, parameters):
        self.events.append((method, parameters))
        if method == "Page.lifecycleEvent" and parameters["name"] == "load":
            self._loaded.add(parameters["loaderId"])
            self._news.set()
        elif method == "Page.javascriptDialogOpening":
            # A dialog stops the page: it is noted, and closed.
            self._closing.append(asyncio.ensure_future(self._close_dialog()))

    async def _close_dialog(self):
        try:
            await self.send("Page.handleJavaScriptDialog", accept=False)
        except BrowserError:
            # The page went, and its dialog with it.
            pass

    async def send(self, method, **parameters):
        return await self._browser.send(method, self._session, **parameters)

    async def go(self, address):
        """Loads a page to the end of its load event. Raises BrowserError."""
        self.events.clear()
        answer = await self.send("Page.navigate", url=address)
        if answer.get("errorText"):
            raise BrowserError(f"{address}: {answer['errorText']}")
        # To another place in the same page nothing is loaded.
        if "loaderId" not in answer:
            return
        try:
            await asyncio.wait_for(self._arrival(answer["loaderId"]), LOAD_SECONDS)
        except asyncio.TimeoutError:
            raise BrowserError(f"{address}: not loaded within {LOAD_SECONDS} s") from None

    async def _arrival(self, loader):
        while loader not in self._loaded:
            self._news.clear()
            await self._news.wait()

    async def value(self, expression):
        """What an expression, or the promise that it gives, comes to: JSON. Raises BrowserError where it throws."""
        answer = await self.send(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True, userGesture=False)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise BrowserError(details.get("exception", {}).get("description") or details["text"])
        return answer["result"].get("value")

    async def look(self, width, scheme, media="", height=WINDOW_HEIGHT):
        """Sets the window's size in CSS pixels, `light` or `dark`, and for what media, such as `print`."""
        await self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        await self.send(
            "Emulation.setEmulatedMedia", media=media,
            features=[{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}])

    async def run_scripts(self, allowed):
        await self.send("Emulation.setScriptExecutionDisabled", value=not allowed)

    async def press_tab(self):
        for kind in ("rawKeyDown", "keyUp"):
            await self.send("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)

"""A site, served as any web server would."""

import functools
import http.server
import threading
import urllib.parse

from findings import Finding


class Served:
    """A folder behind an address of this machine, by a thread; ``asked`` are the paths that were asked for."""

    def __init__(self, root):
        self.asked = []
        handler = functools.partial(Handler, self.asked, directory=str(root))
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/"
        return self

    def surplus(self, site):
        """A finding for each path that was asked for and is no page: browsers ask for an icon where a page names none."""
        asked = {urllib.parse.unquote(path).lstrip("/") for path in self.asked}
        return [Finding("requests", "the web server was asked for more than pages", path) for path in sorted(asked - set(site.pages))]

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Handler(http.server.SimpleHTTPRequestHandler):
    def __init__(self, asked, *arguments, **options):
        self.asked = asked
        super().__init__(*arguments, **options)

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.asked.append(self.path)
        super().do_GET()

"""A member at the real portal, over HTTP: no browser, but its cookies, forms and tokens."""

import re
import time
import urllib.error
import urllib.parse
import urllib.request
from html import unescape
from http.cookiejar import CookieJar, DefaultCookiePolicy
from io import BytesIO

import pyotp
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: object) -> None:
        """Redirects are not followed."""


class Member:
    """Sends what a page would send, with the token of the page that was read last."""

    def __init__(self, address: str) -> None:
        self.address = address
        cookies = CookieJar(DefaultCookiePolicy(rfc2965=False))
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies), _Stay)
        self._token = ""

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and bytes."""
        status, body = self._send(path)
        found = re.search(rb'name="csrf_token" value="([^"]+)"', body)
        self._token = unescape(found[1].decode()) if found else self._token
        return status, body

    def post(self, path: str, *files: tuple[str, bytes], **fields: str) -> tuple[int, bytes]:
        """Send a form with its files, which are all called ``files`` (or ``file``, where there is one)."""
        values: MultiDict[str, object] = MultiDict({"csrf_token": self._token, **fields})
        for name, content in files:
            values.add("file" if path.endswith("/add") else "files", FileStorage(BytesIO(content), name))
        boundary, body = encode_multipart(values)
        return self._send(path, body, f"multipart/form-data; boundary={boundary}")

    def sign_in(self, account: dict[str, str]) -> None:
        """Both steps, with the code of now."""
        self.get("/sign-in")
        self.post("/sign-in", acknowledged="y", email=account["email"], password=account["password"])
        self.get("/sign-in/code")
        self.post("/sign-in/code", code=pyotp.TOTP(account["totp_secret"]).now())
        assert self.get("/account")[0] == 200

    def finds(self, words: str, title: str) -> bool:
        """Whether the search shows the title within half a minute, which is the worker's."""
        patience = time.monotonic() + 30
        while time.monotonic() < patience:
            _, page = self.get("/search?" + urllib.parse.urlencode({"q": words}))
            if title.encode() in page:
                return True
            time.sleep(0.1)
        return False

    def _send(self, path: str, body: bytes | None = None, kind: str = "") -> tuple[int, bytes]:
        request = urllib.request.Request(self.address + path, body, {"Content-Type": kind} if kind else {})
        try:
            with self._opener.open(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

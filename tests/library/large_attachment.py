"""Run by a test, in a process of its own: 200 MB through the page, up and down; prints memory gained and bytes."""

import resource
import sys
from io import RawIOBase
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from portal.content.models import Attachment
from portal.core import clock
from portal.core.db import db
from tests.accounts.visitor import Clock
from tests.page_client import Browser
from tests.world import new_app, populate

SIZE = 200 * 1024 * 1024
BOUNDARY = "----------boundary"


class Body(RawIOBase):
    """A multipart body with one PDF of ``SIZE`` bytes, made as it is read."""

    def __init__(self, token: str) -> None:
        fields = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="big.pdf"\r\n'
        self.head = (fields + head + "Content-Type: application/pdf\r\n\r\n%PDF-1.4\n").encode()
        self.tail = f"\r\n--{BOUNDARY}--\r\n".encode()
        self.filler = SIZE - len(b"%PDF-1.4\n")
        self.length = len(self.head) + self.filler + len(self.tail)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        if self.head:
            piece, self.head = self.head[: len(buffer)], self.head[len(buffer) :]
        elif self.filler:
            piece = b"x" * min(len(buffer), self.filler)
            self.filler -= len(piece)
        else:
            piece, self.tail = self.tail[: len(buffer)], self.tail[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)


def main(folder: Path) -> None:
    """Upload, download, tell."""
    moment = Clock()
    with clock.using(moment):
        world = populate(new_app(folder / "instance"))
        item_id = world.inside(lambda: world.add("houston", "Big"))
        browser = Browser(world.app, moment)
        browser.sign_in(world.people["coordinator"])
        address = f"/library/{item_id}/attachments/add"
        browser.get(address)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        body = Body(browser.csrf)
        posted = browser.client.post(
            address,
            environ_overrides={
                "wsgi.input": body,
                "CONTENT_LENGTH": str(body.length),
                "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
            },
            base_url="https://localhost",
        )
        assert posted.status_code == 303, posted.status_code
        with world.app.app_context():
            attachment_id = db.session.scalar(db.select(Attachment.id))
        got = browser.client.get(
            f"/library/{item_id}/attachments/{attachment_id}", base_url="https://localhost"
        )
        received = sum(len(piece) for piece in got.iter_encoded())
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    sys.stdout.write(f"{grown} {received}\n")


main(Path(sys.argv[1]))

"""A program that tests start several times at once: ``appender.py URL INSTANCE COUNT CHECKPOINT_EVERY``.

It says ``ready``, waits for a line on its input so that all begin together, and appends that many events.
"""

import sys

from flask import Flask

from portal import audit
from portal.core.db import db


def main(url: str, instance: str, count: int, every: int) -> None:
    """Append ``count`` events, a transaction each, with a checkpoint after each ``every`` of them."""
    app = Flask("appender", instance_path=instance)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(app)
    audit.init_app(app)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    with app.app_context():
        for number in range(1, count + 1):
            audit.write([audit.Entry(act="item.read", details={"number": number})])
            db.session.commit()
            if number % every == 0:
                audit.checkpoint()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))

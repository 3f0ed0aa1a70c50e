"""The WSGI application that gunicorn and ``flask --app wsgi`` load."""

import sys

from config import from_environment
from portal import create_app
from portal.core.errors import Misconfigured

# The status by which a gunicorn worker tells its master that starting others would not help.
CANNOT_LOAD = 4

try:
    app = create_app(from_environment())
except Misconfigured as error:
    sys.stderr.write(f"The portal does not start. {error}\n")
    sys.exit(CANNOT_LOAD)

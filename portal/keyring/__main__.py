"""``python3 -m portal.keyring create PATH``: the first master key, before the portal can start."""

from portal.keyring.cli import keys

keys.main(prog_name="python3 -m portal.keyring")

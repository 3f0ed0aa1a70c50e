"""Run as a process that the test kills: commits documents one by one and says which were acknowledged.

Arguments: the index's folder, the data key in hex, the number to begin with, the generation.
"""

import sys
from itertools import count
from pathlib import Path

from portal.index import FileIndex
from portal.keyring.sealer import DataKeySealer
from tests.index.desk import document, named


def main() -> None:
    """Write until killed."""
    folder, key, first, generation = sys.argv[1:]
    place = named("houston")
    index, sealer, state = (
        FileIndex(Path(folder)),
        DataKeySealer(place, place, bytes.fromhex(key)),
        int(generation),
    )
    for number in count(int(first)):
        one = document(f"{number}", f"Shelter {number}", "victims " * 50)
        state = index.apply(place, sealer, puts=[one], generation=state)
        sys.stdout.write(f"{number} {state}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

"""Run as a process of its own: the memory of a worker that answers the member's queries. Its orders come as
JSON."""

import json
import sys
from pathlib import Path
from uuid import UUID

from portal.index import FileIndex, IndexReader, SearchQuery
from portal.keyring.sealer import DataKeySealer

PAGE_KB = 4


def resident_mb() -> float:
    """The memory that this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_KB / 1024


def main() -> None:
    """Answer every query once and print the memory before and after."""
    orders = json.load(sys.stdin)
    index = FileIndex(Path(orders["folder"]))
    readers = {}
    for name, (key, generation) in orders["compartments"].items():
        compartment = UUID(name)
        readers[compartment] = IndexReader(
            DataKeySealer(compartment, compartment, bytes.fromhex(key)), generation
        )
    before = resident_mb()
    for text in orders["queries"]:
        index.search(readers, SearchQuery(text))
    print(json.dumps({"before": before, "after": resident_mb()}))


if __name__ == "__main__":
    main()

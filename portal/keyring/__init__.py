"""Keys: a master key wraps each compartment's key, which wraps a random data key for each owner."""

from portal.keyring.config import init_app, key_manager
from portal.keyring.events import key_event
from portal.keyring.file import FileKeyManager
from portal.keyring.memory import MemoryKeyManager
from portal.keyring.port import InsecureKeyManager, KeyManager, ManagerStatus, MasterVersion
from portal.keyring.queries import KeyStatus
from portal.keyring.ring import SYSTEM_COMPARTMENT, Keyring
from portal.keyring.rotation import Progress

__all__ = [
    "SYSTEM_COMPARTMENT",
    "FileKeyManager",
    "InsecureKeyManager",
    "KeyManager",
    "KeyStatus",
    "Keyring",
    "ManagerStatus",
    "MasterVersion",
    "MemoryKeyManager",
    "Progress",
    "init_app",
    "key_event",
    "key_manager",
]

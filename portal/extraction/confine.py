"""A reader of documents may compute, take memory and write its answer; Linux refuses it all other calls.

No file can be opened, nothing executed, no process started or signalled, no socket made. Where the kernel or
the processor is another, the resource limits stand alone.
"""

import ctypes
import platform
import resource
import sys

NO_NEW_PRIVILEGES, SECCOMP, FILTER = 38, 22, 2
LOAD, IF_EQUAL, RETURN = 0x20, 0x15, 0x06
NUMBER, ARCHITECTURE = 0, 4
ALLOW, REFUSE = 0x7FFF0000, 0x00050001  # the second with "operation not permitted"

# Numbers of: read, write, close, fstat, lseek, mmap, mprotect, munmap, brk, rt_sigaction, rt_sigprocmask,
# rt_sigreturn, mremap, madvise, sched_yield, getpid, gettid, exit, exit_group, futex, clock_gettime,
# gettimeofday, getrandom, sigaltstack, restart_syscall.
CALLS = {
    "x86_64": (0xC000003E, (0, 1, 3, 5, 8, 9, 10, 11, 12, 13, 14, 15, 25, 28, 24, 39, 186, 60, 231, 202, 228,
                            96, 318, 131, 219)),
    "aarch64": (0xC00000B7, (63, 64, 57, 80, 62, 222, 226, 215, 214, 134, 135, 139, 216, 233, 124, 172, 178,
                             93, 94, 98, 113, 169, 278, 132, 128)),
}  # fmt: skip


class _Instruction(ctypes.Structure):
    _fields_ = [
        ("code", ctypes.c_uint16),
        ("yes", ctypes.c_uint8),
        ("no", ctypes.c_uint8),
        ("k", ctypes.c_uint32),
    ]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint16), ("instructions", ctypes.POINTER(_Instruction))]


def confine() -> bool:
    """Give up all but computing, for good; says whether the kernel agreed to hold this process to it."""
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    known = CALLS.get(platform.machine()) if sys.platform == "linux" else None
    if known is None:
        return False
    steps = _steps(*known)
    program = _Program(len(steps), (_Instruction * len(steps))(*steps))
    control = ctypes.CDLL(None).prctl
    if control(NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return False
    return control(SECCOMP, FILTER, ctypes.byref(program), 0, 0) == 0


def _steps(architecture: int, calls: tuple[int, ...]) -> list[_Instruction]:
    """Refuse another architecture's calls, allow those listed, refuse the rest."""
    tests = [_Instruction(IF_EQUAL, len(calls) - place, 0, call) for place, call in enumerate(calls)]
    return [
        _Instruction(LOAD, 0, 0, ARCHITECTURE),
        _Instruction(IF_EQUAL, 1, 0, architecture),
        _Instruction(RETURN, 0, 0, REFUSE),
        _Instruction(LOAD, 0, 0, NUMBER),
        *tests,
        _Instruction(RETURN, 0, 0, REFUSE),
        _Instruction(RETURN, 0, 0, ALLOW),
    ]

"""The memory limit of the reading worker on Windows: a job object, which also ends the worker's own children."""

from __future__ import annotations

import ctypes
from ctypes import wintypes
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import subprocess

_EXTENDED_LIMIT_INFORMATION = 9
_LIMIT_PROCESS_MEMORY = 0x0100
_LIMIT_KILL_ON_JOB_CLOSE = 0x2000


class _Basic(ctypes.Structure):
    """``JOBOBJECT_BASIC_LIMIT_INFORMATION``."""

    _fields_ = (
        ("PerProcessUserTimeLimit", ctypes.c_int64),
        ("PerJobUserTimeLimit", ctypes.c_int64),
        ("LimitFlags", ctypes.c_uint32),
        ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t),
        ("ActiveProcessLimit", ctypes.c_uint32),
        ("Affinity", ctypes.c_size_t),
        ("PriorityClass", ctypes.c_uint32),
        ("SchedulingClass", ctypes.c_uint32),
    )


class Extended(ctypes.Structure):
    """``JOBOBJECT_EXTENDED_LIMIT_INFORMATION``."""

    _fields_ = (
        ("BasicLimitInformation", _Basic),
        ("IoInfo", ctypes.c_uint64 * 6),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    )


class Job:
    """An open job object; closing it ends every process in it."""

    def __init__(self, kernel: Any, handle: Any) -> None:
        self._kernel = kernel
        self._handle = handle

    def close(self) -> None:
        """End the processes of the job."""
        self._kernel.CloseHandle(self._handle)


def limited_job(process: subprocess.Popen[bytes], most: int, kernel: Any = None) -> Job | None:
    """Put a process, and whatever it starts, into a job with a memory limit for each.

    Args:
        process: just started.
        most: bytes.
        kernel: ``kernel32``; another in tests.

    Returns:
        The job, or None where the system refuses one: then only the deadline holds.
    """
    kernel = kernel or _kernel()
    handle = kernel.CreateJobObjectW(None, None)
    if not handle:
        return None
    job = Job(kernel, handle)
    says = Extended()
    says.BasicLimitInformation.LimitFlags = _LIMIT_PROCESS_MEMORY | _LIMIT_KILL_ON_JOB_CLOSE
    says.ProcessMemoryLimit = most
    set_up = kernel.SetInformationJobObject(
        handle, _EXTENDED_LIMIT_INFORMATION, ctypes.byref(says), ctypes.sizeof(says)
    )
    own = wintypes.HANDLE(int(process._handle))  # type: ignore[attr-defined]
    if not set_up or not kernel.AssignProcessToJobObject(handle, own):
        job.close()
        return None
    return job


def _kernel() -> Any:
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined]
    kernel.CreateJobObjectW.restype = wintypes.HANDLE
    kernel.CreateJobObjectW.argtypes = (wintypes.LPVOID, wintypes.LPCWSTR)
    kernel.SetInformationJobObject.argtypes = (wintypes.HANDLE, ctypes.c_int, wintypes.LPVOID, wintypes.DWORD)
    kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
    kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
    return kernel

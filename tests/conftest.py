"""Settings that every test shares: capped threads, no network, repeatable examples."""

import os
import socket
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import settings

# Two workers share the machine: each keeps to one thread unless a test asks for more. Set before
# numpy, numba or polars load.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"):
    os.environ.setdefault(_variable, "1")
os.environ.setdefault("MPLBACKEND", "Agg")

# The first call of a law compiles it, so a deadline would measure the compiler.
settings.register_profile("paget", deadline=None, derandomize=True, max_examples=100)
settings.load_profile("paget")


def _is_local(family: int, address: Any) -> bool:
    if family not in (socket.AF_INET, socket.AF_INET6):
        return True
    host = str(address[0])
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
    def local_only(self: socket.socket, address: Any) -> Any:
        if not _is_local(self.family, address):
            message = f"a test tried to reach {address!r}; tests use no network"
            raise PermissionError(message)
        return connect(self, address)

    return local_only


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Any:
    """Let sockets reach this machine alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _guarded(socket.socket.connect))
        patch.setattr(socket.socket, "connect_ex", _guarded(socket.socket.connect_ex))
        yield

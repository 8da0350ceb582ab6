"""The network is blocked for tests, the machine itself is not."""

import socket

import pytest


def test_far_addresses_are_refused() -> None:
    # 192.0.2.0/24 is reserved for documentation: nobody is there.
    with socket.socket() as far, pytest.raises(PermissionError, match="no network"):
        far.connect(("192.0.2.1", 80))


def test_this_machine_is_reachable() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
    ):
        assert client.getpeername() == server.getsockname()

"""JSON that vouches for itself: a file with a checksum of all else that it says.

The checksum is of the content, not of the bytes: a file that was only laid out anew is whole.

Public names: ``write_sealed``, ``read_sealed``, ``read_content``, ``check_seal``, ``digest_of``,
``checksums``, ``CHECKSUM``.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, cast

from paget.core.errors import RunError
from paget.core.results import plain, sha256, write_json

CHECKSUM: Final = "checksum"


def digest_of(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what JSON says of a content, whatever the order of its keys.

    Examples
    --------
    >>> digest_of({"a": 1, "b": [2.0]}) == digest_of({"b": [2.0], "a": 1})
    True
    """
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def checksums(paths: Iterable[Path]) -> dict[Path, str]:
    """Return the SHA-256 of files, by path; several are read at a time."""
    listed = list(paths)
    with ThreadPoolExecutor() as pool:
        return dict(zip(listed, pool.map(_sha256, listed), strict=True))


def _sha256(path: Path) -> str:
    try:
        return sha256(path)
    except OSError as error:
        raise RunError(f"{path} cannot be read ({error.strerror})") from None


def write_sealed(content: Mapping[str, Any], path: Path) -> None:
    """Write JSON with a checksum of itself, whole or not at all."""
    body = {name: value for name, value in plain(content).items() if name != CHECKSUM}
    write_json({**body, CHECKSUM: digest_of(body)}, path)


def read_sealed(path: Path) -> dict[str, Any]:
    """Return what `write_sealed` wrote; refuse what was changed since."""
    content = read_content(path)
    check_seal(content, path)
    return content


def read_content(path: Path, remedy: str = "") -> dict[str, Any]:
    """Return a file of JSON that may have no checksum; ``remedy``: where it cannot be read."""
    try:
        content: Any = json.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise RunError(f"{path} cannot be read ({error.strerror})", remedy=remedy) from None
    except (ValueError, RecursionError) as error:
        raise RunError(f"{path} is not JSON ({error})") from None
    if not isinstance(content, dict):
        raise RunError(f"{path} holds no table of JSON but {type(content).__name__}")
    return cast("dict[str, Any]", content)


def check_seal(content: Mapping[str, Any], path: Path) -> None:
    """Refuse a content that does not agree with its own checksum."""
    body = {name: value for name, value in content.items() if name != CHECKSUM}
    try:
        is_whole = content.get(CHECKSUM) == digest_of(body)
    except ValueError:  # a number that JSON does not have
        is_whole = False
    if not is_whole:
        raise RunError(
            f"{path} was changed or damaged", allowed="its checksum does not agree with it"
        )

"""Start-up: importing Paget, compiling the laws once, and starting again from the cache."""

import os
import statistics
import subprocess
import sys
import tempfile
import time

ONE_LIFE = "import paget; paget.live('colon', patient=7, seed=1889)"


def seconds(code: str, **environment: str) -> float:
    """Return the wall time of a fresh Python that runs ``code``."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, **environment})
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    bare = statistics.median(seconds("pass") for _ in range(5))
    imported = statistics.median(seconds("import paget") for _ in range(5))
    with tempfile.TemporaryDirectory() as cache:
        cold = seconds(ONE_LIFE, PAGET_CACHE_DIR=cache)
        warm = statistics.median(seconds(ONE_LIFE, PAGET_CACHE_DIR=cache) for _ in range(3))
    print(f"import paget            {imported - bare:6.2f} s over a bare Python")
    print(f"first life, compiling   {cold:6.2f} s")
    print(f"first life, from cache  {warm:6.2f} s")


if __name__ == "__main__":
    main()

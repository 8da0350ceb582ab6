"""Live a few patients and print their records as JSON: run with and without the compiler."""

import json
import sys

import numpy as np

from tests.lived import Table, lives


def values(table: Table) -> dict[str, list[float]]:
    """Return the columns of a record array as lists of numbers."""
    return {name: np.asarray(table[name]).tolist() for name in table.dtype.names}


def main() -> None:
    """Print persons and lesions of the lives that are asked for, as JSON, on the command line."""
    asked = json.loads(sys.argv[1])
    lived = lives(asked["changes"], asked["n"], asked["seed"], horizon=asked["horizon"])
    print(json.dumps({"persons": values(lived.persons), "lesions": values(lived.lesions)}))


if __name__ == "__main__":
    main()

"""``python -m paget``: the command line, as ``paget`` has it."""

from paget.cli.main import main

main()

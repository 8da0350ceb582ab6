"""The command line, one file a command, no logic.

A command reads what was typed, calls the layer that does the work and shows what came back; bad
input ends in one clear message and exit code 2.
"""

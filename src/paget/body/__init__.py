"""The whole-body cascade, one file a step.

A tumour grows (`growth`), becomes invasive (`progression`), sheds seeds (`shedding`) that travel
the body map (`anatomy`, `circulation`) and lodge (`arrest`, `nodes`); most die, some sleep
(`dormancy`), and the rare survivor grows (`colonisation`). Each file holds the law, what it assumes
and its source.
"""

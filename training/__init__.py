"""How the bundled weights were made; run from a checkout, not installed.

The embedder: ``teacher`` (vectors to aim at), ``distill``, ``finetune``, ``export``. The weights of
the reader that ships: ``evidence``. A neural reader, not good enough to ship yet: ``reader``,
``calibrate``, ``export``. Each runs on its own, on a folder of data given by path.
"""

"""How the bundled weights were made; run from a checkout, not installed.

The embedder: ``teacher`` (vectors to aim at), ``distill``, ``finetune``, ``export``. The reader's
weights: ``evidence``. Each runs on its own, on a folder of data given by path.
"""

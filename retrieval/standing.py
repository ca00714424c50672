"""Whether a proper name of one text stands in others."""

from collections.abc import Collection, Sequence

from retrieval.proper_names import Name, Word


def stands(name: Name, among: Collection[Word], contexts: Sequence[Sequence[Word]] = ()) -> bool:
    """Tell whether a name stands among words; `contexts` are the words of texts about the same.

    A part of it will do if its whole stands in a context: "Elon Musk" is in a sentence about
    « Musk » if the article names him in full. Its words must hang together in the contexts:
    "Charlie Park" does not stand where "Charlie Dai" and "Hyoun Park" do.
    """
    written = {word.text for word in among}
    there = [_among(word, written) for word in name.words]
    if not all(there):
        return any(there) and any(_contains(context, name.words) for context in contexts)
    if len(name.words) == 1:
        capitals = {word.text for word in among if word.capital}
        told = name.proper and any(word.capital for context in contexts for word in context)
        return not told or _among(name.words[0], capitals)
    return not contexts or _together(name.words, contexts)


def _together(words: Sequence[str], contexts: Sequence[Sequence[Word]]) -> bool:
    """Tell whether words are one name in texts, or made of whole ones.

    A word in small letters is a whole: « Commission européenne », "European Commission".
    """
    runs = [run for context in contexts for run in _runs(context)]
    if any(all(_among(word, run) for word in words) for run in runs):
        return True
    small = {word.text for context in contexts for word in context if not word.capital}
    ends = {0}
    for end in range(1, len(words) + 1):
        for part in (words[start:end] for start in ends.copy()):
            if (len(part) == 1 and _among(part[0], small)) or any(_alike(part, r) for r in runs):
                ends.add(end)
    return len(words) in ends


def _runs(context: Sequence[Word]) -> list[list[str]]:
    """Return the names of a text, as far as capitals tell, by their words."""
    runs: list[list[str]] = []
    goes_on = False
    for word in context:
        if word.capital and word.joined and goes_on:
            runs[-1].append(word.text)
        elif word.capital:
            runs.append([word.text])
        goes_on = word.capital
    return runs


def _alike(some: Sequence[str], others: Sequence[str]) -> bool:
    return all(_among(word, others) for word in some) and all(_among(w, some) for w in others)


def _among(word: str, among: Collection[str]) -> bool:
    return word in among or word + "s" in among or (word.endswith("s") and word[:-1] in among)


def _contains(words: Sequence[Word], part: Sequence[str]) -> bool:
    size = len(part)
    written = tuple(word.text for word in words)
    return any(written[i : i + size] == tuple(part) for i in range(len(words) - size + 1))

"""Stems of words by Snowball (https://snowballstem.org), for any thread."""

from __future__ import annotations

import threading

import snowballstemmer


class _OfThread(threading.local):
    """A stemmer works at one word in fields of its own: two threads in one would cut each other's words."""

    def __init__(self) -> None:
        self.stemmers: dict[str, snowballstemmer.basestemmer.BaseStemmer] = {}


_own = _OfThread()


def snowball_stem(word: str, algorithm: str) -> str:
    """Return the stem of a lower-case `word`; `algorithm` is a name of Snowball's, such as `english`.

    >>> snowball_stem("elections", "english")
    'elect'
    """
    stemmer = _own.stemmers.get(algorithm)
    if stemmer is None:
        stemmer = _own.stemmers[algorithm] = snowballstemmer.stemmer(algorithm)
    return str(stemmer.stemWord(word))

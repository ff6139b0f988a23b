"""How well and how fast stories are related: `python -m bench.related`.

    python -m bench.related quality [FOLDER]      mean precision@5 against a plain TF-IDF baseline
    python -m bench.related labelled FILE...      the same for labelled sets of your own
    python -m bench.related speed [NUMBER [FOLDER]]   CPU and memory with an archive of NUMBER stories (100,000)

FOLDER holds real texts (`../shared/cases/texts` from the project's root). A labelled FILE has one JSON object a line:
`label` (or a list `labels`: one in common is enough), `text` or `headline`, `standfirst` and `body`, and `language`
(`en` where it is missing). Nothing but the words is looked at: no section, topic, thread or date.
"""

from __future__ import annotations

import argparse
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from standfirst.discovery.related.reckoning.choosing import with_company
from standfirst.discovery.related.reckoning.profiles import Profile, Text, profile
from standfirst.discovery.related.reckoning.segment import (
    Frequencies,
    Rarity,
    Segment,
    nearest,
    weigh,
)

TEXTS = Path("../shared/cases/texts")
ENGLISH = """
a about above across after again against all almost alone along already also although always am among an and
another any anyone anything are around as at back be became because become been before being below between both
but by can cannot could did do does done down during each either else enough etc even ever every few for from
further had has have having he her here hers herself him himself his how however i if in indeed into is it its
itself just last least less made many may me might mine more most mostly much must my myself neither never next
no nobody none nor not nothing now of off often on once one only onto or other others our ours ourselves out
over own per perhaps please rather same see seem several she should since so some somehow someone something
still such than that the their theirs them themselves then there therefore these they this those though through
to together too toward towards under until up upon us very was we well were what when where whether which while
who whole whom whose why will with within without would yet you your yours yourself
"""
STOP_WORDS = frozenset(ENGLISH.split())
_WORD = re.compile(r"\b\w\w+\b")
_SENTENCE_END = re.compile(r"(?<=[.!?։:…])\s+|\n+")
_MARKUP = re.compile(r"\{\{.*?\}\}|<[^>]+>|https?://\S+|[\[\]#*()]")


@dataclass(frozen=True)
class Labelled:
    """A set of texts, and what each is labelled with; two belong together when they have a label in common."""

    name: str
    language: str
    texts: list[Text]
    labels: list[frozenset[Any]]
    at: int = 5
    """Of how many answers the precision is taken: no more than a label has others."""

    def belongs(self, one: int, other: int) -> bool:
        """Whether two of the texts have a label in common."""
        return bool(self.labels[one] & self.labels[other])


def precision(found: Callable[[int], Sequence[int]], of: Labelled) -> float:
    """Mean share of the first few answers that belong to the text asked about."""
    hits = (sum(of.belongs(number, other) for other in found(number)[: of.at]) for number in range(len(of.texts)))
    return sum(hits) / of.at / len(of.texts)


def ours(of: Labelled) -> Callable[[int], Sequence[int]]:
    """Rank as the software does, before facts, time and diversity."""
    profiles = [profile(text, of.language) for text in of.texts]
    rarity = Rarity((Frequencies.of(profiles),))
    segment = Segment.of(enumerate(profiles), len(profiles), rarity)
    near = {number: near_to(number, each, segment, rarity) for number, each in enumerate(profiles)}

    def found(number: int) -> list[int]:
        company = with_company(number, near)
        return sorted(company, key=lambda other: (-company[other], other))

    return found


def near_to(number: int, each: Profile, segment: Segment, rarity: Rarity) -> list[tuple[int, float]]:
    """The 20 texts of `segment` nearest to `each`, which is text `number` of it."""
    scores = segment.scores(*weigh(each, rarity))
    return nearest(segment.stories, scores, 20, number)


def baseline(of: Labelled) -> Callable[[int], Sequence[int]]:
    """Rank by the cosine of plain TF-IDF: word unigrams, sublinear counts, English stop words, smoothed rarity."""
    counted = [Counter(plain_words(text, of.language)) for text in of.texts]
    frequency = Counter(word for words in counted for word in words)
    vectors = [
        {
            word: (1 + math.log(count)) * (math.log((1 + len(counted)) / (1 + frequency[word])) + 1)
            for word, count in words.items()
        }
        for words in counted
    ]
    postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, vector in enumerate(vectors):
        length = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
        for word, weight in vector.items():
            postings[word].append((number, weight / length))

    def found(number: int) -> list[int]:
        scores: dict[int, float] = defaultdict(float)
        for word, weight in vectors[number].items():
            for other, theirs in postings[word]:
                scores[other] += weight * theirs
        del scores[number]
        return sorted(scores, key=lambda other: (-scores[other], other))

    return found


def plain_words(text: Text, language: str) -> list[str]:
    """What the baseline takes for the words of a text."""
    words = _WORD.findall(f"{text.headline} {text.standfirst} {text.body}".lower())
    return [word for word in words if word not in STOP_WORDS] if language == "en" else words


def sets_of(folder: Path) -> list[Labelled]:
    """The labelled sets that can be made of the real texts: by topic, and by event where parts of one text are one."""
    found = [_sentences_by_topic(folder, language) for language in ("en", "ru", "hy", "az", "ka")]
    found += [
        _parts(f"event {code}", code, read_rows(folder / f"ntrex/{code}.jsonl"), 4, 2) for code in ("en", "ru", "fa")
    ]
    found.append(_parts("event hy", "hy", read_rows(folder / "ud/hy_armtdp.jsonl"), 4, 2))
    return [*found, _parts("event en, one trade", "en", read_rows(folder / "digitalgov-2010-2016.jsonl")[:700:2], 6, 4)]


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The JSON objects of a file, one a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _sentences_by_topic(folder: Path, language: str) -> Labelled:
    rows = read_rows(folder / f"sib200/{language}.jsonl")
    texts = [Text(body=row["text"]) for row in rows]
    return Labelled(f"topic {language}", language, texts, [frozenset([row["category"]]) for row in rows])


def _parts(name: str, language: str, rows: list[dict[str, Any]], parts: int, shortest: int) -> Labelled:
    """Cut each text into consecutive parts that stand for several reports about one event."""
    texts: list[Text] = []
    labels: list[frozenset[Any]] = []
    for number, row in enumerate(rows):
        sentences = sentences_of(row["body"])
        size = len(sentences) // parts
        if size >= shortest:
            texts += [Text(body=" ".join(sentences[at * size : (at + 1) * size])) for at in range(parts)]
            labels += [frozenset([number])] * parts
    return Labelled(name, language, texts, labels, min(5, parts - 1))


def sentences_of(body: str) -> list[str]:
    """The sentences of a text of more than three words, without markup."""
    return [found for found in _SENTENCE_END.split(_MARKUP.sub(" ", body)) if len(found.split()) > 3]


def labelled_of(path: Path) -> list[Labelled]:
    """Read a labelled file; each language in it is a set of its own."""
    rows = defaultdict(list)
    for row in read_rows(path):
        rows[row.get("language", "en")].append(row)
    return [Labelled(f"{path.stem} {code}", code, *_texts_and_labels(rows[code])) for code in sorted(rows)]


def _texts_and_labels(rows: list[dict[str, Any]]) -> tuple[list[Text], list[frozenset[Any]]]:
    texts = [
        Text(
            row.get("headline") or row.get("title") or "",
            row.get("standfirst") or "",
            row.get("body") or row.get("text") or "",
        )
        for row in rows
    ]
    return texts, [frozenset(row.get("labels") or [row["label"]]) for row in rows]


def show_quality(sets: Sequence[Labelled]) -> None:
    """Print both precisions of each set."""
    print(f"{'set':<24}{'texts':>7}{'at':>4}{'baseline':>10}{'ours':>8}")
    for each in sets:
        plain, own = precision(baseline(each), each), precision(ours(each), each)
        print(f"{each.name:<24}{len(each.texts):>7}{each.at:>4}{plain:>10.3f}{own:>8.3f}", flush=True)


def main() -> None:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(prog="python -m bench.related", description="Measure related articles.")
    kinds = parser.add_subparsers(dest="kind", required=True)
    kinds.add_parser("quality").add_argument("folder", nargs="?", type=Path, default=TEXTS)
    kinds.add_parser("labelled").add_argument("files", nargs="+", type=Path)
    speed = kinds.add_parser("speed")
    speed.add_argument("number", nargs="?", type=int, default=100_000)
    speed.add_argument("folder", nargs="?", type=Path, default=TEXTS)
    asked = parser.parse_args()
    if asked.kind == "quality":
        show_quality(sets_of(asked.folder))
    elif asked.kind == "labelled":
        show_quality([each for path in asked.files for each in labelled_of(path)])
    else:
        from bench.related_speed import show_speed

        show_speed(asked.number, asked.folder)


if __name__ == "__main__":
    main()

"""How many stories of an edition hold some words, without what showing them would cost."""

from __future__ import annotations

from standfirst.discovery.search import terms
from standfirst.discovery.search.engines import current_index
from standfirst.discovery.search.engines.interface import Candidates, Wanted
from standfirst.discovery.search.finding import FEW
from standfirst.discovery.search.models import PublicDocument
from standfirst.discovery.search.places import places_of


def counted(edition_id: int, language: str, text: str) -> Candidates:
    """Return the candidates for the words `text` in an edition in `language`: their number, all of no weight.

    They are those that a search by date finds, by sound too where few stories hold the words as they are written.
    Typing errors are not set right: for that each process would have to know the words of every edition. The database
    answers also where another server searches: were that one away, each edition would have to wait for it.

    Raises TooSlowError.
    """
    asked = terms.asked(text, language)
    if not asked.needed or asked.is_contradiction:
        return Candidates()
    index = current_index()
    first, last = places_of(edition_id)
    strict, loose = asked.by_sound(all_words=False), asked.by_sound(all_words=True)
    table = PublicDocument._meta.db_table
    with index.turns:
        found = index.candidates(Wanted(strict, (), table, first, last, by_date=True))
        if found.total >= FEW or strict == loose:
            return found
        return index.candidates(Wanted(loose, (), table, first, last, by_date=True))

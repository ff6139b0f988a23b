"""Words that nearly every text holds: left out of a query that has others, because they find nothing and cost time.

Folded, as `words.folded` gives them. In quotes they are looked for as every other word.
"""

from __future__ import annotations

_WORDS = """
    a an and are as at be by for from has have he her his how in is it its of on or s she that the their they this to
    was we were what when where which who why will with
    а без был была были было быть в во вот где да для до если же за и из или их к как когда кто ли на над не него нет
    но о об он она они оно от по под при с со так то у что чтобы это
    და რომ ეს ის არ თუ რა ვინ სად როგორ როცა რომელიც მაგრამ კი ან იყო არის მისი მათი
    և եվ է են ու որ ին այս այդ այն մի որը չի իսկ կամ թե ինչ ով երբ որտեղ համար հետ մեջ նրա
    ve ile bu o da de ki ki ucun bir her ya ne kim nece olan oldu idi onun
    و در به از که این آن ان با را برای است بود یک تا یا هم چه کی می شد او
"""
STOP_WORDS = frozenset(_WORDS.split())

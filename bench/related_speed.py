"""CPU and memory of related articles in an archive of real sentences; `python -m bench.related speed`."""

from __future__ import annotations

import os
import random
import resource
import statistics
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bench.related import TEXTS, read_rows, sentences_of

SENTENCES = 22
"""In a story, some 500 words; they come from three of the real texts, so that stories share what neighbours share."""
NEW = 20
"""Stories that are published one by one at the end."""
MOST_SECONDS_A_STORY, MOST_SECONDS, MOST_MEGABYTES = 0.3, 600.0, 500.0


class Drawn:
    """Makes stories of real sentences, in the place of `bench.archive`'s own words."""

    def __init__(self, texts: Path) -> None:
        """Read the real texts in the folder `texts`."""
        rows = read_rows(texts / "digitalgov-2010-2016.jsonl")
        self.texts = [found for row in rows if len(found := sentences_of(row["body"])) >= 3]

    def sentence(self, chance: random.Random, words: int) -> str:
        """A real sentence, cut after so many words."""
        return " ".join(chance.choice(chance.choice(self.texts)).split()[:words])

    def body(self, chance: random.Random) -> list[dict[str, Any]]:
        """A text of `SENTENCES` sentences, two a paragraph."""
        sources = chance.sample(self.texts, 3)
        said = [chance.choice(chance.choice(sources)) for _ in range(SENTENCES)]
        return [
            {"type": "paragraph", "value": f"<p>{said[at]} {said[at + 1]}</p>", "id": str(uuid.UUID(int=at))}
            for at in range(0, SENTENCES, 2)
        ]


def show_speed(number: int, texts: Path = TEXTS) -> None:
    """Make an archive of `number` stories, relate all of them, then publish some more one by one; print what it took.

    Raises:
        SystemExit: a budget was not kept.
    """
    with tempfile.TemporaryDirectory() as folder:
        _begin(Path(folder))
        from bench import archive

        drawn = Drawn(texts)
        with patch.multiple(archive, sentence=drawn.sentence, body=drawn.body):
            edition = archive.make_newsroom(number)
            print(f"stories: {number:,}", flush=True)
            kept = [_whole_archive(edition.pk), _new_stories(drawn)]
        size = sum(file.stat().st_size for file in Path(folder, "related").rglob("*") if file.is_file()) / 2**20
        print(f"files of the index: {size:.0f} MB")
    if not all(kept):
        raise SystemExit(1)


def _begin(folder: Path) -> None:
    """Make a newsroom's database and index in `folder`."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.money.apart_settings"
    os.environ["APART_FOLDER"] = str(folder)
    (folder / "db.sqlite3").touch()
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.RELATED_INDEX = folder / "related"
    call_command("migrate", verbosity=0, interactive=False)


def _whole_archive(edition_id: int) -> bool:
    from standfirst.discovery.related.actions.rebuild_related import rebuild_related
    from standfirst.discovery.related.models import WaitingStory

    before, steps = time.process_time(), {}

    def say(what: str, count: int) -> None:
        steps[what] = time.process_time() - before

    lists = rebuild_related(editions=[edition_id], say=say)
    WaitingStory.objects.all().delete()
    took = time.process_time() - before
    for what, moment in steps.items():
        print(f"  {what} by {moment:.0f} s")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"whole archive: {took:.0f} s of CPU, {lists:,} lists, {memory:.0f} MB at most in the process", flush=True)
    return took <= MOST_SECONDS and memory <= MOST_MEGABYTES


def _new_stories(drawn: Drawn) -> bool:
    """Publish stories as the desk does, and relate each when it is published."""
    from standfirst.discovery.related.models import RelatedList
    from standfirst.discovery.related.waiting import work_off
    from standfirst.stories.models import Article, Section

    chance = random.Random(11)  # noqa: S311 - reproducible, not secret
    section = Section.objects.get(slug="georgia")
    took, touched = [], []
    for number in range(NEW):
        story = Article(title=drawn.sentence(chance, 8), body=drawn.body(chance), slug=f"new-{number}", live=False)
        story.locale_id = section.locale_id
        section.add_child(instance=story)
        story.save_revision().publish()
        before = dict(RelatedList.objects.values_list("pk", "stories"))
        began = time.process_time()
        work_off()
        took.append(time.process_time() - began)
        after = dict(RelatedList.objects.filter(pk__in=before).values_list("pk", "stories"))
        touched.append(sum(before[key] != after[key] for key in after))
    print(f"a new story: {statistics.median(took):.3f} s of CPU in the middle, {max(took):.3f} s at most")
    print(f"older stories whose list changed: {statistics.median(touched):.0f} in the middle, {max(touched)} at most")
    return max(took) <= MOST_SECONDS_A_STORY

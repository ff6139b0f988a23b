"""Changes that no editor's form makes: schedules, approvals, commands, the REST API, imports, files."""

from __future__ import annotations

import io
import json
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import time_machine
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests import factories
from tests.delivery.tracing.paper import Paper
from tests.delivery.tracing.ways import Ways, published, sql
from tests.delivery.tracing.whole_paper import WholePaper
from tests.importers import exports
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.models import APIToken, Collection, CollectionViewRestriction, Workflow

from standfirst.accounts.models import User
from standfirst.accounts.roles import Role
from standfirst.cli.serving.schedule import Schedule
from standfirst.importers.actions.open_run import open_run
from standfirst.importers.actions.run_import import run_import
from standfirst.stories.actions.make_renditions import make_renditions
from standfirst.stories.models import Article, ListedStory, Picture, Rendition, Section

ways = Ways()
API = "/api/v3/pages/"


def at_the_desk() -> Client:
    """An administrator's browser."""
    client = Client()
    client.force_login(factories.administrator())
    return client


def token() -> dict[str, str]:
    _instance, plain = APIToken.create_token(user=factories.administrator(), name="test")
    return {"Authorization": f"Bearer {plain}"}


def draft_of(section: Any, headline: str, **fields: Any) -> Article:
    return factories.draft(Section.objects.get(pk=section.pk), headline, slug=headline.lower(), **fields)


def approve(story: Article, by: User) -> None:
    state = Article.objects.get(pk=story.pk).current_workflow_task_state
    client = Client()
    client.force_login(by)
    address = reverse("wagtailadmin_pages:workflow_action", args=[story.pk, "approve", state.pk])
    client.post(address, {"comment": ""}, headers={"referer": "http://testserver/desk/"})


@ways.quiet
def a_draft_is_submitted_and_edited(made: Paper) -> None:
    reporter, editor = factories.staff(Role.REPORTER), factories.staff(Role.EDITOR)
    story = draft_of(made.georgia, "Approved", by=reporter)
    Workflow.objects.get(active=True).start(story, reporter)
    approve(story, editor)


@ways.change
def the_last_approval_publishes_it(made: Paper) -> None:
    approve(Article.objects.get(slug="approved"), factories.staff(Role.PUBLISHER))


@ways.change
def stories_are_scheduled_to_come_and_to_go(made: Paper) -> None:
    due = timezone.now() - timedelta(seconds=5)
    with time_machine.travel(due - timedelta(hours=1), tick=False):
        coming = draft_of(made.georgia, "Scheduled", go_live_at=due, topics=[made.topic])
        coming.save_revision().publish()
        published(made.other, expire_at=due)
    assert not Article.objects.get(pk=coming.pk).live


@ways.change
def the_schedule_looks(made: Paper) -> None:
    assert Schedule().look() == 2


@ways.change
def a_story_is_published_through_the_api(made: Paper) -> None:
    story = draft_of(made.georgia, "Remote")
    answer = Client().post(f"{API}{story.pk}/actions/publish/", headers=token())
    assert answer.status_code == 200, answer.content


@ways.change
def a_story_is_rewritten_through_the_api(made: Paper) -> None:
    data = {"meta": {"action": "publish"}, "standfirst": "Written elsewhere."}
    address = f"{API}{made.first.pk}/"
    answer = Client().patch(address, data, content_type="application/json", headers=token())
    assert answer.status_code == 200, answer.content


@ways.change
def a_story_is_taken_back_through_the_api(made: Paper) -> None:
    address = f"{API}{Article.objects.get(slug='remote').pk}/actions/unpublish/"
    answer = Client().post(address, {}, content_type="application/json", headers=token())
    assert answer.status_code == 200, answer.content


@ways.change
def stories_of_another_paper_are_imported(made: Paper) -> None:
    georgia = ("category", made.georgia.slug, "Georgia")
    parts = [exports.item(number, terms=[georgia, ("post_tag", "railways", "Railways")]) for number in (1, 2)]
    parts.append(exports.item(3, kind="page", slug="imprint"))
    with tempfile.TemporaryDirectory() as folder:
        path = exports.write(Path(folder), exports.category(made.georgia.slug), *parts)
        run_import(run=open_run(path=path, media="none")[0], path=path)
    assert ListedStory.objects.filter(article__slug="post-1", list_key=made.georgia.list_key).exists()


@ways.change
def a_list_loses_a_story_by_hand(made: Paper) -> None:
    sql("DELETE FROM stories_listedstory WHERE article_id = %s", made.first.pk)


@ways.change
def lists_are_mended_by_the_command(made: Paper) -> None:
    call_command("relist", stdout=io.StringIO())


@ways.change
def a_redirect_is_made_at_the_desk(made: Paper) -> None:
    data = {
        "old_path": "/old-address/",
        "site": "",
        "is_permanent": "on",
        "redirect_link": "https://elsewhere.example/",
    }
    assert at_the_desk().post(reverse("wagtailredirects:add"), data).status_code == 302


@ways.change
def a_redirect_is_deleted_at_the_desk(made: Paper) -> None:
    redirect = Redirect.objects.get(old_path="/old-address")
    assert at_the_desk().post(reverse("wagtailredirects:delete", args=[redirect.pk])).status_code == 302


@ways.change
def a_footnote_is_rewritten(made: WholePaper) -> None:
    story = Article.objects.get(pk=made.everything.pk)
    note = story.footnotes.get()
    note.text = "<p>Where it really comes from.</p>"
    story.footnotes = [note]
    story.save_revision().publish()


@ways.change
def a_footnote_is_written_by_hand(made: WholePaper) -> None:
    sql("UPDATE wagtail_footnotes_footnote SET text = 'by hand' WHERE page_id = %s", made.everything.pk)


@ways.change
def an_embed_leads_elsewhere(made: WholePaper) -> None:
    story = Article.objects.get(pk=made.everything.pk)
    body = [block for block in story.body.raw_data if block["type"] != "embed"]
    value = {"url": "https://vimeo.com/76979871", "title": "Another film", "caption": "", "poster": None}
    published(story, body=json.dumps([*body, {"type": "embed", "value": value}]))


@ways.change
def a_document_is_replaced(made: WholePaper) -> None:
    document = Document.objects.get(pk=made.document.pk)
    document.title, document.file = "A new report", ContentFile(b"%PDF-1.7\nmore\n", name="new.pdf")
    document.save()


@ways.quiet
def a_document_and_a_picture_are_put_into_a_collection(made: WholePaper) -> None:
    collection = Collection.get_first_root_node().add_child(name="Borders")
    for model, pk in ((Document, made.document.pk), (Picture, made.picture.pk)):
        file = model.objects.get(pk=pk)
        file.collection = collection
        file.save()
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")


@ways.change
def a_document_is_deleted(made: WholePaper) -> None:
    Document.objects.get(pk=made.document.pk).delete()


@ways.change
def the_file_of_a_picture_is_replaced(made: WholePaper) -> None:
    picture = Picture.objects.get(pk=made.picture.pk)
    with factories.picture("Another", size=(600, 600)).file.open() as file:
        picture.file = ImageFile(ContentFile(file.read()), name="another.jpg")
        picture.save()


@ways.change
def the_sizes_of_a_picture_are_made(made: WholePaper) -> None:
    make_renditions(picture=Picture.objects.get(pk=made.picture.pk))


@ways.change
def a_picture_gets_a_focal_point(made: WholePaper) -> None:
    picture = Picture.objects.get(pk=made.picture.pk)
    picture.focal_point_x, picture.focal_point_y = 80, 70
    picture.focal_point_width = picture.focal_point_height = 20
    picture.save()
    make_renditions(picture=Picture.objects.get(pk=picture.pk))


@ways.change
def a_picture_loses_its_sizes_by_hand(made: WholePaper) -> None:
    Rendition.objects.filter(image_id=made.picture.pk).delete()
    sql("UPDATE stories_picture SET ready = '[]' WHERE id = %s", made.picture.pk)


@ways.change
def pictures_are_mended_by_the_command(made: WholePaper) -> None:
    call_command("make_renditions", stdout=io.StringIO())

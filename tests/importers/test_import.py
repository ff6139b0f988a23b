"""Whole imports: what an export holds stands in the newsroom afterwards, and the report accounts for all of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from wagtail.models import Page

from standfirst.importers.actions.index_pages import index_pages
from standfirst.importers.models import ArchivedComment, ImportedObject, ImportItem, ImportRun
from standfirst.importers.wordpress.errors import BadMapping, ImportProblem
from standfirst.importers.wordpress.lock import import_folder
from standfirst.stories.drift import listing_drift
from standfirst.stories.models import Article, Contributor, Edition, InformationPage, ListedStory, Pick, Section, Topic
from tests import factories
from tests.importers.conftest import Importer
from tests.importers.exports import SITE, author, category, comment, item

GEORGIA = ("category", "georgia", "Georgia")


def story(number: int = 1) -> Article:
    row = ImportedObject.objects.get(kind="post", old_id=str(number))
    return Article.objects.get(pk=row.object_pk)


def outcomes(run: ImportRun) -> dict[str, tuple[str, str, list[str]]]:
    """Outcome, action and codes of the remarks, by number."""
    found = run.items.filter(element="item")
    return {one.old_id: (one.outcome, one.action, [code for code, _detail in one.remarks]) for one in found}


def test_a_post_becomes_a_public_story_with_everything(import_items: Importer, edition: Edition) -> None:
    run = import_items(
        category("georgia", number=7),
        item(
            1,
            title="A <em>bridge</em> &amp; more",
            content="First.\n\nSecond.",
            excerpt="<p>In short.</p>",
            terms=[GEORGIA, ("post_tag", "war", "War")],
            meta={"_yoast_wpseo_title": "For machines", "_yoast_wpseo_metadesc": "Found", "colour": "red"},
        ),
    )
    found = story()
    assert (found.title, found.slug, found.standfirst) == ("A bridge & more", "post-1", "In short.")
    assert [block.block_type for block in found.body] == ["paragraph", "paragraph"]
    assert found.live
    assert not found.has_unpublished_changes
    assert found.first_published_at == datetime(2020, 5, 6, 8, tzinfo=UTC)
    assert (found.seo_title, found.search_description) == ("For machines", "Found")
    assert [byline.contributor.title for byline in found.bylines.all()] == ["Nino Beridze"]
    assert [topic.title for topic in found.topics.all()] == ["War"]
    assert found.get_parent().specific == Section.objects.get(slug="georgia")
    assert (found.section.slug, found.edition) == ("georgia", edition)
    keys = set(ListedStory.objects.filter(article=found).values_list("list_key", flat=True))
    assert keys == {
        f"edition:{edition.pk}",
        f"section:{found.section_id}",
        f"topic:{found.topics.get().pk}",
        f"contributor:{found.bylines.get().contributor_id}",
    }
    archived = ImportedObject.objects.get(kind="post")
    assert ["colour", "red"] in archived.fields["meta"]
    assert (run.state, run.report["sums_match"]) == ("finished", True)
    assert outcomes(run) == {"1": ("in", "created", [])}


def test_what_bulk_writing_leaves_is_what_wagtail_would_leave(import_items: Importer, client: Client) -> None:
    import_items(category("georgia"), *(item(number, terms=[GEORGIA]) for number in range(1, 8)), item(20, kind="page"))
    assert Page.find_problems() == ([], [], [], [], [])
    assert not listing_drift()
    for page in [*Article.objects.all(), *InformationPage.objects.filter(slug="page-20")]:
        kept = page.latest_revision.content
        wanted = json.loads(json.dumps(page.serializable_data(), default=str))
        ignored = {"latest_revision", "live_revision", "latest_revision_created_at", "first_published_at", "topics"}
        compared = [key for key in wanted if key not in ignored | {"body"} and "published_at" not in key]
        assert {key: kept[key] for key in compared} == {key: wanted[key] for key in compared}
        # PostgreSQL keeps JSON with its keys in an order of its own.
        assert json.loads(kept["body"]) == json.loads(wanted["body"])
        assert kept.keys() == wanted.keys()
        assert page.live_revision_id == page.latest_revision_id is not None
    found = story(3)
    client.force_login(factories.administrator())
    assert client.get(f"/desk/pages/{found.pk}/edit/").status_code == 200
    assert "Imported" in client.get(f"/desk/pages/{found.pk}/history/").content.decode()
    found.title = "Changed"
    found.save_revision().publish()
    assert Article.objects.get(pk=found.pk).title == "Changed"
    parent = Section.objects.get(slug="georgia")
    factories.story(parent, "A story of our own")
    assert Page.find_problems() == ([], [], [], [], [])


@time_machine.travel(datetime(2024, 1, 1, tzinfo=UTC), tick=False)
def test_states(import_items: Importer) -> None:
    run = import_items(
        item(1),
        item(2, status="draft", date_gmt="0000-00-00 00:00:00"),
        item(3, status="pending"),
        item(4, status="private"),
        item(5, password="secret"),
        item(6, status="future", date="2024-06-01 12:00:00", date_gmt="2024-06-01 08:00:00"),
        item(7, status="future"),
        item(8, status="trash"),
        item(9, status="acme-pitch"),
        item(10, status="auto-draft"),
        item(11, title=""),
    )
    assert outcomes(run) == {
        "1": ("in", "created", []),
        "2": ("in", "created", []),
        "3": ("remark", "created", ["pending"]),
        "4": ("remark", "created", ["private"]),
        "5": ("remark", "created", ["password"]),
        "6": ("in", "created", []),
        "7": ("remark", "created", ["missed"]),
        "8": ("refused", "archived", ["refused"]),
        "9": ("remark", "created", ["state"]),
        "10": ("refused", "archived", ["refused"]),
        "11": ("remark", "created", ["untitled"]),
    }
    assert sorted(Article.objects.live().values_list("slug", flat=True)) == ["post-1", "post-11"]
    assert ListedStory.objects.values("article").distinct().count() == 2
    scheduled = story(6)
    moment = datetime(2024, 6, 1, 8, tzinfo=UTC)
    assert (scheduled.live, scheduled.go_live_at, scheduled.latest_revision.approved_go_live_at) == (
        False,
        moment,
        moment,
    )
    assert scheduled.approved_schedule
    assert "secret" not in json.dumps(ImportedObject.objects.get(old_id="5").fields)
    assert run.report["kinds"]["item/post"] == {"expected": 11, "in": 3, "remark": 6, "refused": 2}


def test_local_dates_use_the_zone_of_the_old_site(import_items: Importer) -> None:
    import_items(
        item(1),  # four hours from UTC, as the site's clock was in May 2020
        item(2, date="2020-05-20 10:00:00", date_gmt="0000-00-00 00:00:00"),
    )
    assert story(2).first_published_at == datetime(2020, 5, 20, 6, tzinfo=UTC)


def test_a_mapped_zone_decides(import_items: Importer) -> None:
    import_items(
        item(2, date="2020-01-20 10:00:00", date_gmt="0000-00-00 00:00:00"), mapping='time_zone = "Asia/Tokyo"'
    )
    assert story(2).first_published_at == datetime(2020, 1, 20, 1, tzinfo=UTC)


def test_pages_keep_their_tree_whatever_their_order(import_items: Importer, edition: Edition) -> None:
    run = import_items(
        item(3, kind="page", parent=2),
        item(2, kind="page", parent=1),
        item(1, kind="page"),
        item(4, kind="page", parent=999),
        item(5, kind="page", parent=6),
        item(6, kind="page", parent=5),
        item(7, kind="page", slug="masthead"),
    )
    urls = {page.slug: page.url for page in InformationPage.objects.all()}
    assert urls["page-3"] == "/en/page-1/page-2/page-3/"
    assert urls["page-4"] == "/en/page-4/"
    assert {urls["page-5"], urls["page-6"]} == {"/en/page-5/", "/en/page-6/"}
    assert urls["masthead-2"] == "/en/masthead-2/"
    assert not InformationPage.objects.get(slug="page-1").in_footer
    assert run.report["sums_match"]


def test_sections_follow_categories_and_other_categories_become_topics(import_items: Importer) -> None:
    import_items(
        category("world", number=2),
        category("asia", "Asia", parent="world", number=3),
        category("sport", number=4),
        category("uncategorized", number=1),
        item(1, terms=[("category", "world", "World"), ("category", "asia", "Asia")]),
        item(2, terms=[("category", "sport", "Sport"), ("category", "asia", "Asia")]),
        item(3, terms=[("category", "sport", "Sport"), ("category", "asia", "Asia")],
             meta={"_yoast_wpseo_primary_category": "3"}),
        item(4, terms=[("category", "uncategorized", "Uncategorized"), ("category", "sport", "Sport")]),
        item(5),
    )  # fmt: skip
    places = {
        number: (story(number).get_parent().url, [t.slug for t in story(number).topics.all()]) for number in range(1, 6)
    }
    assert places == {
        1: ("/en/world/asia/", []),
        2: ("/en/sport/", ["asia"]),
        3: ("/en/world/asia/", ["sport"]),
        4: ("/en/sport/", []),
        5: ("/en/uncategorized/", []),
    }
    assert Section.objects.get(slug="world").navigation
    assert not Section.objects.get(slug="uncategorized").navigation


MAPPING = """
default_section = "briefs"
categories_as_topics = ["sport"]
[sections]
asia = "far-away/east"
[topics]
war = "conflict"
noise = false
[authors]
nino = "N. Beridze"
[types]
event = "post"
"""


def test_a_mapping_decides(import_items: Importer) -> None:
    run = import_items(
        category("asia"),
        category("sport"),
        item(1, terms=[("category", "sport", "Sport"), ("category", "asia", "Asia")]),
        item(2, terms=[("category", "sport", "Sport"), ("post_tag", "war", "War"), ("post_tag", "noise", "Noise")]),
        item(3, kind="event"),
        mapping=MAPPING,
    )
    assert story(1).get_parent().url == "/en/far-away/east/"
    assert [topic.slug for topic in story(1).topics.all()] == ["sport"]
    assert story(2).get_parent().url == "/en/briefs/"
    assert sorted(topic.slug for topic in story(2).topics.all()) == ["conflict", "sport"]
    assert story(3).title == "Event 3"
    assert [person.title for person in Contributor.objects.all()] == ["N. Beridze"]
    assert not Topic.objects.filter(slug="noise").exists()
    assert run.report["sums_match"]


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        ("editon = 'en'", "editon"),
        ("time_zone = 'Moon/Sea'", "time_zone = 'Moon/Sea'"),
        ("[sections]\na = ''", "a: give a section"),
        ("[types]\na = 'film'", "types.a = 'film'"),
        ("not toml", "no TOML"),
    ],
)
def test_a_wrong_mapping_is_refused_with_key_and_value(import_items: Importer, mapping: str, says: str) -> None:
    with pytest.raises(BadMapping, match=says.replace("(", r"\(")):
        import_items(item(1), mapping=mapping)
    assert not Article.objects.exists()


def test_people(import_items: Importer) -> None:
    run = import_items(
        author("admin@old.example", "admin@old.example"),
        author("gio", "Giorgi Lomidze"),
        author("never", "Never Wrote"),
        item(1, terms=[("author", "cap-gio", "Giorgi Lomidze"), ("author", "nino", "Nino Beridze"),
                       ("author", "cap-gio", "Giorgi Lomidze")]),
        item(2, terms=[("author", "cap-guest", "A Guest")]),
        item(3, creator="admin@old.example"),
    )  # fmt: skip
    names = {number: [line.contributor.title for line in story(number).bylines.all()] for number in (1, 2, 3)}
    assert names == {1: ["Giorgi Lomidze", "Nino Beridze"], 2: ["A Guest"], 3: ["Admin"]}
    assert not Contributor.objects.filter(title="Never Wrote").exists()
    assert not Contributor.objects.filter(slug__contains="old-example").exists()
    codes = {one.old_id: [code for code, _text in one.remarks] for one in run.items.filter(element="author")}
    assert codes["never"] == ["no_stories"]


def test_sticky_posts_become_picks(import_items: Importer, edition: Edition) -> None:
    import_items(item(1, sticky=1), item(2), item(3, sticky=1, status="draft"))
    assert [pick.article.slug for pick in Pick.objects.filter(edition=edition)] == ["post-1"]


def test_comments_are_archived_without_machine_addresses(import_items: Importer) -> None:
    replies = comment(1, "First!") + comment(2, "=cmd", approved="spam") + comment(2, "twice")
    run = import_items(
        item(1, extra=replies),
        item(2, kind="page", extra=comment(3)),
        item(3, kind="attachment", extra=comment(4, "Nice picture")),
    )
    kept = ArchivedComment.objects.order_by("old_id")
    assert [(one.old_id, one.text, one.state) for one in kept] == [
        ("1", "First!", "approved"),
        ("2", "=cmd", "spam"),
        ("2#2", "twice", "approved"),
        ("3", "Well said.", "approved"),
        ("4", "Nice picture", "approved"),
    ]
    assert kept[0].written_at == datetime(2020, 5, 7, 9, tzinfo=UTC)
    assert not [field.name for field in ArchivedComment._meta.fields if "ip" in field.name.split("_")]
    assert run.report["comments"] == {"expected": 5, "with_stories": 5, "archived": 5}


def test_everything_else_is_archived_and_accounted_for(import_items: Importer) -> None:
    run = import_items(
        item(1, content='<!-- wp:block {"ref":2} /-->'),
        item(2, kind="wp_block", content="<!-- wp:paragraph --><p>Shared</p><!-- /wp:paragraph -->"),
        item(3, kind="nav_menu_item"),
        item(4, kind="revision", status="inherit"),
        item(5, kind="acme_film"),
        item(1, title="The same number again"),
        "<item><title>No type at all</title></item>",
        "<wp:term><wp:term_taxonomy>genre</wp:term_taxonomy><wp:term_slug>x</wp:term_slug></wp:term>",
    )
    assert run.report["sums_match"]
    kinds = run.report["kinds"]
    assert {name: (row["in"], row["remark"], row["refused"]) for name, row in kinds.items()} == {
        "author": (1, 0, 0),
        "item/": (0, 0, 1),
        "item/acme_film": (0, 0, 1),
        "item/nav_menu_item": (0, 0, 1),
        "item/post": (2, 0, 0),
        "item/revision": (0, 0, 1),
        "item/wp_block": (0, 1, 0),
        "term/genre": (0, 0, 1),
    }
    assert [block.value.source for block in story(1).body] == ["<p>Shared</p>"]
    film = ImportedObject.objects.get(kind="item:acme_film")
    assert film.fields["source"]["content"] == "What acme_film 5 says."
    assert Article.objects.filter(title="The same number again").exists()


def test_links_to_the_old_site_become_links_to_pages(import_items: Importer) -> None:
    import_items(
        category("georgia", number=7),
        item(1, content=f'<a href="{SITE}/?p=2">later</a> <a href="/2020/05/post-2/#x">by path</a> '
                        f'<a href="{SITE}/gone/">gone</a> <a href="http://www.old.example/category/georgia/">section</a>'),
        item(2, content=f'<ul><li><a href="{SITE}/2020/05/post-1">back</a></li></ul>', terms=[GEORGIA]),
    )  # fmt: skip
    first, second = story(1), story(2)
    georgia = Section.objects.get(slug="georgia")
    text = first.body[0].value.source
    assert f'<a linktype="page" id="{second.pk}">later</a> <a linktype="page" id="{second.pk}">by path</a>' in text
    assert f'<a href="{SITE}/gone/">gone</a> <a linktype="page" id="{georgia.pk}">section</a>' in text
    assert second.body[0].value["items"][0].source == f'<p><a linktype="page" id="{first.pk}">back</a></p>'
    assert json.loads(first.latest_revision.content["body"])[0]["value"] == text


def test_a_second_import_changes_nothing_when_nothing_changed(import_items: Importer) -> None:
    parts = [category("georgia"), item(1, terms=[GEORGIA], extra=comment(1)), item(2, kind="page")]
    import_items(*parts)
    before = [Page.objects.count(), story().latest_revision_id, ArchivedComment.objects.count()]
    second = import_items(*parts)
    assert {action for _outcome, action, _codes in outcomes(second).values()} == {"unchanged"}
    assert [Page.objects.count(), story().latest_revision_id, ArchivedComment.objects.count()] == before
    assert ImportRun.objects.count() == 2


def test_a_second_import_updates_what_changed_in_the_export(import_items: Importer) -> None:
    import_items(item(1), item(2, status="draft"))
    address = story(1).url
    run = import_items(
        category("georgia"),
        item(1, title="New", content="New words", slug="other", terms=[("post_tag", "new", "New")], creator="gio"),
        item(2),
        item(3),
    )
    changed = story(1)
    assert [action for _o, action, _c in outcomes(run).values()] == ["updated", "updated", "created"]
    assert (changed.title, changed.url) == ("New", address)
    assert changed.body[0].value.source == "<p>New words</p>"
    assert [topic.slug for topic in changed.topics.all()] == ["new"]
    assert [line.contributor.title for line in changed.bylines.all()] == ["gio"]
    assert changed.latest_revision.as_object().title == "New"
    assert changed.revisions.count() == 2
    assert story(2).live
    assert not listing_drift()


def test_an_old_number_of_a_site_set_up_anew_is_another_story(import_items: Importer) -> None:
    import_items(item(1))
    anew = item(1, title="Another", slug="another", date="2023-01-01 10:00:00", date_gmt="2023-01-01 06:00:00")
    run = import_items(anew)
    assert [action for _o, action, _c in outcomes(run).values()] == ["created"]
    assert sorted(Article.objects.values_list("title", flat=True)) == ["Another", "Post 1"]
    again = import_items(anew)
    assert [action for _o, action, _c in outcomes(again).values()] == ["unchanged"]


@pytest.mark.parametrize("edit", ["text", "unpublished", "deleted", "moved"])
def test_what_staff_did_here_is_never_overwritten(import_items: Importer, edition: Edition, edit: str) -> None:
    import_items(item(1))
    ours = story(1)
    other = factories.section(edition, "Elsewhere")
    if edit == "text":
        ours.title = "Ours"
        ours.save_revision(user=factories.administrator())
    elif edit == "unpublished":
        ours.unpublish()
    elif edit == "moved":
        ours.move(other, pos="last-child")
    else:
        ours.delete()
    before = list(Article.objects.values("pk", "title", "live", "path", "latest_revision_id"))
    run = import_items(item(1, title="From the export again"))
    assert outcomes(run)["1"] == ("remark", "kept", ["kept"])
    assert list(Article.objects.values("pk", "title", "live", "path", "latest_revision_id")) == before


def test_damage_lets_the_good_items_in_and_says_where_it_is(import_items: Importer) -> None:
    run = import_items(item(1), item(2), "<item><title>Broken & bare</title></item>", item(3))
    assert run.state == "damaged"
    assert sorted(Article.objects.values_list("slug", flat=True)) == ["post-1", "post-2"]
    assert "line " in run.message
    assert "column " in run.message
    assert run.report["sums_match"]


def test_an_odd_item_stays_out_alone(import_items: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    from standfirst.importers.wordpress import prepare

    original = prepare.convert

    def odd(content: str, *args: Any, **kwargs: Any) -> Any:
        if "What post 2" in content:
            raise KeyError("odd")
        return original(content, *args, **kwargs)

    monkeypatch.setattr(prepare, "convert", odd)
    run = import_items(item(1), item(2), item(3))
    assert outcomes(run)["2"] == ("refused", "archived", ["refused"])
    assert Article.objects.count() == 2
    assert ImportedObject.objects.get(kind="item:post").fields["source"]["content"] == "What post 2 says."
    assert run.report["sums_match"]


def test_a_batch_the_database_refuses_is_written_one_by_one(
    import_items: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from standfirst.importers.wordpress import writer

    original = writer.insert_pages

    def odd(new: Any, **kwargs: Any) -> None:
        if any(entry.page.slug == "post-2" for entry in new):
            raise ValueError("odd row")
        original(new, **kwargs)

    monkeypatch.setattr(writer, "insert_pages", odd)
    run = import_items(item(1), item(2), item(3))
    assert outcomes(run)["2"] == ("refused", "archived", ["refused"])
    assert sorted(Article.objects.values_list("slug", flat=True)) == ["post-1", "post-3"]
    assert Page.find_problems() == ([], [], [], [], [])
    assert run.report["sums_match"]


def test_the_edition_follows_the_language_of_the_export(import_items: Importer, edition: Edition) -> None:
    factories.edition("ru")
    run = import_items(item(1), language="ru-RU")
    assert run.edition is not None
    assert run.edition.slug == "ru"
    assert story().url.startswith("/ru/")
    with pytest.raises(ImportProblem, match="no edition 'xx'"):
        import_items(item(2), mapping='edition = "xx"')


def test_slugs_of_other_scripts_are_transliterated(import_items: Importer) -> None:
    import_items(item(1, slug="%d0%bc%d0%be%d1%81%d1%82", title="Мост"), item(2, slug="", title="ხიდი"))
    assert (story(1).slug, story(2).slug) == ("most", "khidi")


def test_equal_slugs_get_numbers(import_items: Importer) -> None:
    import_items(*(item(number, slug="same") for number in (1, 2, 3)))
    assert [story(number).slug for number in (1, 2, 3)] == ["same", "same-2", "same-3"]


def test_indexing_follows(import_items: Importer) -> None:
    run = import_items(item(1, title="A rare heron"))
    assert index_pages(site=run.site) > 0
    assert [page.title for page in Article.objects.search("heron")] == ["A rare heron"]
    assert index_pages(site=run.site) == 0


def test_the_report_is_a_file(import_items: Importer) -> None:
    run = import_items(item(1), item(2, status="trash"))
    report = json.loads((import_folder() / f"report-{run.pk}.json").read_text())
    assert report["sums_match"] is True
    assert [(entry["old_id"], entry["outcome"]) for entry in report["items"] if entry["kind"] == "item/post"] == [
        ("1", "in"), ("2", "refused"),
    ]  # fmt: skip


def test_a_dry_run_says_everything_and_writes_nothing(import_items: Importer) -> None:
    import_items(item(1))
    counts = [Page.objects.count(), ImportedObject.objects.count(), ImportItem.objects.count()]
    run = import_items(category("asia"), item(1, title="New"), item(2), item(3, kind="page"), dry_run=True)
    assert [Page.objects.count(), ImportedObject.objects.count(), ImportItem.objects.count()] == counts
    assert run.report["kinds"]["item/post"] == {"expected": 2, "in": 2, "remark": 0, "refused": 0}
    assert run.report["sums_match"]
    report = json.loads((import_folder() / f"report-{run.pk}.json").read_text())
    assert [entry["action"] for entry in report["items"] if entry["kind"] == "item/post"] == ["updated", "created"]


def test_the_number_of_statements_does_not_grow_with_the_posts_of_a_batch(
    import_items: Importer, django_assert_max_num_queries: Any
) -> None:
    import_items(item(0))
    posts = [item(number, terms=[GEORGIA], extra=comment(number)) for number in range(1, 26)]
    with django_assert_max_num_queries(140):
        import_items(*posts)
    assert Article.objects.count() == 26

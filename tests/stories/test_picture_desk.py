"""Pictures at the desk: every way to upload, where a picture was used before, and making its sizes again."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from tests import factories as make
from tests.stories import picture_files as files
from wagtail.images.forms import get_image_form
from wagtail.models import Collection, ReferenceIndex

from standfirst.accounts.roles import Role
from standfirst.stories.actions.add_picture import add_picture
from standfirst.stories.models import Picture, Section
from standfirst.stories.pictures.form import PictureForm
from standfirst.stories.pictures.usage import usage_of

pytestmark = pytest.mark.django_db

WORDS = files.xmp(photoshop__Credit="Agency", photoshop__Headline="Dawn", exif__GPSLatitude="40,24.5N")


@pytest.fixture
def desk(client: Client, settings: Any) -> Client:
    settings.STAFF_MFA_REQUIRED = False
    client.force_login(make.administrator())
    return client


def upload(data: bytes | None = None, name: str = "quay.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data or files.encoded(files.drawing(), xmp=WORDS), "image/jpeg")


def used_in(headline: str, section: Section, **pictures: Picture) -> None:
    """A published story, known to Wagtail's index of references as its background task would make it."""
    ReferenceIndex.create_or_update_for_object(make.story(section, headline, **pictures))


def fields(**words: Any) -> dict[str, Any]:
    return {"title": "Quay", "collection": Collection.get_first_root_node().pk, **words}


def test_upload_takes_words_from_the_file_where_fields_are_empty(desk: Client) -> None:
    response = desk.post(reverse("wagtailimages:add"), fields(file=upload(), caption="Our words", credit=""))
    assert response.status_code == 302
    picture = Picture.objects.get()
    assert (picture.title, picture.caption, picture.credit) == ("Quay", "Our words", "Agency")
    assert len(picture.ready) == 1
    assert b"GPSLatitude" not in (Path(settings.MEDIA_ROOT) / picture.file.name).read_bytes()


def test_multiple_upload_shows_the_words_found(desk: Client) -> None:
    response = desk.post(
        reverse("wagtailimages:add_multiple"),
        {"title": "Quay", "files[]": upload(), "collection": Collection.get_first_root_node().pk},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    answer = response.json()
    assert answer["success"] is True
    assert 'value="Agency"' in answer["form"]
    assert Picture.objects.get().caption == "Dawn"


def test_chooser_upload_takes_words_too_and_finds_duplicates(desk: Client) -> None:
    address = reverse("wagtailimages_chooser:create")
    data = {f"image-chooser-upload-{name}": value for name, value in fields().items()}
    first = desk.post(address, {**data, "image-chooser-upload-file": upload()})
    assert first.json()["step"] == "chosen"
    # The same picture with other metadata is the same picture.
    again = files.encoded(files.drawing(), xmp=files.xmp(photoshop__Credit="Another agency"))
    second = desk.post(address, {**data, "image-chooser-upload-file": upload(again)})
    assert second.json()["step"] == "duplicate_found"
    assert list(Picture.objects.order_by("pk").values_list("credit", flat=True)) == ["Agency", "Another agency"]


def test_editors_see_alt_text_instead_of_wagtails_description(desk: Client) -> None:
    page = desk.get(reverse("wagtailimages:add")).content.decode()
    assert "Alt text" in page
    assert "Description" not in page


def test_the_api_uses_the_same_form() -> None:
    assert issubclass(get_image_form(Picture), PictureForm)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("quay.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture we can read"),
        ("quay.jpg", files.encoded(files.drawing())[:2500], "damaged or cut off"),
        ("quay.jpg", b"%PDF-1.7", "not a picture we can read"),
    ],
)
def test_refused_upload_says_why_at_the_field(desk: Client, name: str, data: bytes, message: str) -> None:
    response = desk.post(reverse("wagtailimages:add"), fields(file=upload(data, name)))
    assert response.status_code == 200
    assert message in str(response.context["form"].errors["file"])
    assert not Picture.objects.exists()


def test_replacing_the_file_keeps_old_sizes_until_new_ones_exist(
    desk: Client, django_capture_on_commit_callbacks: Any
) -> None:
    picture = make.picture()
    old_file, old_size = picture.file.name, picture.ready[0]["file"]
    new = files.encoded(files.drawing((300, 200)))
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(reverse("wagtailimages:edit", args=[picture.pk]), fields(file=upload(new)))
    picture.refresh_from_db()
    assert (picture.width, picture.ready[0]["w"]) == (300, 300)
    media = Path(settings.MEDIA_ROOT)
    assert not (media / old_file).exists()
    assert (media / old_size).exists()
    call_command("make_renditions", picture=picture.pk, stdout=StringIO())
    assert picture.renditions.filter(file=old_size).count() == 0


def test_usage_counts_pages_once_and_names_the_latest() -> None:
    section = make.section(make.edition())
    used, unused = make.picture(), make.picture()
    used_in("Older", section, lead_picture=used, social_picture=used)
    used_in("Newer", section, lead_picture=used)
    usages = usage_of([used, unused], latest=5)
    assert [use.title for use in usages[used.pk].latest] == ["Newer", "Older"]
    assert usages[used.pk].count == 2
    assert (usages[unused.pk].count, usages[unused.pk].last) == (0, None)
    assert usage_of([]) == {}


def test_usage_takes_two_queries_for_any_number(django_assert_num_queries: Any) -> None:
    section = make.section(make.edition())
    pictures = [make.picture() for _number in range(3)]
    for picture in pictures:
        used_in("Any", section, lead_picture=picture)
    usage_of(pictures)
    with django_assert_num_queries(2):
        usage_of(pictures)


@pytest.mark.parametrize("layout", ["grid", "list"])
def test_chooser_shows_credit_caption_and_use(desk: Client, layout: str) -> None:
    picture = make.picture("Quay", credit="A. Petrova", caption="The quay at <dawn>")
    make.picture("Bare", credit="", description="")
    used_in("A story of boats", make.section(make.edition()), lead_picture=picture)
    page = desk.get(reverse("wagtailimages_chooser:choose_results"), {"layout": layout}).content.decode()
    assert "A. Petrova" in page
    assert "The quay at &lt;dawn&gt;" in page
    assert "A story of boats" in page
    assert "Not used yet" in page
    assert "No credit" in page
    assert "No alt text" in page


def test_edit_page_shows_use_and_state(desk: Client) -> None:
    picture = make.picture()
    used_in("A story of boats", make.section(make.edition()), lead_picture=picture)
    page = desk.get(reverse("wagtailimages:edit", args=[picture.pk])).content.decode()
    assert "A story of boats" in page
    assert "still being made" in page
    Picture.objects.filter(pk=picture.pk).update(rendition_problem="No space left on device")
    page = desk.get(reverse("wagtailimages:edit", args=[picture.pk])).content.decode()
    assert "Could not be made: No space left on device" in page
    call_command("make_renditions", stdout=StringIO())
    page = desk.get(reverse("wagtailimages:edit", args=[picture.pk])).content.decode()
    assert "All ready" in page
    assert "Make them now" not in page


def test_making_again_is_for_those_who_may_change_the_picture(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    ordered: list[int] = []
    monkeypatch.setattr("standfirst.stories.picture_hooks.order_renditions", lambda picture: ordered.append(picture.pk))
    picture = make.picture()
    address = reverse("picture_renditions", args=[picture.pk])
    client.force_login(make.staff(Role.REPORTER))
    client.post(address)
    assert ordered == []
    client.force_login(make.staff(Role.PICTURE_EDITOR))
    assert client.get(address).status_code == 405
    client.post(address)
    assert ordered == [picture.pk]


def test_command_goes_on_after_a_damaged_file_and_says_which() -> None:
    broken = add_picture(file=ContentFile(files.encoded(files.drawing((60, 40))), name="broken.jpg"))
    whole = add_picture(file=ContentFile(files.encoded(files.drawing((62, 40))), name="whole.jpg"))
    (Path(settings.MEDIA_ROOT) / broken.file.name).write_bytes(b"\xff\xd8\xff")
    errors = StringIO()
    with pytest.raises(CommandError, match="1 pictures could not be encoded"):
        call_command("make_renditions", stdout=StringIO(), stderr=errors)
    assert f"Picture {broken.pk} “broken”" in errors.getvalue()
    whole.refresh_from_db()
    assert len(whole.ready) > 1


def test_command_names_a_picture_that_is_not_there() -> None:
    with pytest.raises(CommandError, match="There is no picture 4711"):
        call_command("make_renditions", picture=4711)

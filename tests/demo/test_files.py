import io
import wave

from lxml import etree

from standfirst.demo.files import RATE, nameplate, pdf, sound


def test_the_pdf_points_at_its_own_objects() -> None:
    data = pdf(["One (1)", "Two"])
    assert data.startswith(b"%PDF-1.4\n")
    assert b"(One \\(1\\)) Tj" in data
    start = int(data.rsplit(b"startxref\n", 1)[1].split()[0])
    rows = data[start:].split(b"\n")
    assert rows[:2] == [b"xref", b"0 6"]
    for number, row in enumerate(rows[3:8], 1):
        assert data[int(row[:10]) :].startswith(b"%d 0 obj" % number)


def test_the_sound_has_its_length_and_is_the_same_every_time() -> None:
    data = sound(1)
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getnframes(), file.getframerate(), file.getnchannels()) == (RATE, RATE, 1)
        assert len(set(file.readframes(RATE))) > 100
    assert data == sound(1)


def test_the_nameplate_is_plain_svg_in_the_colours_asked_for() -> None:
    root = etree.fromstring(nameplate("#1a1814", "#8c1c2f"))
    names = {etree.QName(element).localname for element in root.iter()}
    assert names == {"svg", "title", "path", "g"}
    colours = {value for element in root.iter() for key, value in element.items() if key in ("fill", "stroke")}
    assert colours == {"#1a1814", "#8c1c2f", "none"}

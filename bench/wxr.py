"""Writes WordPress exports of any size, the same every time: news posts of about 600 words with links and terms."""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

SITE = "https://old.ridgeline.example"
_WORDS = """
river border council railway minister harvest election bridge village court school doctor market protest budget
pipeline station archive museum winter teacher capital highway parliament language memory factory garden
translation journalist customs passport valley mountain reservoir farmer engineer witness verdict coalition
"""
WORDS = _WORDS.split()
SECTIONS = ["georgia", "armenia", "azerbaijan", "culture", "economy", "opinion"]
HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Old Ridgeline</title><link>{site}</link><language>en-US</language>
<wp:wxr_version>1.2</wp:wxr_version><wp:base_site_url>{site}</wp:base_site_url><wp:base_blog_url>{site}</wp:base_blog_url>
"""
ITEM = """<item><title><![CDATA[{title}]]></title><link>{site}/{date:%Y/%m/%d}/{slug}/</link>
<dc:creator><![CDATA[{author}]]></dc:creator><guid isPermaLink="false">{site}/?p={number}</guid>
<content:encoded><![CDATA[{body}]]></content:encoded><excerpt:encoded><![CDATA[{excerpt}]]></excerpt:encoded>
<wp:post_id>{number}</wp:post_id><wp:post_date>{local:%Y-%m-%d %H:%M:%S}</wp:post_date>
<wp:post_date_gmt>{date:%Y-%m-%d %H:%M:%S}</wp:post_date_gmt><wp:post_name>{slug}</wp:post_name>
<wp:status>publish</wp:status><wp:post_parent>0</wp:post_parent><wp:post_type>post</wp:post_type>
<wp:is_sticky>0</wp:is_sticky><category domain="category" nicename="{section}"><![CDATA[{section}]]></category>
{tags}<wp:postmeta><wp:meta_key>_yoast_wpseo_metadesc</wp:meta_key><wp:meta_value><![CDATA[{excerpt}]]></wp:meta_value>
</wp:postmeta></item>
"""


def sentence(chance: random.Random) -> str:
    words = [chance.choice(WORDS) for _ in range(chance.randint(8, 18))]
    return " ".join(words).capitalize() + "."


def paragraphs(chance: random.Random, number: int) -> Iterator[str]:
    """About 600 words, with an inline link to an earlier post now and then."""
    for at in range(12):
        text = " ".join(sentence(chance) for _ in range(4))
        if at == 5 and number > 1 and chance.random() < 0.3:
            other = chance.randrange(1, number)
            text += f' See <a href="{SITE}/?p={other}">our <em>report</em></a>.'
        yield text


def body(chance: random.Random, number: int) -> str:
    """Half the posts were written with the block editor, half before it."""
    parts = list(paragraphs(chance, number))
    if number % 2:
        blocks = [f"<!-- wp:paragraph -->\n<p>{part}</p>\n<!-- /wp:paragraph -->" for part in parts]
        blocks.insert(6, "<!-- wp:heading -->\n<h2>What follows</h2>\n<!-- /wp:heading -->")
        quotation = f'<blockquote class="wp-block-quote"><p>{parts[0]}</p><cite>A witness</cite></blockquote>'
        blocks.insert(9, f"<!-- wp:quote -->\n{quotation}\n<!-- /wp:quote -->")
        return "\n\n".join(blocks)
    parts.insert(6, "<h2>What follows</h2>")
    parts.insert(9, f"<blockquote>{parts[0]}</blockquote>")
    return "\n\n".join(parts)


def pieces(posts: int, seed: int = 1) -> Iterator[str]:
    """The export, piece by piece."""
    chance = random.Random(seed)  # noqa: S311 - the same file every time
    yield HEAD.format(site=SITE)
    for number in range(1, 21):
        yield f"<wp:author><wp:author_id>{number}</wp:author_id><wp:author_login>writer{number}</wp:author_login>"
        yield f"<wp:author_display_name>Writer Number {number}</wp:author_display_name></wp:author>\n"
    for number, section in enumerate(SECTIONS, 2):
        yield f"<wp:category><wp:term_id>{number}</wp:term_id><wp:category_nicename>{section}</wp:category_nicename>"
        yield f"<wp:category_parent></wp:category_parent><wp:cat_name>{section.title()}</wp:cat_name></wp:category>\n"
    begin = datetime(2012, 1, 1, 6, tzinfo=UTC)
    for number in range(1, posts + 1):
        tags = "".join(
            f'<category domain="post_tag" nicename="{word}"><![CDATA[{word.title()}]]></category>\n'
            for word in chance.sample(WORDS, 3)
        )
        date = begin + timedelta(hours=7 * number)
        yield ITEM.format(
            site=SITE,
            number=number,
            title=f"{sentence(chance)[:60].strip('. ')} {number}",
            slug=f"story-{number}",
            date=date,
            local=date + timedelta(hours=4),
            author=f"writer{chance.randint(1, 20)}",
            section=chance.choice(SECTIONS),
            tags=tags,
            excerpt=sentence(chance),
            body=body(chance, number),
        )
    yield "</channel></rss>\n"


def write(path: Path, posts: int) -> Path:
    """Write an export with `posts` posts to `path`."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(pieces(posts))
    return path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--posts", type=int, default=10_000)
    options = parser.parse_args()
    print(f"{write(options.path, options.posts)}: {options.path.stat().st_size / 1e6:.1f} MB")

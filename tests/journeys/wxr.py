"""A small export as WordPress writes it, made for the journey."""

from __future__ import annotations

OLD_SITE = "https://old.example"
HEADLINE = "The ferry that did not sail"

EXPORT = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
  <title>The Old Outlet</title><link>{OLD_SITE}</link><language>en-US</language>
  <wp:wxr_version>1.2</wp:wxr_version>
  <wp:base_site_url>{OLD_SITE}</wp:base_site_url><wp:base_blog_url>{OLD_SITE}</wp:base_blog_url>
  <wp:author><wp:author_id>2</wp:author_id><wp:author_login>lena</wp:author_login>
    <wp:author_email>lena@old.example</wp:author_email><wp:author_display_name>Lena Orbeli</wp:author_display_name>
    <wp:author_first_name>Lena</wp:author_first_name><wp:author_last_name>Orbeli</wp:author_last_name></wp:author>
  <wp:category><wp:term_id>3</wp:term_id><wp:category_nicename>coast</wp:category_nicename>
    <wp:category_parent></wp:category_parent><wp:cat_name>Coast</wp:cat_name></wp:category>
  <item>
    <title>{HEADLINE}</title><link>{OLD_SITE}/2019/05/the-ferry/</link>
    <pubDate>Mon, 06 May 2019 08:00:00 +0000</pubDate><dc:creator>lena</dc:creator>
    <guid isPermaLink="false">{OLD_SITE}/?p=41</guid><description></description>
    <content:encoded><![CDATA[<!-- wp:paragraph --><p>Nobody at the quay knew why.</p><!-- /wp:paragraph -->
<!-- wp:heading --><h2>A week of wind</h2><!-- /wp:heading -->
<p onclick="alert(1)">Read <a href="javascript:alert(1)">this</a>.<script>alert(1)</script></p>]]></content:encoded>
    <excerpt:encoded><![CDATA[A week of wind and one rumour.]]></excerpt:encoded>
    <wp:post_id>41</wp:post_id><wp:post_date>2019-05-06 12:00:00</wp:post_date>
    <wp:post_date_gmt>2019-05-06 08:00:00</wp:post_date_gmt><wp:comment_status>open</wp:comment_status>
    <wp:ping_status>closed</wp:ping_status><wp:post_name>the-ferry</wp:post_name><wp:status>publish</wp:status>
    <wp:post_parent>0</wp:post_parent><wp:menu_order>0</wp:menu_order><wp:post_type>post</wp:post_type>
    <wp:post_password></wp:post_password><wp:is_sticky>0</wp:is_sticky>
    <category domain="category" nicename="coast"><![CDATA[Coast]]></category>
  </item>
</channel>
</rss>
"""

"""Read by machines: feeds, sitemaps, structured data, oEmbed, robots."""

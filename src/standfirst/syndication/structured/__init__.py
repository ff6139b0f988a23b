"""JSON-LD in the words of schema.org: what a page is, who made it, who publishes it."""

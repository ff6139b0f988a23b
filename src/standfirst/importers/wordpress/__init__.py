"""Moving in from WordPress: reads its export file (WXR) and makes stories, pages, people and pictures of it."""

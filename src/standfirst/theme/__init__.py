"""Templates, style sheets, template tags: how the paper looks. Knows no story."""

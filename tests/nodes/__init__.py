"""Two nodes of one newsroom: separate homes and process groups, one PostgreSQL, one Redis."""

"""Moving a newsroom from SQLite to PostgreSQL and back: every row, counted and summed on both sides.

`kinds` one value in three forms, `databases` the two databases, `tables` what of them is moved, `copying` the way of
the rows, `sqlite` and `postgresql` where the copy is made until it is whole, `searching` the search index,
`configuration` the one line that makes it count.
"""

"""Moving a newsroom from SQLite to PostgreSQL and back: every row, counted and summed on both sides.

`kinds` one value in three forms, `databases` the two databases, `rooms` where the copy is made until it is whole,
`copying` the way of the rows, `configuration` the one line that makes it count.
"""

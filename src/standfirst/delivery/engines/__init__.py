"""Django's database backends with dependency keys: what pages read, what transactions changed."""

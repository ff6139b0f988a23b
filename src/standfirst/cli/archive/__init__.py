"""The archive that `backup` writes and `restore` reads.

A plain tar: pictures do not get smaller by compressing them again, and a tar can be read by anybody. Inside are
`home/standfirst.toml`, `home/secret.key`, `home/media/…`, `home/theme/…`, the database (`database.sqlite3.gz`, or
`database.dump` from pg_dump) and, as its last member, `manifest.json` with the size and SHA-256 of every other member.
An archive without a manifest is one that was cut off.
"""

"""The languages an edition may have. Each name stands in its own script, as the edition switch shows it."""

LANGUAGES = [
    ("en", "English"),
    ("ru", "Русский"),
    ("ka", "ქართული"),
    ("hy", "Հայերեն"),
    ("az", "Azərbaycanca"),
    ("fa", "فارسی"),
]

"""How much one visitor and one network can add: what makes a forged crowd worthless.

A visitor is a salted hash of address and user agent, a network a salted hash of the address's first 24 bits (IPv4) or
48 (IPv6). Many readers share a network, and behind some mobile carriers even an address; the caps leave room for them.
"""

from __future__ import annotations

VISITOR_VIEWS = 10
"""Views of one page by one visitor, a day."""
VISITOR_READS = 3
"""Reads of one story by one visitor, a day."""
NETWORK_VIEWS = 150
"""Views of one page by one network, an hour."""
NETWORK_READS = 50
"""Reads of one story by one network, an hour."""
NETWORK_VIEWS_OF_ALL = 3000
"""Views of all pages by one network, an hour."""
NETWORK_READS_OF_ALL = 500
"""Reads of all stories by one network, an hour."""
VISITOR_APPEALS = 5
"""Each of seen, clicked and closed, of one variant by one visitor, a day."""
NETWORK_APPEALS = 50
"""Each of seen, clicked and closed, of one variant by one network, an hour."""
VISITOR_RATE = 60
"""Beacons of one visitor, a minute."""
NETWORK_RATE = 600
"""Beacons of one network, a minute."""
PROCESS_RATE = 200
"""Beacons of one network that a process takes in half a second: a flood leaves the room that it has to others."""
TOLD_APART = 60
"""Pairs of referrer and campaign of one page that are told apart, an hour; the others are `other`."""
READ_SECONDS = 10
READ_DEPTH = 50
"""A read: visible for so many seconds, and so many percents of the text passed."""
LONGEST_SECONDS = 1800
"""Engaged time that one view can have: who leaves a page open overnight does not read it."""
CLOCK_SLACK = 2.0
"""Seconds by which a reader may have been longer on a page than we know of it: his first beacon was under way."""

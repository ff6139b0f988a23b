"""Invented traffic: days of reading that look real, the same again for the same seed, with a known answer.

`world` says who reads what, `visits` invents the visits, `rollups` adds them up as counting would, `answer` works out
by another way what is read most. `bench/traffic.py` sends them to a newsroom that is served.
"""

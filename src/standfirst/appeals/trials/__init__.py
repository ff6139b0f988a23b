"""Tests of appeals: several wordings of one ask, and which of them brings more members."""

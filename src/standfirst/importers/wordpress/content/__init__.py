"""Turns WordPress content, classic or of the block editor, into body blocks."""

from standfirst.importers.wordpress.content.convert import Converted, convert
from standfirst.importers.wordpress.content.values import MediaFile, Remark, Sources

__all__ = ["Converted", "MediaFile", "Remark", "Sources", "convert"]

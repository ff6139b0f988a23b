from standfirst.importers.models.archive import ArchivedComment, ImportedObject
from standfirst.importers.models.run import ImportItem, ImportRun

__all__ = ["ArchivedComment", "ImportItem", "ImportRun", "ImportedObject"]

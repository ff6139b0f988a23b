from standfirst.importers.models.archive import ArchivedComment, ImportedObject
from standfirst.importers.models.members import Adoption, MemberImport
from standfirst.importers.models.run import ImportItem, ImportRun

__all__ = ["Adoption", "ArchivedComment", "ImportItem", "ImportRun", "ImportedObject", "MemberImport"]

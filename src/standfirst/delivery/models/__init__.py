from standfirst.delivery.models.cached import CachedValue
from standfirst.delivery.models.purge import Purge

__all__ = ["CachedValue", "Purge"]

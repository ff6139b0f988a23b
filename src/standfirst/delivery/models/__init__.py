from standfirst.delivery.models.cached import CachedValue
from standfirst.delivery.models.node import Node
from standfirst.delivery.models.purge import Purge

__all__ = ["CachedValue", "Node", "Purge"]

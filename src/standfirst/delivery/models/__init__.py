from standfirst.delivery.models.purge import Purge

__all__ = ["Purge"]

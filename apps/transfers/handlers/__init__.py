"""What the jobs of this app do; importing this package registers them."""

from apps.transfers.handlers import folder, manifest, publish

__all__ = ["folder", "manifest", "publish"]

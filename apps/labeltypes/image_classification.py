"""Image classification: which labels a picture as a whole carries."""

from __future__ import annotations

from .base import LabelType, label_types

PICTURE_MEDIA_TYPES = ("image/jpeg", "image/png", "image/bmp")


class ImageClassification(LabelType):
    """Several labels are allowed, each once; a mark has no shape."""

    key = "image_classification"
    wire_code = 0
    title = "Image classification"
    sample_kind = "image"
    media_types = PICTURE_MEDIA_TYPES
    label_only_once = True


image_classification = label_types.register(ImageClassification())

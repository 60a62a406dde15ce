"""What an annotation of each type means: pure rules, no framework and no database."""

from .base import LabelType, SampleContext, label_types
from .image_classification import image_classification
from .labels import Annotation, AttributeSpec, LabelSet, LabelSpec, Mark
from .object_detection import object_detection

__all__ = [
    "Annotation",
    "AttributeSpec",
    "LabelSet",
    "LabelSpec",
    "LabelType",
    "Mark",
    "SampleContext",
    "image_classification",
    "label_types",
    "object_detection",
]

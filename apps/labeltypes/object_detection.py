"""Object detection: what is where in a picture, as one of six shapes."""

from __future__ import annotations

from typing import Any

from apps.core.errors import Invalid
from apps.core.texts import Said
from apps.core.texts import text as _

from .base import COMMON_KEYS, LabelType, SampleContext, common_properties, label_types
from .geometry import FARTHEST, MOST_POLYGON_POINTS, POINT_COUNT, SHAPES, clipped, normalised, require_inside
from .image_classification import PICTURE_MEDIA_TYPES
from .labels import LabelSet, Mark
from .text import BAD_VALUE


class ObjectDetection(LabelType):
    """Every mark has a shape inside the picture; the same label may mark many things."""

    key = "object_detection"
    wire_code = 1
    title = "Object detection"
    sample_kind = "image"
    media_types = PICTURE_MEDIA_TYPES
    shapes = SHAPES
    mark_keys = COMMON_KEYS | {"shape", "points"}

    def clean_shape(self, mark: Mark, at: str, context: SampleContext) -> Mark:
        shape = mark.get("shape")
        if not isinstance(shape, str) or shape not in SHAPES:
            raise Invalid(
                _("The shape is one of %(shapes)s.") % {"shapes": ", ".join(SHAPES)},
                field=f"{at}.shape",
                code=BAD_VALUE,
            )
        points = normalised(shape, mark.get("points"), field=f"{at}.points")
        require_inside(shape, points, context.width, context.height, field=f"{at}.points")
        return {"shape": shape, "points": points}

    def fit(self, mark: Mark, labels: LabelSet, context: SampleContext) -> tuple[Mark, list[Said]]:
        fitted, changes = super().fit(mark, labels, context)
        shape = fitted.get("shape")
        if shape not in SHAPES or not context.width or not context.height:
            return fitted, changes
        points = normalised(shape, fitted.get("points"))
        inside = clipped(shape, points, context.width, context.height)
        if inside is None:
            raise Invalid(_("It lies outside the picture."), field="points", code=BAD_VALUE)
        if inside != points:
            changes.append(_("it was cut at the edge of the picture."))
        return {**fitted, "points": inside}, changes

    def mark_schema(self) -> dict[str, Any]:
        variants = [
            {"properties": {"shape": {"const": shape}, "points": _points_schema(shape)}} for shape in self.shapes
        ]
        properties = common_properties() | {"shape": {"enum": list(self.shapes)}, "points": {"type": "array"}}
        return {
            "type": "object",
            "required": ["name", "shape", "points"],
            "properties": properties,
            "additionalProperties": False,
            "oneOf": variants,
        }


def _points_schema(shape: str) -> dict[str, Any]:
    number = {"type": "number", "minimum": 0, "maximum": FARTHEST}
    pair = {"type": "array", "items": number, "minItems": 2, "maxItems": 2}
    if shape == "circle":
        radius = {"type": "array", "items": number, "minItems": 1, "maxItems": 1}
        return {"type": "array", "prefixItems": [pair, radius], "minItems": 2, "maxItems": 2}
    fewest = POINT_COUNT.get(shape, 3)
    most = POINT_COUNT.get(shape, MOST_POLYGON_POINTS)
    return {"type": "array", "items": pair, "minItems": fewest, "maxItems": most}


object_detection = label_types.register(ObjectDetection())

"""What is written to a manifest comes back equal, and manifests of others are read."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import Invalid
from apps.formats.manifest import read_manifest
from apps.formats.manifest_writer import write_line
from apps.formats.records import Record
from apps.labeltypes import SampleContext, image_classification
from tests.formats.manifests import read
from tests.labeltypes.strategies import LABELS, common_keys, detection_annotations, plain_texts, shares

GOLDEN = Path(__file__).parent / "golden"
CREATED = "2019-01-23 11:30:30"

WRITTEN = [
    Record("obs://pets/raw/a b.jpg"),
    Record(
        "obs://pets/raw/猫.jpg",
        usage="TRAIN",
        hard=True,
        hard_coefficient=0.8,
        id="0162005993f8065ef47eefb59d1e4970",
        label_type="image_classification",
        annotated=True,
        created=CREATED,
        annotation=[
            {
                "name": "猫",
                "attributes": {"color": "white", "kind": "Persian cat"},
                "hard": True,
                "hard_coefficient": 0.8,
            },
            {"name": "animal", "by": "modelarts/active-learning", "score": 0.75},
        ],
    ),
    Record(
        "obs://pets/raw/street.jpg",
        usage="EVAL",
        id="d1",
        label_type="object_detection",
        annotated=True,
        created=CREATED,
        annotation_loc="obs://out/pets/annotation/V001/annotation/street.xml",
    ),
    Record(
        "obs://pets/raw/inline.jpg",
        hard=False,
        properties={"@modelarts:data_checked": True},
        label_type="object_detection",
        annotated=True,
        annotation=[
            {
                "name": "bag",
                "shape": "polygon",
                "points": [[1, 1], [9.5, 1], [9, 9]],
                "attributes": {"colour": "red"},
                "id": "m1",
            }
        ],
    ),
]


def test_records_are_written_to_the_byte():
    assert b"".join(write_line(record) for record in WRITTEN) == (GOLDEN / "written.manifest").read_bytes()


def test_what_was_written_is_read_back_equal():
    with (GOLDEN / "written.manifest").open("rb") as file:
        assert list(read_manifest(file)) == list(enumerate(WRITTEN, 1))


def test_manifests_of_others_are_read():
    with (GOLDEN / "foreign.manifest").open("rb") as file:
        found = dict(read_manifest(file))
    assert list(found) == [1, 2, 3, 5]
    assert found[1] == Record(
        "obs://path/to/image1.jpg",
        usage="TRAIN",
        hard=True,
        hard_coefficient=1.0,
        id="0162005993f8065ef47eefb59d1e4970",
        label_type="image_classification",
        annotated=True,
        created=CREATED,
        annotation=[
            {"name": "cat", "attributes": {"color": "white"}, "hard": True, "hard_coefficient": 0.8},
            {"name": "animal", "by": "modelarts/active-learning", "score": 0.8},
        ],
    )
    assert found[2] == Record(
        "obs://path/to/image2.jpg",
        label_type="object_detection",
        annotated=True,
        annotation_loc="obs://path/to/annotation1.xml",
        annotated_by="modelarts/hard_example_algo",
        created="2020-12-16 21:36:27",
    )
    text = found[3]
    assert isinstance(text, Record)
    assert (text.source, text.text) == ("content://I like this product", "I like this product")
    assert (text.annotated, [problem.code for problem in text.problems]) == (False, ["annotation_type"])
    assert str(text.problems[0].place) == "line 3"
    size = found[5]
    assert isinstance(size, Record)
    assert (size.width, size.height, size.depth) == (640, 480, 3)
    # An empty list says more than a missing one: somebody looked, and there was nothing to label.
    assert (size.annotated, size.annotation, size.label_type, size.problems) == (True, [], "", ())


def test_nothing_to_label_and_not_labelled_are_written_and_read_apart() -> None:
    nothing = write_line(Record("obs://b/1.jpg", label_type="image_classification", annotated=True))
    unlabelled = write_line(Record("obs://b/1.jpg", label_type="image_classification"))
    assert nothing == b'{"source":"obs://b/1.jpg","annotation":[]}\n'
    assert unlabelled == b'{"source":"obs://b/1.jpg"}\n'
    assert [(record.annotated, record.annotation) for _, record in read_manifest([nothing, unlabelled])] == [
        (True, []),
        (False, []),
    ]


records_of_pictures = st.builds(
    Record,
    source=st.builds("obs://b/{}.jpg".format, plain_texts),
    usage=st.sampled_from(["", "TRAIN", "EVAL", "TEST", "INFERENCE"]),
    hard=st.sampled_from([None, True, False]),
    hard_coefficient=st.none() | shares,
    id=st.none() | plain_texts,
    created=st.just(CREATED),
)


@given(records_of_pictures, st.lists(common_keys(), max_size=3))
def test_any_classified_record_comes_back_equal(record, marks):
    annotation, _ = image_classification.salvage(marks, LABELS, SampleContext())
    record.annotation = annotation
    record.annotated = bool(annotation)
    record.label_type = "image_classification" if annotation else ""
    record.created = CREATED if annotation else None
    line = write_line(record)
    assert read(line) == [(1, record)]
    assert write_line(record) == line


@given(records_of_pictures, detection_annotations())
def test_any_inline_detection_record_comes_back_equal(record, annotation):
    record.annotation = annotation
    record.annotated = bool(annotation)
    record.label_type = "object_detection" if annotation else ""
    record.created = CREATED if annotation else None
    assert read(write_line(record)) == [(1, record)]


def test_a_source_that_is_no_unicode_text_cannot_be_written():
    with pytest.raises(Invalid):
        write_line(Record("obs://b/\udcff.jpg"))

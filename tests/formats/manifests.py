"""Reading lines of manifests, for the tests of this folder."""

import json

from apps.formats.manifest import read_manifest
from apps.formats.records import Record


def read(*lines, **options):
    return list(read_manifest(lines, **options))


def read_one(value, **options):
    line = value if isinstance(value, bytes) else json.dumps(value).encode()
    ((number, found),) = read(line, **options)
    assert number == 1
    return found


def classified(*annotations, **keys):
    return read_one({"source": "obs://b/k.jpg", "annotation": list(annotations), **keys})


def an_annotation(**keys):
    return {"type": "modelarts/image_classification", "name": "cat", **keys}


def codes(record):
    assert isinstance(record, Record), record
    assert {str(problem.place) for problem in record.problems} <= {"line 1"}
    return [problem.code for problem in record.problems]

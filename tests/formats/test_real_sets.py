"""The readers against public data sets, checked by a parse that shares no code with them."""

import os
from pathlib import Path
from xml.etree import ElementTree

import pytest

from apps.formats.folders import labels_from_folder, labels_from_txt
from apps.formats.voc import VocFile, read_voc
from apps.formats.voc_writer import write_voc

REAL = os.environ.get("TAGORA_REALDATA", "")
pytestmark = pytest.mark.skipif(not REAL, reason="TAGORA_REALDATA does not name the folder of real data sets")


def files(folder, ending):
    found = sorted(path for path in Path(REAL, folder).rglob(f"*{ending}"))
    assert found, f"{folder} is missing in TAGORA_REALDATA"
    return found


@pytest.mark.parametrize("folder", ["object_detection_voc_small", "object_detection_voc_medium"])
def test_every_box_with_an_area_is_read_and_every_other_is_reported(folder):
    flat = 0
    for path in files(folder, ".xml"):
        root = ElementTree.parse(path).getroot()
        expected = []
        for node in root.iter("object"):
            xmin, ymin, xmax, ymax = (
                float(node.find(f"bndbox/{tag}").text) for tag in ("xmin", "ymin", "xmax", "ymax")
            )
            if xmin < xmax and ymin < ymax:
                expected.append((node.findtext("name"), [[xmin, ymin], [xmax, ymax]]))
            else:
                flat += 1
        found = read_voc(path.read_bytes(), place=path.name)
        assert isinstance(found, VocFile), found
        assert [(mark["name"], mark["points"]) for mark in found.annotation] == expected, path.name
        assert len(found.problems) == len(root.findall("object")) - len(expected)
        assert (found.width, found.height) == tuple(int(root.findtext(f"size/{side}")) for side in ("width", "height"))
    assert flat == (2 if folder.endswith("medium") else 0)


@pytest.mark.parametrize(
    "folder", ["object_detection_voc_small", "image_segmentation_voc_small", "image_segmentation_voc_medium"]
)
def test_what_was_read_is_the_same_after_writing_and_reading_again(folder):
    for path in files(folder, ".xml"):
        found = read_voc(path.read_bytes(), place=path.name)
        assert isinstance(found, VocFile), found
        written = write_voc(
            filename=found.filename,
            width=found.width or 0,
            height=found.height or 0,
            depth=found.depth or 0,
            annotation=found.annotation,
        )
        again = read_voc(written)
        assert isinstance(again, VocFile)
        assert (again.annotation, again.problems) == (found.annotation, ())


def test_every_label_file_is_read():
    for path in files("image_classification_txt_small", ".txt"):
        names, problems = labels_from_txt(path.read_bytes(), place=path.name)
        assert names == [line for line in path.read_text().splitlines() if line]
        assert problems == ()


def test_every_folder_gives_its_label():
    root = Path(REAL, "image_classification_folders_small")
    keys = [f"in/{path.relative_to(root).as_posix()}" for path in files(root.name, ".jpg")]
    assert {labels_from_folder(key, "in/") == ([key.split("/")[-2]], ()) for key in keys} == {True}
    assert len({key.split("/")[-2] for key in keys}) == 6

"""Actions on buckets and files, and the sets of them that work on data sets needs."""

from __future__ import annotations

from collections.abc import Iterator

from apps.access.catalogue.rows import of
from apps.policies.catalogue import CatalogueAction
from apps.policies.phrases import N_

# Reading from a folder, and writing into one.
LISTING = ("obs:bucket:ListBucket", "obs:bucket:GetBucketLocation")
READING = (*LISTING, "obs:object:GetObject")
WRITING = (*LISTING, "obs:object:PutObject")
BOTH = (*READING, "obs:object:PutObject")
REMOVING = (*LISTING, "obs:object:DeleteObject")


def storage() -> Iterator[CatalogueAction]:
    yield from of(
        "obs:bucket",
        "",
        (("ListAllMyBuckets", "list", N_("List buckets")),),
    )
    yield from of(
        "obs:bucket",
        "bucket",
        (
            ("CreateBucket", "write", N_("Create a bucket")),
            ("DeleteBucket", "write", N_("Delete a bucket")),
            ("HeadBucket", "read", N_("See that a bucket is there")),
            ("GetBucketLocation", "read", N_("See where a bucket is")),
            ("ListBucket", "list", N_("List the files of a bucket")),
            ("ListBucketVersions", "list", N_("List versions of files of a bucket")),
            ("ListBucketMultipartUploads", "list", N_("List unfinished uploads")),
            ("GetBucketAcl", "read", N_("See who may use a bucket")),
            ("PutBucketAcl", "permission", N_("Decide who may use a bucket")),
            ("GetBucketPolicy", "read", N_("See the policy of a bucket")),
            ("PutBucketPolicy", "permission", N_("Set the policy of a bucket")),
            ("DeleteBucketPolicy", "permission", N_("Delete the policy of a bucket")),
        ),
    )
    yield from of(
        "obs:object",
        "object",
        (
            ("GetObject", "read", N_("Read files")),
            ("GetObjectVersion", "read", N_("Read versions of files")),
            ("GetObjectAcl", "read", N_("See who may use a file")),
            ("GetObjectVersionAcl", "read", N_("See who may use a version of a file")),
            ("PutObject", "write", N_("Write files")),
            ("PutObjectAcl", "permission", N_("Decide who may use a file")),
            ("PutObjectVersionAcl", "permission", N_("Decide who may use a version of a file")),
            ("DeleteObject", "write", N_("Delete files")),
            ("DeleteObjectVersion", "write", N_("Delete versions of files")),
            ("AbortMultipartUpload", "write", N_("Give up an upload")),
            ("ListMultipartUploadParts", "list", N_("List the parts of an upload")),
        ),
    )

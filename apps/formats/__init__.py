"""How data sets travel: readers and writers of one record, pure and streaming."""

from .records import Problem, Record

__all__ = ["Problem", "Record"]

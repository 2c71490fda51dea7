"""The errors of the program. Every message says what, where, and what to do.

QAError
├── QuestionError        the question cannot be asked (empty, too long)
├── ArgumentError        Python gave a value of a wrong type
├── FilterError          no document has what a filter asks for
├── FolderError          the seeds folder is missing, empty, or holds nothing readable
├── UnreadableFile       one file cannot be read; it is left out and listed, the others go on
├── PageMissing          a document has no such page, or no pages
├── UploadRefused        a file that was sent is not added to the folder
│   └── UploadTooLarge   it is larger than its format may be
├── SourceChanged        a quoted file is not the file that was indexed
│   └── SourceGone       it is no longer in the folder
├── OutOfHandles         no more files can be opened; nothing is known of the one that was to be read
├── UnknownSource        no document has this id
├── SpanError            a span of a document that cannot be quoted
├── ModelError
│   ├── ModelNotFound    no such model here
│   └── ModelMismatch    the model's files are not the ones that were named
├── ReaderError          what a reader is asked for cannot be had: no such caution, or no reader
├── StoreError
│   ├── IndexMissing     nothing has been indexed there yet
│   ├── IndexMismatch    made by another model, from another folder, in another format
│   ├── IndexDamaged     a file of the index is not what was written
│   ├── IndexUnwritable  the place of the index cannot be written, or another process writes it
│   └── DocumentsGone    most documents are gone from the folder; the index on the disk is kept for now
├── DatasetError         a file of an evaluation (questions, judgements, run) cannot be used
├── FeedbackError        the file of feedback cannot be written or read
├── ExportError          an export cannot be written, read, or is none
├── MissingExtra         an optional part is not installed
├── NotReady             the index is still being made
│   └── OpeningFailed    it could not be made
└── ServeError           the page cannot be served (port in use)
"""

from __future__ import annotations

import errno


class QAError(Exception):
    """Base of every error that a user can mend; its text is meant to be shown as it is, on this computer.

    ``public`` is the same without anything about this computer, as the path of a folder; empty where there is no such
    text.
    """

    def __init__(self, *args: object, public: str = "") -> None:
        super().__init__(*args)
        self.public = public


class QuestionError(QAError):
    """The question cannot be asked."""


class ArgumentError(QAError, TypeError, ValueError):
    """A value has a type that cannot be used there; also a TypeError, and a ValueError as wrong numbers are."""


class FilterError(QAError):
    """A filter's name or value is unknown."""


class FolderError(QAError):
    """The folder of documents is missing, empty, or holds nothing readable."""


class UnreadableFile(QAError):
    """One file cannot be read; the message is the reason, without the path."""


class PageMissing(QAError):
    """The document has no such page, or no pages at all."""


class UploadRefused(QAError):
    """A file that was sent is not added to the documents; the message is the reason, without the name."""


class UploadTooLarge(UploadRefused):
    """A file that was sent is larger than files of its format may be."""


class SourceChanged(QAError):
    """A file is no longer the one that was indexed, so nothing is quoted from it."""


class SourceGone(SourceChanged):
    """A file that was indexed is no longer in the folder, so nothing is quoted from it."""


class OutOfHandles(QAError):
    """No more files can be opened: nothing is known of the one that was to be read."""

    @classmethod
    def check(cls, error: OSError) -> None:
        """Raise this where it is what an error says."""
        if error.errno in (errno.EMFILE, errno.ENFILE):
            said = "no more files can be opened at the moment; nothing is wrong with the documents"
            raise cls(said, public=said) from error


class UnknownSource(QAError):
    """No document of the index has this id."""


class SpanError(QAError):
    """The span of a document that was asked for cannot be quoted."""


class ModelError(QAError):
    """Base of the errors about embedding models."""


class ModelNotFound(ModelError):
    """The model is not on this machine."""


class ModelMismatch(ModelError):
    """A model file's digest is not the pinned one."""


class ReaderError(QAError):
    """A reader, or a caution, that was chosen is not available."""


class StoreError(QAError):
    """Base of the errors about the index on disk."""


class IndexMissing(StoreError):
    """There is no index at that place."""


class IndexMismatch(StoreError):
    """The index was made with other parts than the ones asked for."""


class IndexDamaged(StoreError):
    """A file of the index is missing or not what was written."""


class IndexUnwritable(StoreError):
    """The index cannot be written at that place."""


class DocumentsGone(StoreError):
    """Most documents are gone from the folder: the index on the disk is kept until that is certain."""


class DatasetError(QAError):
    """A file of an evaluation (questions, judgements, a run) is missing, broken, or cannot be written."""


class FeedbackError(QAError):
    """The file of what readers say of answers cannot be written or read."""


class ExportError(QAError):
    """An export of answers cannot be written, cannot be read, or is none."""


class MissingExtra(QAError):
    """An optional part is not installed."""


class NotReady(QAError):
    """The documents cannot be asked yet: their index is still being made."""


class OpeningFailed(NotReady):
    """The documents cannot be asked: their index could not be made; the message says why, with paths."""


class ServeError(QAError):
    """The page cannot be served."""


__all__ = [name for name, kind in list(globals().items()) if isinstance(kind, type)]

"""Where parts lie, and where documents may: a folder, or any place that fsspec reaches (s3://, hdfs://, sftp://, memory:// …)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from zhengpu.errors import StoreError, ZhengpuError
from zhengpu.graph.exports.writing import whole

# File systems where others see a file while it is written, and renaming is cheap; object stores show an object when it is whole.
_RENAMING = {"hdfs", "arrow_hdfs", "webhdfs", "webHDFS", "sftp", "ssh", "smb", "ftp"}
# Object stores have no folders; asked for one, s3fs would make the bucket that somebody misspelled.
_WITHOUT_FOLDERS = {"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oss", "memory"}
# What tells two versions of a file apart, as far as its file system says; sizes alone would not.
_STAMPS = ("ETag", "etag", "md5Hash", "content_md5", "checksum", "mtime", "modificationTime", "LastModified", "last_modified", "updated", "created")
_NEEDED = 'It comes with: pip install "zhengpu[cluster]"'


def is_url(path: str) -> bool:
    """Whether it is a place for fsspec: s3://bucket/plans, and not a folder or C:\\plans."""
    return "://" in path


def opened(url: str) -> tuple[Any, str]:
    """The file system of a URL or local path, and the path in it. Raises ZhengpuError, which says what to install, where it cannot be reached."""
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise ZhengpuError(f"{url}: places other than the store are reached through fsspec, which is not installed. {_NEEDED}") from error
    try:
        system, path = url_to_fs(url if is_url(url) else os.path.abspath(url))
    except ImportError as error:  # its message names the library: "Install s3fs to access S3"
        raise ZhengpuError(f"{url}: {error}. Install that library here and, with --dask, on every worker.") from error
    except (OSError, ValueError) as error:
        raise ZhengpuError(f"{url}: cannot be reached ({error}). Check the address and the rights.") from error
    return system, str(path)


def stamp(info: Mapping[str, Any]) -> str:
    """What is different when a file of a file system is: its size, and the best of what else is told of this version of it."""
    told = next((info[name] for name in _STAMPS if info.get(name)), "")
    return f"{info.get('size')} {told.timestamp() if isinstance(told, datetime) else told}".strip()


class Location:
    """A folder of parts, local or anywhere. Names in it are of the form parts/abc.nt.gz; what is read and written is whole files, or a range of one."""

    def __init__(self, url: str) -> None:
        """`url` is a path or a URL of fsspec. Raises ZhengpuError where it cannot be reached."""
        self.url = url if is_url(url) else os.path.abspath(url)
        self._system, self._root = opened(url)
        protocol = self._system.protocol
        self._protocols = {protocol} if isinstance(protocol, str) else set(protocol)

    @property
    def is_shared(self) -> bool:
        """Whether other processes see what is written there; memory:// is of one process."""
        return "memory" not in self._protocols

    def has_written(self, place: str) -> bool:
        """Whether a file is one of its own: the manifests are Parquet, as dumps of documents are."""
        return place.startswith((self.shown("parts/"), self.shown("manifest/")))

    def shown(self, name: str) -> str:
        """The name as messages tell it."""
        return f"{self.url.rstrip('/')}/{name}"

    def sizes(self, folder: str) -> dict[str, int]:
        """Name -> bytes of the files directly in a folder of it, now; of none where there is no such folder. Raises StoreError."""
        self._system.invalidate_cache()
        try:
            found = self._system.ls(self._path(folder), detail=True)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise StoreError(f"{self.shown(folder)}: cannot be listed ({error}). Check the address and the rights.") from error
        return {f"{folder}/{PurePosixPath(info['name']).name}": int(info["size"] or 0) for info in found if info["type"] == "file"}

    def read(self, name: str, start: int | None = None, end: int | None = None) -> bytes:
        """The bytes [start, end) of a file, or all. Raises FileNotFoundError where there is none, StoreError where it cannot be read."""
        try:
            return bytes(self._system.cat_file(self._path(name), start=start, end=end))
        except FileNotFoundError:
            raise
        except (OSError, ValueError) as error:
            raise StoreError(f"{self.shown(name)}: cannot be read ({error}). Check the address and the rights.") from error

    def write(self, name: str, data: bytes) -> None:
        """A file, which nobody sees half: written aside and renamed, or handed to an object store whole. Raises StoreError."""
        path = self._path(name)
        try:
            if "file" in self._protocols:
                Path(path).parent.mkdir(parents=True, exist_ok=True)
                with whole(Path(path)) as file:
                    file.write(data)
                return
            if not self._protocols & _WITHOUT_FOLDERS:
                self._system.makedirs(path.rpartition("/")[0], exist_ok=True)
            if self._protocols & _RENAMING:
                aside = f"{path}.{os.getpid()}.tmp"
                self._system.pipe_file(aside, data)
                self._system.mv(aside, path)
            else:
                self._system.pipe_file(path, data)
        except OSError as error:
            raise StoreError(f"{self.shown(name)}: cannot be written ({error}). Check the address, the rights and the room there.") from error

    def delete(self, name: str) -> None:
        """Takes a file away, if it is there. Raises StoreError."""
        try:
            self._system.rm_file(self._path(name))
        except FileNotFoundError:
            pass
        except OSError as error:
            raise StoreError(f"{self.shown(name)}: cannot be deleted ({error}). Check the rights.") from error

    def _path(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"

"""Tables and snapshots as Parquet bytes, named by their SHA-256."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq

from data.snapshot import Snapshot


def to_parquet(table: pa.Table) -> bytes:
    """The table as one Parquet file (Zstandard); equal tables give equal bytes."""
    sink = BytesIO()
    pq.write_table(table.combine_chunks(), sink, compression="zstd")
    return sink.getvalue()


def from_parquet(content: bytes, schema: pa.Schema) -> pa.Table:
    """The table of a Parquet file, with exactly this schema; columns that it has not yet are null."""
    found = pq.read_table(BytesIO(content))
    for name in set(schema.names) - set(found.column_names):
        found = found.append_column(name, pa.nulls(found.num_rows, schema.field(name).type))
    return found.select(schema.names).cast(schema)


@dataclass(frozen=True)
class FrozenSnapshot:
    """A snapshot as bytes: `files` by digest (a table equal to another run's is the same file).

    `manifest` is JSON text: the day, and the digest of every table; `digest` is the SHA-256 of it.
    """

    digest: str
    manifest: str
    files: Mapping[str, bytes]


def freeze(snapshot: Snapshot) -> FrozenSnapshot:
    """Bytes and digest of a snapshot."""
    files: dict[str, bytes] = {}
    names: dict[str, str] = {}
    for name in sorted(snapshot.tables):
        content = to_parquet(snapshot[name])
        names[name] = hashlib.sha256(content).hexdigest()
        files[names[name]] = content
    manifest = json.dumps({"as_of": snapshot.as_of.isoformat(), "tables": names}, sort_keys=True)
    return FrozenSnapshot(hashlib.sha256(manifest.encode()).hexdigest(), manifest, files)


def table_digests(manifest: str) -> dict[str, str]:
    """Digest of every table named in a manifest."""
    return dict(json.loads(manifest)["tables"])


def thaw(manifest: str, files: Mapping[str, bytes], revision: int) -> Snapshot:
    """The snapshot of a manifest; `files` are its tables' bytes by digest."""
    tables = {name: pq.read_table(BytesIO(files[each])) for name, each in table_digests(manifest).items()}
    return Snapshot(date.fromisoformat(json.loads(manifest)["as_of"]), tables, revision)

"""A real Virtuoso 7 on loopback, for tests: a process of its own with a configuration and a folder of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

VIRTUOSO = shutil.which("virtuoso-t")
ISQL = shutil.which("isql-vt")
MISSING = "Virtuoso is not installed (apt-get install virtuoso-opensource-7 virtuoso-opensource-7-bin)"

# As Debian sets it up, but for places and ports; ResultSetMaxRows is Debian's.
_INI = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
ErrorLogLevel = 3
FileExtend = 200
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
MaxClientConnections = 10
CheckpointInterval = 60
CaseMode = 2
DirsAllowed = {folder}
IndexTreeMaps = 64
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
ThreadsPerQuery = 2
AsyncQueueMaxThreads = 2
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
MaxClientConnections = 10
ServerThreads = 10
Charset = UTF-8
[Client]
SQL_QUERY_TIMEOUT = 0
SQL_TXN_TIMEOUT = 0
[Replication]
ServerName = zhengpu
ServerEnable = 0
[URIQA]
DynamicLocal = 0
DefaultHost = 127.0.0.1:{http}
[SPARQL]
ResultSetMaxRows = 10000
MaxQueryExecutionTime = 60
"""


@dataclass(frozen=True, slots=True)
class Virtuoso:
    """`address` is where questions are answered; `name` and `password` may write, at the same address with -auth behind it."""

    address: str
    sql: int
    name: str = "dba"
    password: str = "dba"

    def command(self, statement: str) -> str:
        """What isql says to a statement of SQL."""
        done = subprocess.run([str(ISQL), f"127.0.0.1:{self.sql}", self.name, self.password, f"exec={statement}"], capture_output=True, text=True, timeout=60)
        return done.stdout + done.stderr


def _free() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def virtuoso(folder: Path) -> Iterator[Virtuoso]:
    """The server, while it stands; everybody may write at /sparql, and only who has the password at /sparql-auth."""
    folder.mkdir(parents=True, exist_ok=True)
    served = Virtuoso(f"http://127.0.0.1:{(http := _free())}/sparql", _free())
    configuration = folder / "virtuoso.ini"
    configuration.write_text(_INI.format(folder=folder, http=http, sql=served.sql))
    command = [str(VIRTUOSO), "+foreground", "+configfile", str(configuration)]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            for _ in range(300):
                if "1 Rows" in served.command("SELECT 1;") and _answers(http):
                    break
                time.sleep(0.2)
            served.command("GRANT SPARQL_UPDATE TO \"SPARQL\";")
            yield served
        finally:
            server.kill()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True

#!/usr/bin/python3
"""accounts.py - an account database for the plugin exec: a worked example of docs/formats/exec.md.

    accounts.py DATABASE observed|apply

DATABASE is an SQLite file; it is made when it isn't there. Put your own database, or your ticket system, in the
place of `Book`. Needs nothing but Python. In site-agent.yaml:

    exec:
      program: /usr/local/lib/site/accounts.py
      arguments: [/var/lib/site/accounts.db]
      records: [account, association]
"""

import json
import sqlite3
import sys

TRY_LATER = 75  # EX_TEMPFAIL: the agent tries again in the next cycle

SCHEMA = """
CREATE TABLE IF NOT EXISTS account (
    name TEXT PRIMARY KEY,
    project TEXT,                         -- project.portal
    closed INTEGER NOT NULL DEFAULT 0,    -- 1: takes no new jobs
    node_seconds INTEGER                  -- limit of the month; NULL: none known
);
CREATE TABLE IF NOT EXISTS association (
    account TEXT NOT NULL REFERENCES account (name),
    member TEXT NOT NULL,
    blocked INTEGER NOT NULL DEFAULT 0,   -- 1: he starts no new jobs
    PRIMARY KEY (account, member)
);
"""

# Fields of the protocol, and the columns that hold them.
COLUMNS = {
    "account": {"project": "project", "closed": "closed", "limit": "node_seconds"},
    "association": {"blocked": "blocked"},
}
FLAGS = ("closed", "blocked")  # null means 0


class Refused(Exception):
    """A change that can't be made; `later` where it may be possible soon, without anybody's doing."""

    def __init__(self, why, later=False):
        super().__init__(why)
        self.later = later


class Book:
    """The accounts and their members."""

    def __init__(self, path):
        self.db = sqlite3.connect(path, timeout=10, isolation_level=None)
        self.db.row_factory = sqlite3.Row
        self.db.execute("PRAGMA foreign_keys = ON")
        self.db.executescript(SCHEMA)

    def records(self, names):
        """Everything about those accounts that exist, as the protocol's records."""
        for row in self.db.execute("SELECT * FROM account ORDER BY name"):
            if row["name"] in names:
                yield record("account", row["name"], None, row)
        for row in self.db.execute("SELECT * FROM association ORDER BY account, member"):
            if row["account"] in names:
                yield record("association", row["account"], row["member"], row)

    def make(self, change):
        """Creates or updates, and succeeds where it is so already."""
        fields = columns_of(change)
        if change["kind"] == "account":
            keys = {"name": change["name"]}
        else:
            keys = {"account": change["name"], "member": change["member"]}
            if not self.exists({"name": change["name"]}, "account"):
                raise Refused("there is no account " + change["name"])
        if change["action"] == "create":
            self.db.execute(
                f"INSERT OR IGNORE INTO {change['kind']} ({', '.join(keys)}) VALUES ({', '.join('?' * len(keys))})",
                list(keys.values()),
            )
        elif not self.exists(keys, change["kind"]):
            raise Refused("it is not there")
        for column, value in fields.items():
            where = " AND ".join(f"{key} = ?" for key in keys)
            self.db.execute(
                f"UPDATE {change['kind']} SET {column} = ? WHERE {where}", [value, *keys.values()]
            )

    def remove(self, change):
        """Removes, and succeeds where nothing is."""
        if change["kind"] == "association":
            self.db.execute(
                "DELETE FROM association WHERE account = ? AND member = ?", [change["name"], change["member"]]
            )
            return
        if self.exists({"account": change["name"]}, "association"):
            raise Refused("the account still has members", later=True)
        self.db.execute("DELETE FROM account WHERE name = ?", [change["name"]])

    def exists(self, keys, table):
        where = " AND ".join(f"{key} = ?" for key in keys)
        found = self.db.execute(f"SELECT 1 FROM {table} WHERE {where}", list(keys.values()))
        return found.fetchone() is not None


def record(kind, name, member, row):
    fields = {field: row[column] for field, column in COLUMNS[kind].items() if row[column] is not None}
    out = {"kind": kind, "name": name, "fields": fields}
    if member is not None:
        out["member"] = member
    return {"record": out}


def columns_of(change):
    """The columns that a change sets, with their new values."""
    known = COLUMNS[change["kind"]]
    out = {}
    for field, values in change["fields"].items():
        if field not in known:
            raise Refused("no field " + field)
        after = values["after"]
        out[known[field]] = 0 if after is None and field in FLAGS else after
    return out


def question(stream, verb):
    """The lines between header and end; a question that is not whole is never acted on."""
    lines = [json.loads(line) for line in stream]
    if not lines or lines[0].get("site_agent") != 1 or lines[0].get("verb") != verb:
        raise ValueError("the question is of another version or verb")
    if lines[-1].get("end", {}).get("lines") != len(lines) - 1:
        raise ValueError("the question is not whole")
    return lines[1:-1]


def observed(book, lines):
    names = {line["name"] for line in lines}
    book.db.execute("BEGIN")  # both tables as they were at one moment
    yield from book.records(names)
    book.db.execute("COMMIT")


def apply(book, lines):
    """All changes in one transaction, each of them on its own: one that fails leaves no trace."""
    book.db.execute("BEGIN IMMEDIATE")
    results = []
    for line in lines:
        change = line["change"]
        book.db.execute("SAVEPOINT one")
        try:
            if change["kind"] not in COLUMNS:
                raise Refused("records of kind " + change["kind"] + " are not kept here")
            (book.remove if change["action"] == "remove" else book.make)(change)
            results.append({"result": {"id": change["id"], "ok": True}})
        except Refused as why:
            book.db.execute("ROLLBACK TO one")
            result = {"id": change["id"], "ok": False, "error": str(why)}
            if why.later:
                result["later"] = True
            results.append({"result": result})
        book.db.execute("RELEASE one")
    book.db.execute("COMMIT")
    yield from results  # said only once it is so


def main():
    verbs = {"observed": observed, "apply": apply}
    if len(sys.argv) != 3 or sys.argv[2] not in verbs:
        sys.exit("usage: accounts.py DATABASE observed|apply")
    path, verb = sys.argv[1:]
    try:
        lines = question(sys.stdin, verb)
        count = 0
        for line in verbs[verb](Book(path), lines):
            print(json.dumps(line, separators=(",", ":")))
            count += 1
        print(json.dumps({"end": {"lines": count}}, separators=(",", ":")))
    except sqlite3.OperationalError as why:
        busy = "locked" in str(why)
        print(f"accounts.py: {path}: {why}", file=sys.stderr)
        sys.exit(TRY_LATER if busy else 1)
    except (ValueError, KeyError, sqlite3.Error) as why:
        sys.exit(f"accounts.py: {why!r}")


if __name__ == "__main__":
    main()

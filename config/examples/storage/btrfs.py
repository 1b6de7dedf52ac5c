#!/usr/bin/python3
"""btrfs.py - directories and quotas of projects on btrfs: a worked example of docs/formats/exec-storage.md.

    btrfs.py observed|apply

Each directory is a subvolume, whose quota group counts all that is in it. Quotas must be switched on once:
`btrfs quota enable ROOT`. Needs Python and btrfs-progs. In site-agent.yaml:

    storage:
      projects:
        engine: exec
        root: /projects
        program: /usr/local/lib/site/btrfs.py
        projects:
          directory: "{project}"
          quota_by: project
          quota: 1TiB
"""

import json
import os
import stat
import subprocess
import sys
import time

TRY_LATER = 75  # EX_TEMPFAIL: the agent tries again in the next cycle


class Refused(Exception):
    """A change that can't be made."""


def btrfs(*words):
    done = subprocess.run(["/usr/bin/btrfs", *words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refused((done.stderr or done.stdout).strip().splitlines()[-1])
    return done.stdout


class Volume:
    """The subvolumes below one root."""

    def __init__(self, root):
        self.root = root
        if not os.path.ismount(root):
            print(f"btrfs.py: nothing is mounted at {root}", file=sys.stderr)
            sys.exit(TRY_LATER)

    def levels(self):
        """{subvolume id: (used, limit or None)} by one command for all."""
        btrfs("filesystem", "sync", self.root)
        found = {}
        for line in btrfs("qgroup", "show", "-re", "--raw", self.root).splitlines():
            words = line.split()
            if len(words) >= 5 and words[0].startswith("0/"):
                limit = words[3]
                found[int(words[0][2:])] = (int(words[1]), None if limit == "none" else int(limit))
        return found

    def subvolumes(self):
        """{path below the root: subvolume id} by one command for all."""
        found = {}
        for line in btrfs("subvolume", "list", "-o", self.root).splitlines():
            words = line.split(maxsplit=8)  # ID n gen n top level n path p
            found[words[8]] = int(words[1])
        return found

    def where(self, path):
        """The absolute path; no part of it is a link."""
        at = self.root
        for part in path.split("/"):
            if part in ("", ".", ".."):
                raise Refused(f"{path} is no path below the root")
            at = os.path.join(at, part)
            if os.path.islink(at):
                raise Refused(f"{at} is a symbolic link")
        return at


def observed(question, emit):
    volume = Volume(question[0]["root"])
    subvolumes, levels = volume.subvolumes(), volume.levels()
    for place in (line["place"] for line in question if "place" in line):
        path = place.get("path")
        if place.get("member") or path not in subvolumes:
            continue  # only projects have anything here
        key = {"kind": place["kind"], "name": place["name"]}
        if place["kind"] == "directory":
            seen = os.stat(volume.where(path), follow_symlinks=False)
            emit({"record": {**key, "fields": {"path": path, "owner": seen.st_uid, "group": seen.st_gid,
                                               "mode": f"{stat.S_IMODE(seen.st_mode):04o}"}}})
            continue
        if subvolumes[path] not in levels:
            continue  # not counted yet, which is no zero
        used, limit = levels[subvolumes[path]]
        if limit is not None:
            emit({"record": {**key, "fields": {"bytes": limit, "id": place["id"]}}})
        emit({"level": {"name": place["name"], "used_bytes": used}})


def change_directory(volume, change):
    path = volume.where(change["path"])
    if change["action"] == "remove":  # moved aside: nothing is ever deleted
        aside = os.path.join(volume.root, ".retired")
        os.makedirs(aside, mode=0o700, exist_ok=True)
        if os.path.exists(path):
            stamp = time.strftime("%Y-%m-%d.%H%M%S", time.gmtime())
            os.rename(path, os.path.join(aside, f"{change['path'].replace('/', '+')}.{stamp}"))
        return
    if change["action"] == "create" and not os.path.exists(path):
        os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
        btrfs("subvolume", "create", path)
    after = {field: value["after"] for field, value in change["fields"].items()}
    seen = os.stat(path, follow_symlinks=False)
    os.chown(path, after.get("owner", seen.st_uid), after.get("group", seen.st_gid), follow_symlinks=False)
    os.chmod(path, int(after["mode"], 8) if "mode" in after else stat.S_IMODE(seen.st_mode))


def change_quota(volume, change):
    path = volume.where(change["path"])
    for field, value in change["fields"].items():
        if field == "bytes":
            btrfs("qgroup", "limit", "none" if value["after"] is None else str(max(1, value["after"])), path)
        elif field != "id" and value["after"] is not None:
            raise Refused(f"btrfs has no limit of {field}")


def apply(question, emit):
    volume = Volume(question[0]["root"])
    for change in (line["change"] for line in question if "change" in line):
        try:
            if change.get("member"):
                raise Refused("only projects have anything here")
            (change_directory if change["kind"] == "directory" else change_quota)(volume, change)
            emit({"result": {"id": change["id"], "ok": True}})
        except (Refused, OSError) as error:
            emit({"result": {"id": change["id"], "ok": False, "error": str(error)}})


def main():
    verbs = {"observed": observed, "apply": apply}
    if len(sys.argv) != 2 or sys.argv[1] not in verbs:
        sys.exit(__doc__)
    # What we are asked, whole or not at all: the last line counts those before it.
    question = [json.loads(line) for line in sys.stdin]
    if question[-1].get("end", {}).get("lines") != len(question) - 1 or question[0]["site_agent"] != 1:
        sys.exit("btrfs.py: the question is not whole, or of another version")
    count = 0

    def emit(line):
        nonlocal count
        print(json.dumps(line, separators=(",", ":")))
        count += 1

    verbs[sys.argv[1]](question, emit)
    emit({"end": {"lines": count}})


if __name__ == "__main__":
    main()

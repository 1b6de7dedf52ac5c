"""The unit as it is installed, alone and with every drop-in: systemd finds nothing wrong with it, and its exposure
(systemd-analyze security, 0 to 10) stays beneath what is promised.

    unit_file_test.py UNIT [DROP-IN...]
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

MOST_ALONE, MOST_WITH_DROP_INS = 2.0, 4.0


def analyze(*arguments):
    done = subprocess.run(["systemd-analyze", "--no-pager", *arguments], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def problems_of(unit, drop_ins, what):
    """What is wrong with the unit beside these drop-ins; where the program lies is nothing of this test's."""
    most = MOST_WITH_DROP_INS if drop_ins else MOST_ALONE
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / unit.name
        copy.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text(), flags=re.M))
        beside = Path(folder) / (unit.name + ".d")
        beside.mkdir()
        for drop_in in drop_ins:
            shutil.copy(drop_in, beside)
        code, said = analyze("verify", "--man=no", str(copy))
        # Of other units of this machine it tells as well.
        own = [line for line in said.splitlines() if unit.name in line or folder in line]
        found = [f"{what}: verify: {line}" for line in own]
        if code != 0 and not own:
            found.append(f"{what}: verify ended with {code}: {said}")
        code, said = analyze("security", "--offline=true", str(copy))
        level = re.search(r"Overall exposure level for .*: ([0-9.]+)", said)
        if not level:
            return found + [f"{what}: no exposure level (exit code {code}): {said}"]
        print(f"{unit.name} {what}: exposure {level[1]}, at most {most}")
        if float(level[1]) > most:
            open_doors = "\n".join(line for line in said.splitlines() if line.startswith("✗"))
            found.append(f"{what}: exposure {level[1]}, more than {most}:\n{open_doors}")
        if any(drop_in.name == "own-user.conf" for drop_in in drop_ins) and "✓ User=" not in said:
            found.append(f"{what}: the drop-ins were not read, so that proves nothing:\n{said}")
        return found


def missing_order(unit):
    """Packaging case 5: what has to be there first is waited for."""
    lines = unit.read_text().splitlines()
    first = {"munge.service", "network-online.target", "nss-user-lookup.target"}
    wanted = {"Wants": first, "After": first | {"remote-fs.target"}}
    for key, names in wanted.items():
        said = {name for line in lines if line.startswith(key + "=") for name in line.split("=", 1)[1].split()}
        for name in sorted(names - said):
            yield f"packaging case 5: {key}= does not name {name}"


def main(unit, drop_ins):
    problems = problems_of(unit, [], "alone")
    for drop_in in drop_ins:
        problems += problems_of(unit, [drop_in], "with " + drop_in.name)
    problems += problems_of(unit, drop_ins, "with every drop-in")
    problems += missing_order(unit)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems or not drop_ins else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]))

#!/usr/bin/env python3
"""Tab completion in each shell, asked of the shell itself.

    completion_test.py AGENT
"""

import json
import os
import subprocess
import sys
import tempfile

agent = sys.argv[1]
environment = {**os.environ, "PATH": os.path.dirname(agent) + ":" + os.environ["PATH"], "LC_ALL": "C.UTF-8"}
wrong = []


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, check=False,
                          stdin=subprocess.DEVNULL, timeout=60)
    if done.returncode or done.stderr:
        wrong.append(f"{command[0]}: {done.returncode} {done.stderr.strip()[:300]}")
    return done.stdout


def bash(script, words):
    quoted = " ".join(f"'{word}'" for word in words)
    return run("bash", "-c", f"source {script}; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _site_agent;"
               ' printf "%s\\n" "${COMPREPLY[@]}"').split()


def zsh(script, words):
    quoted = " ".join(f"'{word}'" for word in words)
    # What compinit would give: the words on the line, and _describe, which shows an array of `word:help`.
    printed = run("zsh", "-f", "-c", "compdef() { : }; _files() { : }; _describe() { print -l -- ${(P)3} };"
                  f"source {script}; words=({quoted}); CURRENT={len(words)}; _site_agent")
    return [line.split(":")[0] for line in printed.splitlines() if line.split(":")[0].startswith(words[-1])]


def fish(script, words):
    line = " ".join(words)
    printed = run("fish", "-c", f"source {script}; complete -C '{line}'")
    return [line.split("\t")[0] for line in printed.splitlines()]


operations = json.loads(run(agent, "portal", "operations", "--format", "json"))
with tempfile.TemporaryDirectory() as folder:
    for name, ask in {"bash": bash, "zsh": zsh, "fish": fish}.items():
        script = os.path.join(folder, name)
        with open(script, "w", encoding="utf-8") as file:
            file.write(run(agent, "completion", name))

        def expect(words, *expected, shell=name, ask_it=ask, path=script):
            found = ask_it(path, ["site-agent", *words])
            missing = [one for one in expected if one not in found]
            if missing:
                wrong.append(f"{shell}: after {words}: {missing} not among {sorted(found)[:40]}")
            return found

        expect([""], "plan", "apply", "usage", "portal", "completion")
        expect(["us"], "usage")
        expect(["--"], "--config", "--format")
        expect(["usage", ""], "collect", "backfill", "report")
        expect(["usage", "backfill", "--"], "--from", "--to", "--pause", "--config")
        if "allocations" in expect(["usage", ""]):
            wrong.append(f"{name}: a family of the portal is offered of usage")
        expect(["--config", "/x", "portal", ""], *{row["family"] for row in operations if row["family"]})
        expect(["portal", "allocations", ""], *[row["verb"] for row in operations if row["family"] == "allocations"])
        expect(["portal", "allocations", "set-limits", "--"], "--node-limit", "--body", "--yes", "--dry-run")
        expect(["portal", "unmanaged-projects", "list", "--cust"], "--customer", "--customer-name")

print("\n".join(wrong) if wrong else "bash, zsh and fish offer what there is")
sys.exit(1 if wrong else 0)

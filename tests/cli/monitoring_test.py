#!/usr/bin/env python3
"""The alert rules by promtool, and the names in rules and dashboard.

    monitoring_test.py SOURCE

The rules and the dashboard name no metric that the agent doesn't have, and every alert has words.
"""

import json
import pathlib
import re
import subprocess
import sys

source = pathlib.Path(sys.argv[1])
folder = source / "config" / "prometheus"
wrong = []


def run(*command, **more):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **more)
    if done.returncode:
        wrong.append(f"{' '.join(map(str, command))}: {done.returncode}\n{done.stdout}")
    return done.stdout


print(run("promtool", "check", "rules", "site-agent.rules.yaml", cwd=folder))
print(run("promtool", "test", "rules", "site-agent.rules-test.yaml", cwd=folder))
known = set(re.findall(r"`(site_agent_\w+)`", (source / "docs" / "metrics.md").read_text(encoding="utf-8")))
for file in folder.iterdir():
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".json":
        json.loads(text)
    for name in set(re.findall(r"site_agent_\w+", text)) - known:
        wrong.append(f"{file.name}: {name} is no metric of docs/metrics.md")
print("\n".join(wrong) if wrong else "rules and dashboard are good")
sys.exit(1 if wrong else 0)

"""The test portal as a process, and a configuration of the agent for it."""

import json
import os
import subprocess
import urllib.error
import urllib.request

TOKEN = "0123456789abcdef0123456789abcdef01234567"


class PortalAtWork:
    """Started at a free port, with what the options load; `url` is its base."""

    def __init__(self, program, *options):
        self.process = subprocess.Popen(
            [program, "--listen", "127.0.0.1:0", "--token", TOKEN, "--die-with-parent", *options],
            stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if "listening on " not in line:
            raise RuntimeError("the test portal did not start")
        self.url = line.split("listening on ")[1].strip()

    def control(self, path, body=None):
        request = urllib.request.Request(f"{self.url}/_control/{path}", method="GET" if body is None else "POST",
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"_control/{path}: {error.code} {error.read().decode()}") from error
        return json.loads(text) if text else None

    def clear_requests(self):
        request = urllib.request.Request(f"{self.url}/_control/requests", method="DELETE")
        with urllib.request.urlopen(request, timeout=60):
            pass

    def stop(self):
        self.process.terminate()
        self.process.wait(60)
        self.process.stdout.close()


def config_file(folder, url, token):
    """Written with the token beside it; returns its path."""
    secret = os.path.join(folder, "token-" + token[:8])
    with open(secret, "w", encoding="utf-8") as file:
        file.write(token + "\n")
    os.chmod(secret, 0o600)
    path = os.path.join(folder, "site-agent.yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"""portals:
  - {{name: p, url: "{url}", identifier: brics, token_file: {secret}, retries: 0}}
clusters:
  - name: c1
    portal: p
    allocations: {{service_settings: [5e771465-0000-4000-8000-000000000001]}}
    plugins: [slurm]
    slurm: {{}}
state_dir: {folder}/state
runtime_dir: {folder}/run
""")
    return path

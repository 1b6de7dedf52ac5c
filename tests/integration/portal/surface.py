"""What the tests of the surface share: a portal to ask, the page that its answers are held against, and names of the
sample. surface_test.py runs them; its arguments are read here.
"""

import datetime
import http.client
import json
import subprocess
import sys
import unittest
import urllib.parse

import jsonschema
import yaml

PROGRAM, SAMPLE, PAGE_FILE = sys.argv[1:4]
MIDMONTH = 1786530600  # 2026-08-12T10:30:00Z
AGENT = "0123456789abcdef0123456789abcdef01234567"
STAFF = "57aff00000000000000000000000000000000000"

OWNER = "07e4000000000000000000000000000000000001"  # olga, of Research Council
MANAGER = "3a4a6e4000000000000000000000000000000002"  # max, of Tides
MEMBER = "3e3be40000000000000000000000000000000003"  # mia, of Climate, Ocean (administrator) and Tides
STRANGER = "57a46e4000000000000000000000000000000004"  # sam, without a role

OLGA, MAX, MIA, SAM = (f"a5e4000000004000800000000000000{n}" for n in (1, 2, 3, 4))
COUNCIL = "c0570000000040008000000000000003"
TIDES, WINDS, MARSH, COMET = (f"90ec700000004000800000000000000{n}" for n in (1, 2, 3, 4))
CLIMATE, OCEAN, PLASMA = (f"a110c00000004000800000000000000{n}" for n in (1, 2, 3))
CLIMATE_RESOURCE = "4e500000000040008000000000000001"
INSTANCE = "5e771465000040008000000000000001"
SEA = "09640000000040008000000000000001"
PERSONAL, KINDS, MONTHS, ELSE = (f"9e57100000004000800000000000000{n}" for n in (1, 2, 3, 4))
ALLOCATIONS = "/api/openportal-allocations/"
ASSOCIATIONS = "/api/openportal-associations/"
MANAGED = "/api/openportal-managed-projects/"
UNMANAGED = "/api/openportal-unmanaged-projects/"
SUMMARY = "/api/openportal-accounting-summary/"
USAGE = "/api/openportal-project-usage-reports/"
STORAGE = "/api/openportal-project-storage-reports/"

FAMILIES = {
    "openportal", "openportal-allocations", "openportal-associations", "openportal-managed-projects",
    "openportal-unmanaged-projects", "openportal-accounting-summary", "openportal-project-usage-reports",
    "openportal-project-storage-reports",
}


def closed(node):
    """The same schema as JSON Schema has it: no member but those named, null where `nullable` says so."""
    if isinstance(node, list):
        return [closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: closed(value) for key, value in node.items()}
    properties = made.get("properties")
    if isinstance(properties, dict) and made.get("type") == "object":
        # `*` stands for every key: the maps that answer what was asked.
        if "*" in properties:
            made = {"type": "object", "additionalProperties": properties["*"]}
        elif "additionalProperties" not in made:
            made["additionalProperties"] = False
    if made.get("nullable") is True:
        made = {"anyOf": [{"type": "null"}, made]}
    return made


def is_instant(value):
    if not isinstance(value, str):
        return True  # what is wrong with it is its type
    return "T" in value and datetime.datetime.fromisoformat(value.replace("Z", "+00:00")) is not None


class Page:
    """The OpenAPI page, as far as these families go."""

    def __init__(self, file):
        with open(file, encoding="utf-8") as text:
            page = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        self.components = closed(page["components"])
        self.operations = {}  # (method, path's segments) -> operation
        for path, methods in page["paths"].items():
            for method, operation in methods.items():
                if isinstance(operation, dict) and FAMILIES & set(operation.get("tags", [])):
                    self.operations[method.upper(), tuple(path.split("/"))] = operation
        self.formats = jsonschema.FormatChecker(formats=["date", "email"])
        # jsonschema's own check of instants takes a package more.
        self.formats.checks("date-time", raises=ValueError)(is_instant)
        self.formats.checks("uuid")(lambda text: len(str(text).replace("-", "")) == 32)
        self.formats.checks("decimal")(lambda text: str(text).replace(".", "", 1).lstrip("-").isdigit())
        self.met = set()

    def operation(self, method, path):
        segments = path.split("/")
        fits = [
            (sum(part.startswith("{") for part in pattern), operation)
            for (verb, pattern), operation in self.operations.items()
            if verb == method and len(pattern) == len(segments)
            and all(part.startswith("{") or part == segment for part, segment in zip(pattern, segments))
        ]
        return min(fits, key=lambda fit: fit[0])[1] if fits else None

    def problems(self, schema, value):
        root = {"components": self.components, "allOf": [closed(schema)]}
        validator = jsonschema.Draft4Validator(root, format_checker=self.formats)
        return [f"{'/'.join(map(str, p.absolute_path))}: {p.message}" for p in validator.iter_errors(value)]

    def check(self, method, path, status, body):
        """What is wrong with an answer; a success is noted."""
        operation = self.operation(method, path)
        if operation is None:
            return []
        if 200 <= status < 300:
            self.met.add(operation["operationId"])
        known = operation["responses"].get(str(status), {})
        if 200 <= status < 300 and not known:
            return [f"status {status} is not on the page"]
        if "$ref" in known:
            name = known["$ref"].split("/")[-1]
            known = self.components.get("responses", {}).get(name, {})
        schema = known.get("content", {}).get("application/json", {}).get("schema")
        if not body:
            return ["an empty body, but the page has one"] if schema and method != "HEAD" and status < 300 else []
        return self.problems(schema, json.loads(body)) if schema and status < 300 else []


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def count(self):
        return int(self.headers["X-Result-Count"])


class Portal:
    """One test portal; every answer it gives to an operation of the page is checked."""

    def __init__(self, page, *arguments):
        self.page = page
        self.checks = "2026" not in arguments
        self.process = subprocess.Popen(
            [PROGRAM, "--listen", "127.0.0.1:0", "--load", SAMPLE, "--token", AGENT, "--now", str(MIDMONTH),
             "--die-with-parent", *arguments], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("listening on http://"):
            raise RuntimeError(f"the portal did not start: {line!r}")
        self.host = line.split("//")[1].strip()

    def stop(self):
        self.process.terminate()
        self.process.stdout.close()
        return self.process.wait(timeout=30)

    def ask(self, method, target, body=None, token=STAFF, headers=None):
        sent = {"Authorization": f"Token {token}", "Accept": "application/json"}
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        connection = http.client.HTTPConnection(self.host, timeout=60)
        connection.request(method, target, body, sent)
        reply = connection.getresponse()
        answer = Answer(reply.status, reply.headers, reply.read().decode())
        connection.close()
        path = urllib.parse.urlsplit(target).path
        fields = "field" in urllib.parse.parse_qs(urllib.parse.urlsplit(target).query)
        is_json = answer.headers.get("Content-Type", "application/json") == "application/json"
        if self.checks and is_json and not fields:
            wrong = self.page.check(method, path, answer.status, answer.body)
            if wrong:
                raise AssertionError(f"{method} {target} {answer.status}: {wrong[:5]}\n{answer.body[:2000]}")
        return answer

    def control(self, topic, body):
        answer = self.ask("POST", f"/_control/{topic}", body)
        assert answer.status < 300, answer.body
        return answer.json

    def advance(self, seconds):
        self.control("clock", {"advance": seconds})


PAGE = Page(PAGE_FILE)


class SurfaceTest(unittest.TestCase):
    arguments = ()

    def setUp(self):
        self.portal = Portal(PAGE, *self.arguments)

    def tearDown(self):
        self.assertEqual(self.portal.stop(), 0)

    def get(self, target, token=STAFF, status=200):
        answer = self.portal.ask("GET", target, token=token)
        self.assertEqual(answer.status, status, f"GET {target}: {answer.body[:500]}")
        return answer.json if answer.body else None

    def post(self, target, body=None, token=STAFF, status=200, method="POST"):
        answer = self.portal.ask(method, target, body, token=token)
        self.assertEqual(answer.status, status, f"{method} {target}: {answer.body[:500]}")
        return answer.json if answer.body else None

    def names(self, target, token=STAFF, key="name"):
        return [row[key] for row in self.get(target, token)]

    def url(self, collection, uuid):
        return f"http://{self.portal.host}/api/{collection}/{uuid}/"

#!/usr/bin/env python3
"""Drives every operation of the OpenPortal families on the test portal, over HTTP.

    surface_test.py PORTAL SAMPLE PAGE [unittest's own arguments]

PORTAL is the program site-agent-test-portal, SAMPLE its first data, PAGE the OpenAPI page. Each answer with a body is
held against the page's schema for that operation and status, and at the end every operation must have been met with
success.
"""

import http.client
import json
import subprocess
import sys
import unittest
import urllib.parse

import jsonschema
import yaml

PORTAL, SAMPLE, PAGE = sys.argv[1:4]
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

FAMILIES = {
    "openportal", "openportal-allocations", "openportal-associations", "openportal-managed-projects",
    "openportal-unmanaged-projects", "openportal-accounting-summary", "openportal-project-usage-reports",
    "openportal-project-storage-reports",
}
ALLOCATIONS = "/api/openportal-allocations/"
ASSOCIATIONS = "/api/openportal-associations/"
MANAGED = "/api/openportal-managed-projects/"
UNMANAGED = "/api/openportal-unmanaged-projects/"
SUMMARY = "/api/openportal-accounting-summary/"
USAGE = "/api/openportal-project-usage-reports/"
STORAGE = "/api/openportal-project-storage-reports/"


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
        self.formats = jsonschema.FormatChecker(formats=["date", "date-time", "email"])
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
            [PORTAL, "--listen", "127.0.0.1:0", "--load", SAMPLE, "--token", AGENT, "--now", str(MIDMONTH),
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


PAGE_READ = Page(PAGE)


class SurfaceTest(unittest.TestCase):
    arguments = ()

    def setUp(self):
        self.portal = Portal(PAGE_READ, *self.arguments)

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

    def add_reports(self):
        for number in range(12):
            key = {"year": 2026, "month": number + 1, "project_identifier": "climate.brics", "resource": "hpc"}
            self.portal.control("usage_reports/set", {**key, "report": USAGE_DOCUMENT, "is_complete": False})
            self.portal.control("storage_reports/set", {**key, "report": STORAGE_DOCUMENT})


USAGE_DOCUMENT = {
    "project": "climate.brics", "users": {"mia.climate.brics": "u001"},
    "reports": {"2026-08-01": {"reports": {"u001": {"seconds": 3600}}, "is_complete": True, "num_jobs": 1}}}
STORAGE_DOCUMENT = {
    "project": "climate.brics", "generated_at": "2026-08-12T00:00:00Z", "users": {"mia.climate.brics": "u001"},
    "project_quotas": {"scratch": {"limit": "5.00 TB", "usage": "1.00 TB"}}, "user_quotas": {}}


class Lists(SurfaceTest):
    LISTS = [ALLOCATIONS, ASSOCIATIONS, MANAGED, UNMANAGED, SUMMARY, UNMANAGED + TIDES + "/list_users/"]

    def test_head_counts_what_get_lists_and_link_leads_through_it(self):
        for path in self.LISTS:
            with self.subTest(path):
                whole = self.portal.ask("GET", path + "?page_size=300")
                head = self.portal.ask("HEAD", path)
                self.assertEqual((head.status, head.body), (200, ""))
                self.assertEqual(head.count, whole.count)
                self.assertEqual(len(whole.json), whole.count)
                seen, page = [], 1
                while page:
                    answer = self.portal.ask("GET", f"{path}?page_size=1&page={page}")
                    seen += answer.json
                    self.assertIn('rel="first"', answer.headers["Link"])
                    self.assertEqual('rel="next"' in answer.headers["Link"], page < whole.count)
                    page = page + 1 if page < whole.count else 0
                self.assertEqual(seen, whole.json)
                past = self.portal.ask("GET", f"{path}?page={whole.count + 1}")
                self.assertEqual((past.status, past.json), (404, {"detail": "Invalid page."}))

    def test_reports_are_lists_too(self):
        self.add_reports()
        for path in USAGE, STORAGE:
            answer = self.portal.ask("GET", path)
            self.assertEqual((answer.count, len(answer.json)), (12, 10))
            self.assertEqual(self.portal.ask("HEAD", path).count, 12)
            self.get(path + str(answer.json[0]["id"]) + "/")

    def test_what_is_not_allowed_not_taken_or_not_there(self):
        for path, allowed in (ALLOCATIONS, "GET, HEAD, POST, OPTIONS"), (MANAGED, "GET, HEAD, OPTIONS"), (
                UNMANAGED + TIDES + "/", "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"):
            answer = self.portal.ask("TRACE" if "PUT" in allowed else "PATCH", path, {})
            self.assertEqual((answer.status, answer.headers["Allow"]), (405, allowed))
        for path in ALLOCATIONS, UNMANAGED, UNMANAGED + TIDES + "/submit_answers/", MANAGED + "meteor/brics/approve/":
            answer = self.portal.ask("POST", path, "name=x", headers={"Content-Type": "text/plain"})
            self.assertEqual((answer.status, list(answer.json)), (415, ["detail"]), path)
            self.assertEqual(self.portal.ask("POST", path, "{", headers={
                "Content-Type": "application/json"}).status, 400)
        self.assertEqual(self.portal.ask("GET", UNMANAGED, headers={"Accept": "image/png"}).status, 406)
        redirect = self.portal.ask("GET", MANAGED + "comet.awards/awards.brics?x=1")
        self.assertEqual((redirect.status, redirect.headers["Location"]),
                         (301, MANAGED + "comet.awards/awards.brics/?x=1"))
        self.assertEqual(self.portal.ask("GET", UNMANAGED, headers={"Authorization": "Token wrong"}).status, 401)
        for path in ALLOCATIONS, UNMANAGED, SUMMARY, ASSOCIATIONS:
            self.assertEqual(self.get(path + "0" * 32 + "/", status=404), {"detail": "Not found."})

    def test_an_account_that_lost_its_rights_or_its_roles(self):
        self.portal.control("users/set", {"username": "staff", "may_write": False})
        for method, path, body in (("PATCH", ALLOCATIONS + CLIMATE + "/", {}), ("POST", ALLOCATIONS + CLIMATE + "/unlink/", {}),
                                   ("POST", UNMANAGED, {"name": "x", "customer": self.url("customers", COUNCIL)}),
                                   ("POST", UNMANAGED + TIDES + "/move_project/", {}), ("POST", MANAGED + "meteor/brics/reject/", {})):
            self.post(path, body, status=403, method=method)
        self.portal.control("faults", {"kind": "lost_role", "times": -1})
        for path in ALLOCATIONS, MANAGED, UNMANAGED, SUMMARY:
            answer = self.portal.ask("GET", path)
            self.assertEqual((answer.count, answer.json), (0, []))
        for path in MANAGED + "meteor/brics/", UNMANAGED + TIDES + "/", UNMANAGED + TIDES + "/checklist/", SUMMARY + TIDES + "/":
            self.get(path, status=404)
        self.assertEqual(self.get("/api/openportal/project_mapping/?identifier=climate.brics"), {"climate.brics": None})

    def test_one_association_and_field_filters(self):
        association = self.get(ASSOCIATIONS + "?page_size=1")[0]
        self.assertEqual(self.get(ASSOCIATIONS + association["uuid"] + "/"), association)
        self.assertEqual(self.get(UNMANAGED + TIDES + "/?field=name&field=slug"), {"name": "Tides", "slug": "tides"})


class Allocations(SurfaceTest):
    def state(self, uuid=CLIMATE):
        return self.get(ALLOCATIONS + uuid + "/")["state"]

    def new(self, **more):
        return {"name": "fresh", "project": self.url("projects", TIDES),
                "service_settings": self.url("service-settings", INSTANCE), **more}

    def test_is_made_in_the_background_and_named_by_the_instance(self):
        made = self.post(ALLOCATIONS, self.new(node_limit=5, unknown="ignored"), status=201)
        self.assertEqual((made["state"], made["backend_id"], made["node_limit"]), ("CREATION_SCHEDULED", "", 5))
        one = ALLOCATIONS + made["uuid"] + "/"
        self.post(one, {"name": "x"}, method="PATCH", status=409)
        self.post(one + "pull/", status=409)
        self.portal.advance(1)
        self.assertEqual(self.state(made["uuid"]), "CREATING")
        self.portal.advance(1)
        ready = self.get(one)
        self.assertEqual((ready["state"], ready["backend_id"], ready["groupname"]),
                         ("OK", "tides.brics", "brics.tides"))
        changed = self.post(one, {"name": "renamed", "backend_id": "other.brics"}, method="PATCH")
        self.assertEqual((changed["name"], changed["backend_id"]), ("renamed", "tides.brics"))

    def test_says_what_is_wrong_with_a_new_one(self):
        self.assertEqual(self.post(ALLOCATIONS, {}, status=400), {
            key: ["This field is required."] for key in ("name", "service_settings", "project")})
        wrong = self.post(ALLOCATIONS, self.new(
            name=" ", project=self.url("projects", "0" * 32), service_settings=7, node_limit="many",
            groupname="x" * 65), status=400)
        self.assertEqual(wrong, {
            "name": ["This field may not be blank."],
            "project": ["Invalid hyperlink - Object does not exist."],
            "service_settings": ["Incorrect type. Expected URL string, received int."],
            "node_limit": ["A valid integer is required."],
            "groupname": ["Ensure this field has no more than 64 characters."]})

    def test_changes_only_in_ok(self):
        one = ALLOCATIONS + CLIMATE + "/"
        self.post(one, {"name": "climate", "node_limit": 7}, method="PUT", status=400)
        whole = self.new(name="climate", node_limit=7, groupname=None)
        changed = self.post(one, whole, method="PUT")
        self.assertEqual((changed["node_limit"], changed["groupname"]), (7, None))
        self.assertEqual(changed["project_name"], "Climate")  # protected
        self.post(one + "set_erred/", {"error_message": "broken"})
        self.post(one, {"node_limit": 8}, method="PATCH", status=409)
        self.assertEqual(self.get(one)["error_message"], "broken")
        self.post(one + "set_ok/")
        self.assertEqual((self.state(), self.get(one)["error_message"]), ("OK", ""))

    def test_pull_passes_through_the_states_on_the_way(self):
        pull = ALLOCATIONS + CLIMATE + "/pull/"
        self.post(pull, status=202)
        self.assertEqual(self.state(), "UPDATE_SCHEDULED")
        self.assertEqual(self.post(pull, status=409), {"detail": "Valid states for operation: ERRED, OK."})
        self.portal.advance(1)
        self.assertEqual(self.state(), "UPDATING")
        self.portal.advance(1)
        self.assertEqual(self.state(), "OK")
        self.portal.control("allocations/set", {"allocation": "climate", "backend_id": ""})
        self.post(pull, status=409)

    def test_limits_are_for_staff(self):
        one = ALLOCATIONS + OCEAN + "/set_limits/"
        for token, status in (MEMBER, 403), (AGENT, 403), (STRANGER, 404):
            self.post(one, {"node_limit": 1}, token=token, status=status)
        self.assertEqual(self.post(one, {}, status=400), {"node_limit": ["This field is required."]})
        self.post(one, {"node_limit": -2}, status=400)
        self.post(one, {"node_limit": 77}, status=202)
        self.assertEqual(self.get(ALLOCATIONS + OCEAN + "/")["node_limit"], 77)

    def test_goes_in_the_background(self):
        one = ALLOCATIONS + CLIMATE + "/"
        self.post(one, method="DELETE", status=202)
        self.post(one, method="DELETE", status=409)
        self.portal.advance(2)
        self.get(one, status=404)
        self.assertNotIn("climate.brics", self.names(ASSOCIATIONS + "?page_size=100", key="useridentifier"))

    def test_unlink_and_states_are_for_staff(self):
        one = ALLOCATIONS + OCEAN + "/"
        for action in "unlink/", "set_ok/", "set_erred/":
            self.post(one + action, {}, token=MEMBER, status=403)
        self.portal.control("allocations/set", {"allocation": "ocean", "state": "DELETING"})
        self.post(one + "unlink/", status=204)
        self.get(one, status=404)

    def test_roles_decide_what_is_seen_and_done(self):
        self.assertEqual(self.names(ALLOCATIONS, MEMBER), ["climate", "ocean"])
        self.assertEqual(self.names(ALLOCATIONS + "?can_manage=true", MEMBER), ["ocean"])
        self.assertEqual(self.names(ALLOCATIONS, STRANGER), [])
        self.get(ALLOCATIONS + PLASMA + "/", MEMBER, status=404)
        self.post(ALLOCATIONS + CLIMATE + "/", {"name": "x"}, MEMBER, 403, "PATCH")
        self.post(ALLOCATIONS + OCEAN + "/", {"description": "x"}, MEMBER, 200, "PATCH")
        self.post(ALLOCATIONS, self.new(), MEMBER, 403)
        self.assertEqual(self.post(ALLOCATIONS, self.new(), STRANGER, 400),
                         {"project": ["Invalid hyperlink - Object does not exist."]})
        self.assertEqual(len(self.get(ASSOCIATIONS + "?page_size=100", MEMBER)), 8)
        self.post("/api/marketplace-component-usages/set_usage/", {"resource": CLIMATE_RESOURCE, "usages": []},
                  MEMBER, 403)


class Summary(SurfaceTest):
    def test_adds_up_limits_and_months(self):
        for date, amount in ("2026-07-02T00:00:00Z", "10.50"), ("2026-08-02T00:00:00Z", "2.25"):
            self.post("/api/marketplace-component-usages/set_usage/", {
                "resource": CLIMATE_RESOURCE, "date": date, "usages": [{"type": "node", "amount": amount}]}, status=201)
        row = [r for r in self.get(SUMMARY + "?page_size=50") if r["project_name"] == "Climate"][0]
        self.assertEqual((row["total_credits"], row["total_spend"], row["current_month_spend"]),
                         ("1000.00", "10.50", "2.25"))
        self.assertEqual(self.get(SUMMARY + row["project_uuid"] + "/"), row)
        stats = UNMANAGED + row["project_uuid"] + "/stats/"
        node = [c for c in self.get(stats)["components"] if c["type"] == "node"][0]
        self.assertEqual(node["usage"], 13)  # 12.75 in whole hours
        node = [c for c in self.get(stats + "?for_current_month=true")["components"] if c["type"] == "node"][0]
        self.assertEqual(node["usage"], 2)
        storage = [c for c in self.get(stats)["components"] if c["type"] == "storage"][0]
        self.assertEqual(storage["limit"], 500)

    def test_filters_and_roles(self):
        self.assertEqual(self.names(SUMMARY + "?customer_uuid=" + COUNCIL, key="project_name"),
                         ["Comet", "Tides", "Winds"])
        self.assertEqual(self.names(SUMMARY + f"?customer_uuid={COUNCIL}&is_active=false", key="project_name"), ["Winds"])
        self.assertEqual(self.names(SUMMARY, MANAGER, "project_name"), ["Tides"])
        self.get(SUMMARY + WINDS + "/", MANAGER, status=404)


class Mappings(SurfaceTest):
    def mapping(self, kind, *identifiers, token=STAFF, status=200):
        query = urllib.parse.urlencode([("identifier", one) for one in identifiers])
        return self.get(f"/api/openportal/{kind}_mapping/?{query}", token, status)

    def test_maps_what_was_sent(self):
        self.assertEqual(self.mapping("offering", "brics", "nowhere")["brics"]["name"], "HPC hours")
        self.assertIsNone(self.mapping("offering", "brics", "nowhere", token=STRANGER)["nowhere"])
        projects = self.mapping("project", "climate.brics", "alpha.other", "none.brics", token=MEMBER)
        self.assertEqual(projects["climate.brics"]["customer_name"], "Example University")
        self.assertEqual((projects["alpha.other"], projects["none.brics"]), (None, None))
        self.assertEqual(self.mapping("project", "alpha.other")["alpha.other"]["name"], "Remote Alpha")
        self.assertEqual(self.mapping("user"), {})

    def test_users_by_email_or_by_identifier_but_not_both(self):
        self.assertEqual(self.mapping("user", "mia.climate.brics", "olu.climate.brics"), {
            "mia.climate.brics": {"uuid": MIA, "full_name": "Mia Member", "email": "mia@university.example.org",
                                  "username": "mia"}, "olu.climate.brics": None})
        self.assertEqual(self.mapping("user", "olga@council.example.org")["olga@council.example.org"]["uuid"], OLGA)
        self.assertEqual(list(self.mapping("user", "mia.climate.brics", "a@b.c", status=400)), ["error"])
        # A stranger shares no project with her; the manager of Tides does.
        self.assertIsNone(self.mapping("user", "mia.climate.brics", token=STRANGER)["mia.climate.brics"])
        self.assertEqual(self.mapping("user", "mia.climate.brics", token=MANAGER)["mia.climate.brics"]["uuid"], MIA)

    def access(self, query, token=STAFF, status=200):
        return self.get("/api/openportal/access_for_email/?q=" + urllib.parse.quote(query), token, status)

    def test_access_by_email_short_name_and_project(self):
        mia = self.access("MIA@university.example.org")
        self.assertEqual((mia[0]["status"], mia[0]["short_name"]), ("active", "mia"))
        self.assertEqual(mia[0]["projects"]["climate.brics"],
                         {"name": "Climate", "resources": [{"name": "HPC hours", "username": "u001"}]})
        self.assertEqual(self.access("mia"), mia)
        self.assertEqual(self.access("mia", MEMBER), mia)
        self.assertEqual([one["email"] for one in self.access("Tides")],
                         ["max@council.example.org", "mia@university.example.org"])
        self.assertEqual(self.access("climate.brics"), mia)
        self.assertEqual([(self.access(q)[0]["status"], self.access(q)[0]["invited_by"]) for q in (
            "ivy@guest.example.org", "inactive", "nobody@example.org")],
            [("invited", "Olga Owner"), ("inactive", ""), ("unknown", "")])

    def test_access_is_refused_with_401(self):
        for query in "olga@council.example.org", "olga", "Tides":
            self.assertEqual(list(self.access(query, MEMBER, 401)), ["error"])
        self.access("no such thing", status=404)
        self.get("/api/openportal/access_for_email/", status=400)

    def test_email_policy(self):
        policy = "/api/openportal/project_email_policy/"
        self.assertEqual(self.get(policy + COMET + "/"), {"allowed_domains": ["council.example.org"]})
        self.assertEqual(self.get(policy + TIDES + "/"), {"allowed_domains": None})
        self.get(policy + COMET + "/", MEMBER, status=404)
        self.get(policy + "0" * 32 + "/", status=404)


class ManagedProjects(SurfaceTest):
    def one(self, identifier, destination="awards.brics"):
        return f"{MANAGED}{identifier}/{destination}/"

    def identifiers(self, query="", token=STAFF):
        return sorted(self.names(MANAGED + query, token, "identifier"))

    def test_filters(self):
        everything = ["comet.awards", "draft.awards", "meteor", "nova.awards", "pulsar.awards", "quasar.awards"]
        template = self.get(self.one("comet.awards"))["project_template_data"]
        for query, found in {
            "": everything, "?state=approved": ["comet.awards"], "?state=rejected&state=draft": ["draft.awards", "quasar.awards"],
            "?identifier=AR.awards": ["pulsar.awards", "quasar.awards"], "?identifier=meteor&identifier=nova": ["meteor", "nova.awards"],
            "?local_identifier=comet": ["comet.awards"], "?project_uuid=" + COMET: ["comet.awards"],
            "?project=" + urllib.parse.quote(self.url("projects", COMET)): ["comet.awards"], "?query=METE": ["meteor"],
            "?project_template_uuid=" + template["uuid"]: everything, "?project_template_uuid=" + "0" * 32: [],
            "?state=nonsense": everything, "?hide_embargoed=true": [name for name in everything if name != "nova.awards"],
        }.items():
            with self.subTest(query):
                self.assertEqual(self.identifiers(query), found)
        self.assertEqual(self.names(MANAGED + "?o=-details__name", key="identifier"), ["quasar.awards",
            "pulsar.awards", "nova.awards", "meteor", "draft.awards", "comet.awards"])

    def test_is_retrieved_by_two_names_with_dots(self):
        comet = self.get(self.one("comet.awards"))
        self.assertEqual(comet["project_data"]["name"], "Comet")
        self.assertEqual(comet["project_template_data"]["role_mapping_data"]["PI"]["name"], "PROJECT.MANAGER")
        self.assertEqual(self.get(self.one("comet%2Eawards")), comet)
        head = self.portal.ask("HEAD", self.one("comet.awards"))
        self.assertEqual((head.status, head.body, head.headers["X-Result-Count"]), (200, "", None))
        self.get(self.one("comet.awards", "elsewhere"), status=404)
        self.assertEqual(self.portal.ask("HEAD", self.one("none")).status, 404)

    def test_approve_makes_a_project_with_its_people(self):
        meteor = self.one("meteor", "brics")
        self.post(meteor + "approve/", {"comment": "well done"}, token=OWNER)
        shown = self.get(meteor)
        self.assertEqual((shown["state"], shown["review_comment"], shown["reviewed_by_full_name"], shown["local_identifier"]),
                         ("approved", "well done", "Olga Owner", "meteor.brics"))
        self.assertEqual(shown["project_data"]["name"], "Meteor")
        self.assertNotIn("Meteor", self.names(UNMANAGED + "?page_size=50"))
        self.assertEqual(self.identifiers(token=MEMBER), ["meteor"])  # the PI is known here
        self.post(meteor + "approve/", {}, status=409)
        self.post(meteor + "reject/", {}, status=409)

    def test_reject_and_the_embargo(self):
        self.post(self.one("pulsar.awards") + "reject/", {"comment": 5})
        self.assertEqual(self.get(self.one("pulsar.awards"))["state"], "rejected")
        refused = self.post(self.one("nova.awards") + "approve/", {}, status=403)
        self.assertEqual(list(refused), ["detail"])
        self.post(self.one("nova.awards") + "reject/", {"comment": ["no text"]}, status=400)
        self.portal.control("clock", {"epoch": 4102444800})
        self.post(self.one("nova.awards") + "approve/")

    def test_attach_and_detach(self):
        pulsar = self.one("pulsar.awards")
        self.assertEqual(list(self.post(pulsar + "detach/", status=400)), ["error"])
        self.assertEqual(self.post(pulsar + "attach/", {}, status=400), {"project_uuid": ["This field is required."]})
        self.assertEqual(self.post(pulsar + "attach/", {"project_uuid": "x"}, status=400),
                         {"project_uuid": ["Must be a valid UUID."]})
        self.assertEqual(list(self.post(pulsar + "attach/", {"project_uuid": COMET}, status=400)), ["error"])
        self.post(pulsar + "attach/", {"project_uuid": "0" * 32}, status=404)
        self.post(pulsar + "attach/", {"project_uuid": TIDES})
        self.get(UNMANAGED + TIDES + "/", status=404)
        self.post(pulsar + "approve/", {})
        self.post(pulsar + "detach/")
        self.assertEqual(self.get(pulsar)["state"], "pending")
        self.get(UNMANAGED + TIDES + "/")

    def test_notes_and_deletion(self):
        comet = self.one("comet.awards")
        self.assertEqual(self.post(comet + "add-note/", {}, status=400), {"text": ["This field is required."]})
        noted = self.post(comet + "add-note/", {"text": "looked at"}, token=OWNER)
        self.assertEqual([(note["author"], note["text"]) for note in noted["details"]["notes"]],
                         [("Olga Owner", "looked at")])
        self.post(comet + "delete/", method="DELETE", status=204)
        self.get(comet, status=404)
        self.assertIn("Comet", self.names(UNMANAGED + "?page_size=50"))

    def test_roles(self):
        comet = self.one("comet.awards")
        self.assertEqual(self.identifiers(token=MANAGER), [])
        self.assertEqual(self.identifiers(token=STRANGER), [])
        self.assertEqual(len(self.identifiers(token=OWNER)), 6)
        self.assertEqual(len(self.identifiers(token=AGENT)), 6)
        for action in "approve/", "reject/", "attach/", "detach/", "add-note/":
            self.post(comet + action, {}, token=MANAGER, status=404)
            self.post(comet + action, {}, token=AGENT, status=403)
        self.post(comet + "delete/", token=AGENT, method="DELETE", status=403)


class ServerOf2026(SurfaceTest):
    arguments = ("--server-profile", "2026")

    def test_dots_are_a_missing_route_but_for_notes(self):
        for path in "comet.awards/awards.brics/", "meteor/awards.brics/", "comet%2Eawards/brics/", \
                "comet.awards/awards.brics/approve/":
            answer = self.portal.ask("GET", MANAGED + path)
            self.assertEqual(answer.status, 404)
            self.assertTrue(answer.headers["Content-Type"].startswith("text/html"), path)
        self.get(MANAGED + "meteor/brics/")
        self.assertEqual(self.post(MANAGED + "comet.awards/awards.brics/add-note/", {"text": "x"})["identifier"],
                         "comet.awards")

    def test_answers_where_it_departs_from_the_pages(self):
        self.assertIsNone(self.get(MANAGED + "meteor/brics/")["project"])
        self.post(MANAGED + "meteor/brics/delete/", method="DELETE", status=200)
        self.post(ALLOCATIONS + CLIMATE + "/", method="DELETE", status=204)
        self.assertEqual(self.get("/api/openportal/access_for_email/?q=mia")["short_name"], "mia")
        template = self.portal.ask("HEAD", UNMANAGED + "checklist-template/?parent_uuid=" + COUNCIL)
        self.assertEqual((template.status, template.headers["X-Result-Count"]), (200, None))


class UnmanagedProjects(SurfaceTest):
    tides = UNMANAGED + TIDES + "/"

    def found(self, query, token=STAFF):
        return self.names(f"{UNMANAGED}?page_size=50&{query}", token)

    def test_filters(self):
        council = "customer=" + COUNCIL
        self.post(self.tides + "update_affiliation/", {"affiliation": SEA})
        for query, found in {
            council: ["Tides", "Winds"], council + "&include_terminated=true": ["Marsh", "Tides", "Winds"],
            "include_terminated=true&is_removed=true": ["Marsh"], "is_removed=true": [],
            council + "&include_terminated=banana&unknown=1": ["Tides", "Winds"],
            council + "&conceal_finished_projects=true": ["Tides"], "name=TID": ["Tides"], "name_exact=Tid": [],
            "description=shallow": ["Tides"], "query=winds": ["Winds"], "slug=tides": ["Tides"],
            council + "&o=-name": ["Winds", "Tides"], "has_affiliation=true": ["Tides"],
            "affiliation_uuid=" + SEA: ["Tides"], "affiliation_name=sea": ["Tides"],
            "user_uuid=" + MAX: ["Tides"], "user_uuid_with_active_role=" + MIA: ["Climate", "Ocean", "Tides"],
            "created=2026-08-13": [], council + "&created_before=2026-08-13T00:00:00Z": ["Tides", "Winds"],
            council + "&modified=2026-08-01T00:00:00Z": ["Tides", "Winds"], "accounting_is_running=false": [],
            "customer_name=council": ["Tides", "Winds"], "customer_abbreviation=RSC": ["Tides", "Winds"],
            "backend_id=none": [], "science_sub_domain_uuid=" + "0" * 32: [],
        }.items():
            with self.subTest(query):
                self.assertEqual(self.found(query), found)
        self.assertEqual(self.found("can_admin=true", MEMBER), ["Ocean"])
        self.assertEqual(self.found("can_manage=true", MEMBER), [])
        self.assertEqual(self.found("can_manage=true", MANAGER), ["Tides"])
        self.assertEqual(self.found("current_user_has_role=PROJECT.MEMBER", MEMBER), ["Climate", "Tides"])

    def test_roles_decide_what_is_seen_and_done(self):
        self.assertEqual(self.found("", OWNER), ["Tides", "Winds"])
        self.assertEqual(self.found("", MANAGER), ["Tides"])
        self.assertEqual(self.found("", MEMBER), ["Climate", "Ocean", "Tides"])
        self.assertEqual(self.found("", STRANGER), [])
        self.get(UNMANAGED + WINDS + "/", MEMBER, status=404)
        self.get(UNMANAGED + COMET + "/", status=404)  # managed
        for method, path, body in (("PATCH", "", {"name": "x"}), ("PUT", "", {}), ("DELETE", "", None), ("POST", "move_project/", {}), (
                "POST", "update_affiliation/", {}), ("POST", "recover/", {})):
            self.post(self.tides + path, body, MEMBER, 403, method)
            self.post(self.tides + path, body, AGENT, 403, method)
            self.post(self.tides + path, body, STRANGER, 404, method)
        # A manager has the people and the answers, not the project itself.
        for method, path in ("PATCH", ""), ("DELETE", ""), ("POST", "update_affiliation/"), ("POST", "recover/"):
            self.post(self.tides + path, {}, MANAGER, 403, method)
        self.post(UNMANAGED, {"name": "x", "customer": self.url("customers", COUNCIL)}, MANAGER, 403)
        for action in "add_user/", "update_user/", "delete_user/", "submit_answers/":
            self.post(self.tides + action, {}, MEMBER, 403)
            self.post(self.tides + action, {}, STRANGER, 404)
        for action in "list_users/", "stats/", "checklist/", "completion_status/":
            self.get(self.tides + action, MEMBER)
            self.get(self.tides + action, STRANGER, 404)
        self.assertNotIn("staff_notes", self.get(self.tides, OWNER))

    def test_is_made_and_changed(self):
        new = {"name": "Reefs", "customer": self.url("customers", COUNCIL), "kind": "course", "is_industry": True,
               "start_date": "2026-09-01", "end_date": "2026-12-31", "user_affiliations": ["staff"],
               "oecd_fos_2007_code": "1.5", "grace_period_days": 10, "unknown": 1,
               "affiliation_uuid": SEA, "science_sub_domain": "5c1e0000000040008000000000000001"}
        made = self.post(UNMANAGED, new, OWNER, 201)
        self.assertEqual((made["slug"], made["kind"], made["is_industry"], made["effective_end_date"]),
                         ("reefs", "course", True, "2027-01-10"))
        self.assertEqual((made["oecd_fos_2007_label"], made["affiliation"]["code"], made["science_domain_name"]),
                         ("Earth and related environmental sciences", "sea", "Natural sciences"))
        one = UNMANAGED + made["uuid"] + "/"
        changed = self.post(one, {"end_date": None, "description": "corals"}, OWNER, 200, "PATCH")
        self.assertEqual((changed["end_date"], changed["description"], changed["kind"]), (None, "corals", "course"))
        self.assertEqual(self.post(one, {"description": "x"}, OWNER, 400, "PUT"), {
            "name": ["This field is required."], "customer": ["This field is required."]})
        self.assertEqual(self.post(one, new, OWNER, 200, "PUT")["end_date"], "2026-12-31")
        self.assertFalse(self.get(one + "completion_status/")["is_completed"])
        form = self.portal.ask("PATCH", one, "is_industry=false&grace_period_days=3", headers={
            "Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual((form.status, form.json["is_industry"], form.json["grace_period_days"]), (200, False, 3))
        parts = ('--x\r\nContent-Disposition: form-data; name="description"\r\n\r\nof parts\r\n'
                 '--x\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\nPNG\r\n--x--\r\n')
        form = self.portal.ask("PATCH", one, parts, headers={"Content-Type": "multipart/form-data; boundary=x"})
        self.assertEqual((form.status, form.json["description"]), (200, "of parts"))
        self.assertTrue(form.json["image"].endswith("/media/project_image/a.png"))

    def test_says_what_is_wrong_with_a_new_one(self):
        self.assertEqual(self.post(UNMANAGED, {}, OWNER, 400), {
            "name": ["This field is required."], "customer": ["This field is required."]})
        wrong = self.post(UNMANAGED, {
            "name": None, "customer": "nowhere", "kind": "other", "start_date": "tomorrow", "is_industry": "perhaps",
            "user_email_patterns": "x", "affiliation_uuid": "y", "science_sub_domain": "0" * 32,
            "oecd_fos_2007_code": "9.9", "image": "text", "type": self.url("project-types", "0" * 32)}, OWNER, 400)
        self.assertEqual(wrong, {
            "name": ["This field may not be null."], "customer": ["Invalid hyperlink - No URL match."],
            "kind": ['"other" is not a valid choice.'], "is_industry": ["Must be a valid boolean."],
            "start_date": ["Date has wrong format. Use one of these formats instead: YYYY-MM-DD."],
            "user_email_patterns": ['Expected a list of items but got type "str".'],
            "affiliation_uuid": ["Must be a valid UUID."], "oecd_fos_2007_code": ['"9.9" is not a valid choice.'],
            "science_sub_domain": ["Object with uuid=" + "0" * 32 + " does not exist."],
            "image": ["The submitted data was not a file. Check the encoding type on the form."],
            "type": ["Invalid hyperlink - Object does not exist."]})
        self.assertEqual(self.post(UNMANAGED, [], OWNER, 400), {
            "non_field_errors": ["Invalid data. Expected a dictionary, but got list."]})
        council = {"name": "x", "customer": self.url("customers", COUNCIL)}
        self.post(UNMANAGED, council, MEMBER, 403)
        self.assertEqual(self.post(UNMANAGED, council, STRANGER, 400),
                         {"customer": ["Invalid hyperlink - Object does not exist."]})

    def test_is_removed_softly_and_recovered(self):
        self.post(self.tides, method="DELETE", token=OWNER, status=204)
        self.get(self.tides, OWNER, status=404)
        self.assertTrue(self.get(self.tides + "?include_terminated=true", OWNER)["is_removed"])
        self.get(self.tides + "?include_terminated=true", MANAGER, status=404)  # his role ended with it
        self.post(self.tides, {"name": "x"}, OWNER, 404, "PATCH")
        self.assertIn("non_field_errors", self.post(self.tides + "add_user/", {}, OWNER, 400))
        self.post(self.tides + "recover/", {"restore_team_members": True}, OWNER, 403)
        self.assertEqual(self.post(self.tides + "recover/", {"end_date": "soon", "restore_team_members": 5}, OWNER, 400).keys(),
                         {"end_date", "restore_team_members"})
        back = self.post(self.tides + "recover/", {"restore_team_members": True, "end_date": "2030-01-01"})
        self.assertEqual((back["is_removed"], back["end_date"]), (False, "2030-01-01"))
        self.get(self.tides, MANAGER)
        self.post(self.tides + "recover/", {}, status=400)

    def test_recovery_can_invite_instead(self):
        self.post(self.tides, method="DELETE", status=204)
        self.post(self.tides + "recover/", {"send_invitations_to_previous_members": True}, OWNER)
        self.get(self.tides, MANAGER, status=404)
        access = self.get("/api/openportal/access_for_email/?q=max@council.example.org")
        self.assertEqual((access[0]["status"], access[0]["invited_by"]), ("invited", "Olga Owner"))

    def test_is_not_removed_with_resources(self):
        climate = self.found("name_exact=Climate") and self.get(UNMANAGED + "?name_exact=Climate")[0]["uuid"]
        self.assertEqual(list(self.post(f"{UNMANAGED}{climate}/", method="DELETE", status=409)), ["detail"])

    def test_moves_to_another_customer(self):
        university = self.get(UNMANAGED + "?name_exact=Climate")[0]["customer_uuid"]
        move = self.tides + "move_project/"
        self.post(move, {}, OWNER, 403)
        self.assertEqual(self.post(move, {}, status=400).keys(), {"customer", "preserve_permissions"})
        self.post(move, {"customer": self.url("customers", COUNCIL), "preserve_permissions": True}, status=400)
        moved = self.post(move, {"customer": self.url("customers", university), "preserve_permissions": True})
        self.assertEqual(moved["customer_name"], "Example University")
        self.get(self.tides, OWNER, status=404)
        self.get(self.tides, MANAGER)
        self.post(move, {"customer": self.url("customers", COUNCIL), "preserve_permissions": False})
        self.get(self.tides, MANAGER, status=404)

    def test_affiliation(self):
        affiliate = self.tides + "update_affiliation/"
        self.assertEqual(self.post(affiliate, {"affiliation": "0" * 32}, OWNER, 400),
                         {"affiliation": ["Object with uuid=" + "0" * 32 + " does not exist."]})
        self.assertIsNone(self.post(affiliate, {"affiliation": SEA}, OWNER))
        self.assertEqual(self.get(self.tides)["affiliation_name"], "Institute of the Sea")
        self.post(affiliate, {"affiliation": None}, OWNER)
        self.assertIsNone(self.get(self.tides)["affiliation"])


class ProjectUsers(SurfaceTest):
    tides = UNMANAGED + TIDES + "/"

    def users(self, query=""):
        return [(row["user_username"], row["role_name"]) for row in self.get(self.tides + "list_users/?" + query)]

    def test_a_role_is_given_prolonged_and_taken(self):
        role = {"role": "PROJECT.MEMBER", "user": SAM}
        self.assertEqual(self.post(self.tides + "add_user/", role, MANAGER, 201), {"expiration_time": None})
        self.assertEqual(self.post(self.tides + "add_user/", role, MANAGER, 400),
                         ["User already has role within this scope."])
        self.get(self.tides, STRANGER)
        self.post(self.tides + "add_user/", {**role, "role": "401e0000-0000-4000-8000-000000000004"}, MANAGER, 201)
        self.assertEqual(self.post(self.tides + "update_user/", {
            **role, "expiration_time": "2026-08-12T12:30:00+01:00"}, MANAGER),
            {"expiration_time": "2026-08-12T11:30:00Z"})
        self.post(self.tides + "delete_user/", {**role, "role": "PROJECT.ADMIN"}, MANAGER)
        self.portal.advance(7200)  # it ends by itself
        self.get(self.tides, STRANGER, status=404)
        self.assertNotIn("sam", dict(self.users()))
        self.post(self.tides + "delete_user/", role, MANAGER, 400)
        self.post(self.tides + "update_user/", role, MANAGER, 400)
        self.post(self.tides + "add_user/", {**role, "expiration_time": "2027-01-01"}, OWNER, 201)

    def test_says_what_is_wrong(self):
        add = self.tides + "add_user/"
        self.assertEqual(self.post(add, {}, status=400), {
            "role": ["This field is required."], "user": ["This field is required."]})
        self.assertEqual(self.post(add, {"role": "PROJECT.KING", "user": "0" * 32, "expiration_time": "2020-01-01"}, status=400), {
            "role": ["Role is not found."], "user": ["User is not found."],
            "expiration_time": ["Expiration time should be greater than current time."]})
        self.assertEqual(self.post(add, {"role": "CUSTOMER.OWNER", "user": 5, "expiration_time": 5}, status=400).keys(),
                         {"role", "user", "expiration_time"})

    def test_lists_who_is_there(self):
        both = [("max", "PROJECT.MANAGER"), ("mia", "PROJECT.MEMBER")]
        for query, found in {
            "": both, "o=-username": both[::-1], "o=role": both, "o=-email": both[::-1], "full_name=mem": both[1:],
            "role=PROJECT.MANAGER": both[:1], "role=401e0000000040008000000000000005": both[1:],
            "role=PROJECT.MANAGER&role=PROJECT.MEMBER": both, "search_string=university": both[1:], "user=" + MAX: both[:1],
            "user_url=" + urllib.parse.quote(self.url("users", MIA)): both[1:], "username=mia": both[1:], "user_slug=max": both[:1],
            "native_name=x": [],
        }.items():
            with self.subTest(query):
                self.assertEqual(self.users(query), found)
                self.assertEqual(self.portal.ask("HEAD", self.tides + "list_users/?" + query).count, len(found))


class Checklists(SurfaceTest):
    tides = UNMANAGED + TIDES + "/"

    def asked(self, query=""):
        return [question["uuid"] for question in self.get(self.tides + "checklist/" + query)["questions"]]

    def submit(self, answers, token=MANAGER, status=200):
        body = [{"question_uuid": uuid, "answer_data": answer} for uuid, answer in answers.items()]
        return self.post(self.tides + "submit_answers/", body, token, status)

    def completion(self):
        status = self.get(self.tides + "completion_status/", MEMBER)
        return status["is_completed"], round(status["completion_percentage"]), [
            question["uuid"] for question in status["unanswered_required_questions"]]

    def option(self, label):
        question = [q for q in self.get(self.tides + "checklist/?include_all=true")["questions"] if q["uuid"] == KINDS][0]
        return [option["uuid"] for option in question["question_options"] if option["label"] == label][0]

    def test_a_question_is_asked_when_the_answer_that_it_waits_for_is_there(self):
        self.assertEqual(self.asked(), [PERSONAL, MONTHS, ELSE])
        self.assertEqual(self.asked("?include_all=true"), [PERSONAL, KINDS, MONTHS, ELSE])
        self.submit({PERSONAL: True})
        self.assertEqual(self.asked(), [PERSONAL, KINDS, MONTHS, ELSE])
        self.submit({PERSONAL: False})
        self.assertEqual(self.asked(), [PERSONAL, MONTHS, ELSE])

    def test_is_complete_when_all_that_is_required_and_asked_is_answered(self):
        self.assertEqual(self.completion(), (False, 0, [PERSONAL, MONTHS]))
        self.submit({PERSONAL: False, MONTHS: 12})
        self.assertEqual(self.completion(), (True, 100, []))
        answered = self.submit({PERSONAL: True, ELSE: "no"})
        self.assertEqual(answered["completion"]["is_completed"], False)
        self.assertEqual(self.completion(), (False, 67, [KINDS]))
        self.submit({KINDS: [self.option("Names"), self.option("Health")]})
        self.assertEqual(self.completion(), (True, 100, []))
        self.submit({MONTHS: None})  # taken away
        self.assertEqual(self.completion(), (False, 67, [MONTHS]))
        metadata = {row["question_uuid"]: row["answer"] for row in self.get(self.tides)["project_metadata"]}
        self.assertEqual((metadata[PERSONAL], metadata[ELSE]), (True, "no"))
        given = self.get(self.tides + "checklist/")["questions"][0]["existing_answer"]
        self.assertEqual((given["user_name"], given["answer_data"]), ("Max Manager", {"value": True}))

    def test_an_answer_of_the_wrong_type_names_the_type_and_nothing_is_kept(self):
        wrong = self.submit({MONTHS: 6, PERSONAL: "yes", KINDS: ["none"], ELSE: 5}, status=400)
        self.assertEqual(wrong[0], {})
        self.assertIn("'boolean'", wrong[1]["answer_data"][0])
        self.assertIn("'multi_select'", wrong[2]["answer_data"][0])
        self.assertIn("'text_area'", wrong[3]["answer_data"][0])
        self.assertEqual(self.completion()[1], 0)
        self.assertIn("at most 120.00", self.submit({MONTHS: 121}, status=400)[0]["answer_data"][0])
        self.assertEqual(list(self.submit({"0" * 32: 1}, status=400)[0]), ["question_uuid"])
        self.assertEqual(self.post(self.tides + "submit_answers/", [{}], MANAGER, 400), [
            {"question_uuid": ["This field is required."], "answer_data": ["This field is required."]}])
        self.post(self.tides + "submit_answers/", {}, MANAGER, 400)

    def test_the_template_is_what_a_new_project_will_be_asked(self):
        path = UNMANAGED + "checklist-template/"
        template = self.get(path + "?parent_uuid=" + COUNCIL, OWNER)
        self.assertEqual([len(template["questions"]), len(template["initial_visible_questions"])], [4, 3])
        head = self.portal.ask("HEAD", path + "?parent_uuid=" + COUNCIL)
        self.assertEqual((head.status, head.body, head.count), (200, "", 4))
        self.get(path, status=400)
        self.get(path + "?parent_uuid=" + "0" * 32, status=404)
        self.get(path + "?parent_uuid=" + COUNCIL, STRANGER, status=404)
        climate = self.get(UNMANAGED + "?name_exact=Climate")[0]
        self.assertEqual(self.get(path + "?parent_uuid=" + climate["customer_uuid"], status=400),
                         {"detail": "No checklist configured for new objects"})
        for action in "checklist/", "completion_status/":
            self.get(f"{UNMANAGED}{climate['uuid']}/{action}", status=400)


class Pages(unittest.TestCase):
    """The check itself: it would say nothing about a portal if it could not fail."""

    def test_a_wrong_body_is_found(self):
        path = UNMANAGED + TIDES + "/completion_status/"
        good = {"uuid": TIDES, "is_completed": True, "completion_percentage": 1.5, "unanswered_required_questions": [],
                "checklist_name": "x", "checklist_description": "", "created": "2026-08-12T10:30:00Z",
                "modified": "2026-08-12T10:30:00Z"}
        self.assertEqual(PAGE_READ.problems({"$ref": "#/components/schemas/ChecklistCompletion"}, good), [])
        for wrong in {"more": 1}, {"uuid": "x"}, {"is_completed": None}, {"created": "then"}:
            self.assertEqual(len(PAGE_READ.check("GET", path, 206, json.dumps({**good, **wrong}))), 1)
            self.assertTrue(PAGE_READ.problems({"$ref": "#/components/schemas/ChecklistCompletion"}, {**good, **wrong}))

    def test_every_operation_is_known(self):
        self.assertEqual(len(PAGE_READ.operations), 60)


class Zz(unittest.TestCase):
    """Last in the order of names."""

    def test_every_operation_was_met_with_success(self):
        wanted = {operation["operationId"] for operation in PAGE_READ.operations.values()}
        self.assertEqual(sorted(wanted - PAGE_READ.met - {"met by none"}), [])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]], verbosity=1)

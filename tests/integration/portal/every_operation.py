#!/usr/bin/env python3
"""Every operation of the portal's five families through the agent's command line, against the test portal.

    every_operation.py AGENT PORTAL PAGE DATA

Each is called once so that it succeeds and once so that the portal refuses it. Every request (as `--dry-run` prints
it) and every answer is held against the portal's OpenAPI page. Prints a table, and what is wrong; ends with 1 if anything
is, or if an operation of the page has no case here.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.parse

from openapi_page import Page
from portal_at_work import PortalAtWork, config_file

agent, portal_program, page_file, data_file = sys.argv[1:]
page = Page(page_file)

STAFF = "57aff00000000000000000000000000000000000"
MIA = "3e3be40000000000000000000000000000000003"  # member of Climate and Tides, administrator of Ocean
SAM = "57a46e4000000000000000000000000000000004"  # has no role
NOBODY = "f" * 40
CLIMATE = "a110c000-0000-4000-8000-000000000001"
TIDES, WINDS, MARSH, COMET = (f"90ec7000-0000-4000-8000-00000000000{i}" for i in (1, 2, 3, 4))
USER_MIA, USER_SAM = "a5e40000-0000-4000-8000-000000000003", "a5e40000-0000-4000-8000-000000000004"
SEA = "09640000-0000-4000-8000-000000000001"
PERSONAL, MONTHS = "9e571000-0000-4000-8000-000000000001", "9e571000-0000-4000-8000-000000000003"
UNKNOWN = "00000000-0000-4000-8000-00000000abcd"


class Case:
    """What is called: as whom, after what, and what the portal then answers."""

    def __init__(self, *words, token=STAFF, before=(), status=None):
        self.words, self.token, self.before, self.status = words, token, before, status


def state(value):
    return [("allocations/set", {"allocation": "climate", "state": value})]


REPORT = {"usage_reports/set": {"project": "climate.brics", "reports": {}, "users": {"mia.climate.brics": "u001"}},
          "storage_reports/set": {"project": "climate.brics", "generated_at": "2026-11-05T00:00:00Z", "project_quotas": {},
                                  "user_quotas": {}, "users": {}, "daily_reports": {}}}


def report(kind):
    document = {"year": 2026, "month": 11, "project_identifier": "climate.brics", "resource": "brics.c1",
                "report": REPORT[kind]}
    return [(kind, {**document, "is_complete": True} if kind.startswith("usage") else document)]


REFUSED_PAGE = Case("--page", "99", status=404)
REFUSED_TOKEN = Case(token=NOBODY, status=401)
REFUSED_UUID = Case(UNKNOWN, status=404)

# By family and verb: how it succeeds, how it is refused. $WORD is looked up at the portal (see `found`).
CASES = {
    "allocations list": (Case("--is-active", "true", "--state", "OK", "--state", "ERRED"), REFUSED_PAGE),
    "allocations count": (Case("--name", "climate"), REFUSED_TOKEN),
    "allocations show": (Case(CLIMATE), REFUSED_UUID),
    "allocations create": (Case("--name", "tides", "--service-settings", "$SETTINGS", "--project", "$TIDES_URL"),
                           Case("--name", "", "--service-settings", "$SETTINGS", "--project", "$TIDES_URL", status=400)),
    "allocations update": (
        Case(CLIMATE, "--name", "new", "--service-settings", "$SETTINGS", "--project", "$CLIMATE_URL"),
        Case(CLIMATE, "--name", "new", "--service-settings", "$SETTINGS", "--project", "$CLIMATE_URL",
             before=state("UPDATING"), status=409)),
    "allocations patch": (Case(CLIMATE, "--description", "what it is for"),
                          Case(CLIMATE, "--description", "x", before=state("CREATING"), status=409)),
    "allocations delete": (Case(CLIMATE), Case(CLIMATE, before=state("CREATING"), status=409)),
    "allocations pull": (Case(CLIMATE), Case(CLIMATE, before=state("UPDATING"), status=409)),
    "allocations set-limits": (Case(CLIMATE, "--node-limit", "5"), Case(CLIMATE, "--node-limit", "5", token=MIA, status=403)),
    "allocations set-ok": (Case(CLIMATE), Case(CLIMATE, token=MIA, status=403)),
    "allocations set-erred": (Case(CLIMATE, "--error-message", "why"), Case(CLIMATE, token=MIA, status=403)),
    "allocations unlink": (Case(CLIMATE), Case(CLIMATE, token=MIA, status=403)),
    "associations list": (Case("--allocation-uuid", CLIMATE), REFUSED_PAGE),
    "associations count": (Case(), REFUSED_TOKEN),
    "associations show": (Case("$ASSOCIATION"), REFUSED_UUID),
    "managed-projects list": (Case("--state", "pending", "--state", "approved"), REFUSED_PAGE),
    "managed-projects count": (Case(), REFUSED_TOKEN),
    "managed-projects show": (Case("comet.awards", "awards.brics"), Case("lost.awards", "awards.brics", status=404)),
    "managed-projects exists": (Case("comet.awards", "awards.brics"), Case("lost.awards", "awards.brics", status=404)),
    "managed-projects delete": (Case("meteor", "brics"), Case("meteor", "brics", token=SAM, status=404)),
    "managed-projects add-note": (Case("meteor", "brics", "--text", "please ask"),
                                  Case("meteor", "brics", "--text", "", status=400)),
    "managed-projects approve": (Case("meteor", "brics", "--comment", "welcome"),
                                 Case("quasar.awards", "awards.brics", status=409)),
    "managed-projects attach": (Case("pulsar.awards", "awards.brics", "--project-uuid", TIDES),
                                Case("pulsar.awards", "awards.brics", "--project-uuid", COMET, status=400)),
    "managed-projects detach": (Case("comet.awards", "awards.brics"), Case("lost.awards", "awards.brics", status=404)),
    "managed-projects reject": (Case("meteor", "brics", "--comment", "no"), Case("quasar.awards", "awards.brics", status=409)),
    "unmanaged-projects list": (Case("--name", "Tides", "--o", "-created"), REFUSED_PAGE),
    "unmanaged-projects count": (Case(), REFUSED_TOKEN),
    "unmanaged-projects show": (Case(TIDES, "--field", "uuid", "--field", "name"), Case(TIDES, token=SAM, status=404)),
    "unmanaged-projects create": (Case("--name", "Dunes", "--customer", "$COUNCIL", "--end-date", "2099-01-01"),
                                  Case("--name", "", "--customer", "$COUNCIL", status=400)),
    "unmanaged-projects update": (Case(TIDES, "--name", "Tides and waves", "--customer", "$COUNCIL"),
                                  Case(TIDES, "--name", "", "--customer", "$COUNCIL", status=400)),
    "unmanaged-projects patch": (Case(TIDES, "--end-date", "2098-12-31"), Case(TIDES, "--name", "x", token=MIA, status=403)),
    "unmanaged-projects delete": (Case(WINDS), Case(TIDES, token=MIA, status=403)),
    "unmanaged-projects add-user": (
        Case(TIDES, "--role", "PROJECT.MEMBER", "--user", USER_SAM, "--expiration-time", "2099-01-01T00:00:00Z"),
        Case(TIDES, "--role", "PROJECT.MEMBER", "--user", USER_MIA, status=400)),
    "unmanaged-projects update-user": (
        Case(TIDES, "--role", "PROJECT.MEMBER", "--user", USER_MIA, "--expiration-time", "2099-01-01T00:00:00Z"),
        Case(TIDES, "--role", "PROJECT.MEMBER", "--user", USER_SAM, status=400)),
    "unmanaged-projects delete-user": (Case(TIDES, "--role", "PROJECT.MEMBER", "--user", USER_MIA),
                                       Case(TIDES, "--role", "PROJECT.MEMBER", "--user", USER_SAM, status=400)),
    "unmanaged-projects list-users": (Case(TIDES, "--o", "username"), Case(TIDES, token=SAM, status=404)),
    "unmanaged-projects count-users": (Case(TIDES), Case(TIDES, token=SAM, status=404)),
    "unmanaged-projects move": (Case(TIDES, "--customer", "$UNIVERSITY", "--preserve-permissions", "true"),
                                Case(TIDES, "--customer", "$COUNCIL", "--preserve-permissions", "true", status=400)),
    "unmanaged-projects recover": (Case(MARSH, "--restore-team-members", "true"), Case(TIDES, status=400)),
    "unmanaged-projects stats": (Case(TIDES), Case(TIDES, token=SAM, status=404)),
    "unmanaged-projects checklist": (Case(TIDES, "--include-all", "true"), Case("$CLIMATE_UUID", status=400)),
    "unmanaged-projects checklist-template": (Case("--parent-uuid", "$COUNCIL_UUID"), Case("--parent-uuid", UNKNOWN, status=404)),
    "unmanaged-projects checklist-template-exists": (Case("--parent-uuid", "$COUNCIL_UUID"),
                                                     Case("--parent-uuid", UNKNOWN, status=404)),
    "unmanaged-projects completion": (Case(TIDES), Case("$CLIMATE_UUID", status=400)),
    "unmanaged-projects submit-answers": (Case(TIDES, "--answer", PERSONAL + "=false", "--answer", MONTHS + "=12"),
                                          Case(TIDES, "--answer", MONTHS + "=soon", status=400)),
    "unmanaged-projects update-affiliation": (Case(TIDES, "--affiliation", SEA), Case(TIDES, "--affiliation", UNKNOWN, status=400)),
    "accounting-summary list": (Case("--is-active", "true"), REFUSED_PAGE),
    "accounting-summary count": (Case(), REFUSED_TOKEN),
    "accounting-summary show": (Case("$CLIMATE_UUID"), REFUSED_UUID),
    "usage-reports list": (Case("--year", "2026", "--month", "11", before=report("usage_reports/set")), REFUSED_PAGE),
    "usage-reports count": (Case(), REFUSED_TOKEN),
    "usage-reports show": (Case("$USAGE_REPORT", before=report("usage_reports/set")), Case("4000", status=404)),
    "storage-reports list": (Case("--project-identifier", "climate.brics", before=report("storage_reports/set")), REFUSED_PAGE),
    "storage-reports count": (Case(), REFUSED_TOKEN),
    "storage-reports show": (Case("$STORAGE_REPORT", before=report("storage_reports/set")), Case("4000", status=404)),
    "access-for-email": (Case("mia@university.example.org"), Case("mia@university.example.org", token=NOBODY, status=401)),
    "offering-mapping": (Case("brics.c1", "other.nowhere"), Case("brics.c1", token=NOBODY, status=401)),
    "project-mapping": (Case("climate.brics", "lost.brics"), Case("climate.brics", token=NOBODY, status=401)),
    "user-mapping": (Case("mia.climate.brics", "nobody.climate.brics"),
                     Case("mia@university.example.org", "mia.climate.brics", status=400)),
    "project-email-policy": (Case(COMET), REFUSED_UUID),
}

wrong = []


class Site:
    """A test portal with the sample's data, and the agent's command line before it."""

    def __init__(self, folder):
        self.folder = folder
        self.portal = PortalAtWork(portal_program, "--load", data_file)

    def run(self, token, *words):
        config = config_file(self.folder, self.portal.url, token)
        environment = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "verify_asan_link_order=0")}
        return subprocess.run([agent, "--config", config, "--format", "json", "portal", *words], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, check=False, stdin=subprocess.DEVNULL, env=environment,
                              timeout=120)

    def answer(self, *words):
        done = self.run(STAFF, *words)
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    def found(self, word):
        """What a case's $WORD stands for, read at the portal."""
        if not word.startswith("$"):
            return word
        name = word[1:]
        project = {"TIDES_URL": TIDES, "COUNCIL": TIDES, "COUNCIL_UUID": TIDES}.get(name)
        if project:
            shown = self.answer("unmanaged-projects", "show", project)
            return shown[{"TIDES_URL": "url", "COUNCIL": "customer", "COUNCIL_UUID": "customer_uuid"}[name]]
        if name in ("SETTINGS", "CLIMATE_URL", "CLIMATE_UUID", "UNIVERSITY"):
            shown = self.answer("allocations", "show", CLIMATE)
            return shown[{"SETTINGS": "service_settings", "CLIMATE_URL": "project", "CLIMATE_UUID": "project_uuid",
                          "UNIVERSITY": "customer"}[name]]
        family, key = {"ASSOCIATION": ("associations", "uuid"), "USAGE_REPORT": ("usage-reports", "id"),
                       "STORAGE_REPORT": ("storage-reports", "id")}[name]
        return str(self.answer(family, "list")[0][key])


def check_request(name, operation, printed):
    """Of what --dry-run printed."""
    request = json.loads(printed)
    parameters = {one["name"]: one for one in page.parameters(operation)}
    path = urllib.parse.urlsplit(request["url"]).path
    pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(operation["path"]))
    match = re.fullmatch(pattern, path)
    if request["method"] != operation["method"] or not match:
        return wrong.append(f"{name}: {request['method']} {path} is not {operation['method']} {operation['path']}")
    given = [(key, urllib.parse.unquote(value)) for key, value in match.groupdict().items()]
    given += urllib.parse.parse_qsl(request["query"], keep_blank_values=True)
    for key, value in given:
        parameter = parameters.get(key)
        if parameter is None:
            wrong.append(f"{name}: {key} is no parameter of the page")
            continue
        schema = page.resolved(parameter["schema"])
        kind = page.resolved(schema["items"] if schema.get("type") == "array" else schema)
        typed = {"integer": int, "number": float, "boolean": lambda text: {"true": True, "false": False}[text]}.get(
            kind.get("type"), str)(value)
        wrong.extend(f"{name}: {key}: {problem}" for problem in page.problems(kind, typed))
    for key, parameter in parameters.items():
        if parameter.get("required") and key not in dict(given):
            wrong.append(f"{name}: {key} is missing")
    schema = page.body_schema(operation)
    if (schema is None) != ("body" not in request):
        wrong.append(f"{name}: a body")
    elif schema:
        wrong.extend(f"{name}: body: {problem}" for problem in page.problems(schema, request["body"]))
    return None


def check_answer(name, operation, words, printed):
    value = json.loads(printed)
    if isinstance(value, dict) and set(value) <= {"status", "count"} and (operation["method"] == "HEAD" or "status" in value
                                                                          and isinstance(value["status"], int)):
        if "status" in value and str(value["status"]) not in operation["responses"]:
            wrong.append(f"{name}: the status {value['status']} is not on the page")
        return
    schemas = [page.resolved(answer).get("content", {}).get("application/json", {}).get("schema")
               for code, answer in operation["responses"].items() if code.startswith("2")]
    schemas = [one for one in schemas if one]
    if "--field" in words:  # what was not asked for is missing
        return
    # The page types access_for_email as a list, and says that the server answers one object for a person.
    if operation["operationId"] == "openportal_access_for_email_list" and isinstance(value, dict):
        value = [value]
    problems = [page.problems(schema, value) for schema in schemas]
    if not problems or all(problems):
        wrong.append(f"{name}: the answer: {(problems or [['has a body']])[0][:3]}")


def succeeds(site, name, operation, command, case):
    words = [site.found(word) for word in case.words]
    dry = site.run(case.token, *command, *words, "--dry-run")
    if dry.returncode:
        return wrong.append(f"{name}: --dry-run ended with {dry.returncode}: {dry.stdout}{dry.stderr}")
    check_request(name, operation, dry.stdout)
    yes = ["--yes"] if operation["method"] not in ("GET", "HEAD") else []
    done = site.run(case.token, *command, *words, *yes)
    if done.returncode:
        return wrong.append(f"{name}: ended with {done.returncode}: {done.stdout}{done.stderr}")
    check_answer(name, operation, words, done.stdout)
    if "not as openportal" in done.stderr:
        wrong.append(f"{name}: the agent says {done.stderr}")
    return None


def refused(site, name, operation, command, case):
    words = [site.found(word) for word in case.words]
    yes = ["--yes"] if operation["method"] not in ("GET", "HEAD") else []
    done = site.run(case.token, *command, *words, *yes)
    said = re.search(r'"error":"[A-Z]+ [^ ]+: (?:token refused \()?(\d{3})', done.stdout)
    status = int(said.group(1)) if said else None
    if done.returncode != 1 or status != case.status:
        wrong.append(f"{name}: was to be refused with {case.status}, ended with {done.returncode}: {done.stdout}{done.stderr}")
    if case.status and str(case.status) not in operation["responses"]:
        wrong.append(f"{name}: {case.status} is not on the page")
    return status


def main():
    table = {row["id"]: row for row in json.loads(subprocess.run(
        [agent, "--format", "json", "portal", "operations"], stdout=subprocess.PIPE, text=True, check=True).stdout)}
    families = page.of_families()
    rows, published = [], 0
    with tempfile.TemporaryDirectory() as folder:
        shared = Site(folder)
        for name, operation in sorted(families.items(), key=lambda item: (item[1]["path"], item[0])):
            row = table[name]
            command = [word for word in (row["family"], row["verb"]) if word]
            good, bad = CASES.get(" ".join(command), (None, None))
            if good is None:
                wrong.append(f"{name}: has no case")
                continue
            before = len(wrong)
            site = Site(folder) if row["changes"] or good.before else shared
            for path, body in good.before:
                site.portal.control(path, body)
            succeeds(site, name, operation, command, good)
            other = Site(folder) if row["changes"] or bad.before else shared
            for path, body in bad.before:
                other.portal.control(path, body)
            status = refused(other, name, operation, command, bad)
            for one in {site, other} - {shared}:
                one.portal.stop()
            held = len(wrong) == before
            published += held and row["published"]
            rows.append((operation["method"], " ".join(command), "yes" if held else "NO", status))
        shared.portal.stop()
    print(f"{'method':7} {'portal ...':44} valid  refused with")
    for method, command, held, status in rows:
        print(f"{method:7} {command:44} {held:6} {status}")
    good = sum(held == "yes" for _, _, held, _ in rows)
    of_published = sum(table[name]["published"] for name in families)
    print(f"{good} of {len(families)} operations, {published} of {of_published} of the published pages: request and answer "
          "valid, one success and one refusal each")
    print("\n".join(wrong))
    return 1 if wrong else 0


sys.exit(main())

#!/usr/bin/env python3
"""Holds the agent's table of the portal's operations against the portal's page.

    operations_table.py AGENT PAGE

Every operation of the five families is in the table, with all its parameters, members, types and what it answers;
each other row of the table is an operation of the page.
"""

import json
import re
import subprocess
import sys

from openapi_page import Page

KINDS = {"uuid": "uuid", "uri": "url", "date": "date", "date-time": "instant", "decimal": "decimal"}
# Only in the newest client: counts, notes, states, affiliation and the policy of mail domains.
UNPUBLISHED = re.compile("_count$|_head$|add_note|set_ok|set_erred|update_affiliation|project_email_policy")

agent, page_file = sys.argv[1:]
page = Page(page_file)
printed = subprocess.run([agent, "--config", "/dev/null", "portal", "operations", "--format", "json"],
                         stdout=subprocess.PIPE, check=True, text=True).stdout
table = {row["id"]: row for row in json.loads(printed)}
wrong = []


def kind_of(schema):
    """(kind, nullable, many, words) of a schema, as the table says it."""
    may_be_null, many = False, False
    while True:
        may_be_null = may_be_null or schema.get("nullable", False)
        if "$ref" in schema:
            schema = page.resolved(schema)
        elif len(schema.get("allOf", [])) == 1:
            schema = schema["allOf"][0]
        elif schema.get("type") == "array":
            inner = page.resolved(schema["items"])
            if not inner or inner.get("type") in ("object", "array"):
                return "json", may_be_null, False, None
            many, schema = True, inner
        else:
            break
    if "anyOf" in schema:
        texts = all(page.resolved(one).get("type", "string") == "string" for one in schema["anyOf"])
        return "text" if texts else "json", may_be_null, many, None
    if "enum" in schema:
        return "word", may_be_null, many, [str(word) for word in schema["enum"]]
    kind = {"string": KINDS.get(schema.get("format"), "text"), "integer": "integer", "number": "number",
            "boolean": "boolean"}.get(schema.get("type"), "json")
    return kind, may_be_null, many, None


def compare(where, fields, expected):
    """`expected`: (name, required, schema, may be repeated) of each."""
    rows = {row["name"]: row for row in fields}
    for name, required, schema, repeated in expected:
        row = rows.pop(name, None)
        if row is None:
            wrong.append(f"{where}: {name} is not in the table")
            continue
        kind, may_be_null, many, words = kind_of(schema)
        said = row["kind"], row["required"], row["nullable"], row["many"], row.get("words")
        if said != (kind, required, may_be_null, many or repeated, words):
            wrong.append(f"{where}: {name} is {(kind, required, may_be_null, many or repeated, words)}, the table says {said}")
    wrong.extend(f"{where}: {name} is not on the page" for name in rows)


def members(schema):
    """Of an object's schema, or of a map's values."""
    schema = page.resolved(schema)
    if "*" in schema.get("properties", {}):
        schema = page.resolved(schema["properties"]["*"]["allOf"][0])
    return [(name, name in schema.get("required", []), one, False) for name, one in schema.get("properties", {}).items()]


for name, operation in page.of_families().items():
    row = table.pop(name, None)
    if row is None:
        wrong.append(f"{name}: not in the table")
        continue
    if (row["method"], row["path"]) != (operation["method"], operation["path"]):
        wrong.append(f"{name}: {operation['method']} {operation['path']}, the table says {row['method']} {row['path']}")
    parameters = page.parameters(operation)
    names = {one["name"] for one in parameters}
    if row["paged"] != ({"page", "page_size"} <= names) or row["takes_field"] != ("field" in names):
        wrong.append(f"{name}: page or field")
    compare(name, row["parameters"], [(one["name"], one.get("required", False), one["schema"],
                                       "May be repeated" in one.get("description", ""))
                                      for one in parameters if one["name"] not in ("page", "page_size", "field")])
    body = page.body_schema(operation)
    is_list = bool(body) and body.get("type") == "array"
    if bool(body) != ("body" in row) or (body and is_list != row["body_is_list"]):
        wrong.append(f"{name}: body")
    elif body:
        compare(name + " body", row["members"], members(body["items"] if is_list else body))
    answer = page.answer_schema(operation)
    if operation["method"] == "HEAD":
        expected = "count" if row["paged"] else "presence"
    else:
        expected = "nothing" if answer is None else "list" if answer.get("type") == "array" else "object"
    if row["answer"] != expected:
        wrong.append(f"{name}: answers {expected}, the table says {row['answer']}")
    if "answers" in row:
        compare(name + " answer", row["answers"], members(answer["items"] if expected == "list" else answer))
    elif expected in ("list", "object") and "$ref" in (answer.get("items", answer)):
        wrong.append(f"{name}: the answer's members are not in the table")
    if row["changes"] != (operation["method"] not in ("GET", "HEAD")):
        wrong.append(f"{name}: changes")
    if row["published"] != (not UNPUBLISHED.search(name)):
        wrong.append(f"{name}: published")

families = page.of_families()
published = [name for name in families if not UNPUBLISHED.search(name)]
for name, row in table.items():
    operation = page.operations.get(name)
    if operation is None:
        wrong.append(f"{name}: is no operation of the page")
    elif (row["method"], row["path"]) != (operation["method"], operation["path"]):
        wrong.append(f"{name}: {operation['method']} {operation['path']}, the table says {row['method']} {row['path']}")
if len(families) != 60 or len(published) != 45:
    wrong.append(f"the page has {len(families)} operations, {len(published)} of them published: 60 and 45 are known")
print("\n".join(wrong) if wrong else f"{len(families)} operations, {len(published)} of them published, and "
      f"{len(table)} that only the agent calls: all as the page has them")
sys.exit(1 if wrong else 0)

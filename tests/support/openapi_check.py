#!/usr/bin/env python3
"""Holds a JSON value on standard input against a schema of an OpenAPI 3.0 page, members that it does not name included.

    openapi_check.py PAGE SCHEMA        one value
    openapi_check.py PAGE SCHEMA --list a list of them

Prints what is wrong, or "N valid".
"""

import json
import sys

import jsonschema
import yaml


def closed(node):
    """The same schema, in which an object has no other members than those that are named."""
    if isinstance(node, list):
        return [closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: closed(value) for key, value in node.items()}
    if made.get("type") == "object" and "properties" in made and "additionalProperties" not in made:
        made["additionalProperties"] = False
    return made


page_file, name, *more = sys.argv[1:]
loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
with open(page_file, encoding="utf-8") as file:
    page = yaml.load(file, Loader=loader)
schemas = closed(page["components"]["schemas"])
root = {"components": {"schemas": schemas}, "$ref": "#/components/schemas/" + name}
validator = jsonschema.Draft4Validator(root, format_checker=jsonschema.FormatChecker())
values = json.load(sys.stdin)
values = values if more == ["--list"] else [values]
if not isinstance(values, list):
    sys.exit("it is no list")
wrong = [f"{'/'.join(map(str, problem.absolute_path))}: {problem.message}"
         for value in values for problem in validator.iter_errors(value)]
print("\n".join(wrong) if wrong else f"{len(values)} valid")
sys.exit(1 if wrong else 0)

#!/usr/bin/python3
"""Holds each line of standard input against one definition of the protocol's schema.

    validate_lines.py SCHEMA DEFINITION
"""

import json
import sys

import jsonschema

schema_file, definition = sys.argv[1:]
with open(schema_file, encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
del schema["anyOf"]
schema["$ref"] = "#/$defs/" + definition
validator = jsonschema.Draft202012Validator(schema)
lines = sys.stdin.read().splitlines()
wrong = [f"{line}: {problem.message}" for line in lines for problem in validator.iter_errors(json.loads(line))]
print("\n".join(wrong) if wrong else f"{len(lines)} lines")
sys.exit(1 if wrong or not lines else 0)

"""The OpenAPI page of the portal: its operations, and values held against its schemas."""

import uuid

import jsonschema
import yaml

FAMILIES = ("openportal-allocations", "openportal-associations", "openportal", "openportal-managed-projects",
            "openportal-unmanaged-projects", "openportal-accounting-summary", "openportal-project-usage-reports",
            "openportal-project-storage-reports")


FORMATS = jsonschema.FormatChecker()


@FORMATS.checks("uuid", raises=ValueError)
def is_uuid(value):
    """With dashes or without: the portal writes both."""
    return not isinstance(value, str) or bool(uuid.UUID(value))


def closed(node):
    """The same schema, in which an object has no other members than those that are named."""
    if isinstance(node, list):
        return [closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: closed(value) for key, value in node.items()}
    if made.get("type") == "object" and "properties" in made and "additionalProperties" not in made:
        made["additionalProperties"] = "*" in made["properties"] and made["properties"]["*"] or False
        made["required"] = [name for name in made.get("required", []) if name != "*"]
        if not made["required"]:
            del made["required"]
    return nullable(made)


def nullable(schema):
    """OpenAPI 3.0 says `nullable`, which a validator of JSON Schema does not know."""
    if not schema.pop("nullable", False):
        return schema
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    return {"anyOf": [schema, {"type": "null"}]}


class Page:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.page = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        self.schemas = {"schemas": closed(self.page["components"]["schemas"])}
        self.operations = {}
        for path_text, methods in self.page["paths"].items():
            for method, operation in methods.items():
                self.operations[operation["operationId"]] = {**operation, "path": path_text, "method": method.upper()}

    def of_families(self):
        return {name: one for name, one in self.operations.items() if one["tags"][0] in FAMILIES}

    def resolved(self, node):
        while isinstance(node, dict) and "$ref" in node:
            found = self.page
            for part in node["$ref"].split("/")[1:]:
                found = found[part]
            node = found
        return node

    def parameters(self, operation):
        return [self.resolved(one) for one in operation.get("parameters", [])]

    def body_schema(self, operation):
        body = operation.get("requestBody")
        return body["content"]["application/json"]["schema"] if body else None

    def answer_schema(self, operation, status=None):
        """Of the first success with a body, or of that status."""
        for code in sorted(operation["responses"]):
            if code != str(status) if status else not code.startswith("2"):
                continue
            content = self.resolved(operation["responses"][code]).get("content")
            if content:
                return content["application/json"]["schema"]
        return None

    def problems(self, schema, value):
        root = {"components": self.schemas, **closed(schema)}
        validator = jsonschema.Draft4Validator(root, format_checker=FORMATS)
        return [f"{'/'.join(map(str, one.absolute_path))}: {one.message}" for one in validator.iter_errors(value)]

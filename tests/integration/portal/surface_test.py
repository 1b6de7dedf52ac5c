#!/usr/bin/env python3
"""Drives every operation of the OpenPortal families on the test portal, over HTTP.

    surface_test.py PORTAL SAMPLE PAGE [unittest's own arguments]

PORTAL is the program site-agent-test-portal, SAMPLE its first data, PAGE the OpenAPI page. Each answer with a body is
held against the page's schema for that operation and status, and at the end every operation must have been met with
success.
"""

import json
import sys
import unittest

sys.dont_write_bytecode = True  # the sources may not be ours to write beside
from surface import PAGE, TIDES, UNMANAGED
from surface_lists import *  # unittest runs the classes that it finds here
from surface_managed import *
from surface_projects import *


class Pages(unittest.TestCase):
    """The check itself: it would say nothing about a portal if it could not fail."""

    def test_a_wrong_body_is_found(self):
        path = UNMANAGED + TIDES + "/completion_status/"
        good = {"uuid": TIDES, "is_completed": True, "completion_percentage": 1.5, "unanswered_required_questions": [],
                "checklist_name": "x", "checklist_description": "", "created": "2026-08-12T10:30:00Z",
                "modified": "2026-08-12T10:30:00Z"}
        self.assertEqual(PAGE.problems({"$ref": "#/components/schemas/ChecklistCompletion"}, good), [])
        for wrong in {"more": 1}, {"uuid": "x"}, {"is_completed": None}, {"created": "then"}:
            self.assertEqual(len(PAGE.check("GET", path, 206, json.dumps({**good, **wrong}))), 1)
            self.assertTrue(PAGE.problems({"$ref": "#/components/schemas/ChecklistCompletion"}, {**good, **wrong}))

    def test_every_operation_is_known(self):
        self.assertEqual(len(PAGE.operations), 60)


class Zz(unittest.TestCase):
    """Last in the order of names."""

    def test_every_operation_was_met_with_success(self):
        wanted = {operation["operationId"] for operation in PAGE.operations.values()}
        self.assertEqual(sorted(wanted - PAGE.met - {"met by none"}), [])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]], verbosity=1)

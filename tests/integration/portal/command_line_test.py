#!/usr/bin/env python3
"""How `site-agent portal` behaves for the person before it, against the test portal.

    command_line_test.py AGENT PORTAL DATA
"""

import csv
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest

import yaml

from portal_at_work import TOKEN, PortalAtWork, config_file

AGENT, PORTAL, DATA = sys.argv[1:]
STAFF = "57aff00000000000000000000000000000000000"
CLIMATE = "a110c000-0000-4000-8000-000000000001"
TIDES = "90ec7000-0000-4000-8000-000000000001"


class Done:
    def __init__(self, process, out, err, peak):
        self.code, self.out, self.err, self.peak = process.returncode, out, err, peak


class Desk(unittest.TestCase):
    options = ("--load", DATA)
    token = STAFF

    def setUp(self):
        # pylint: disable=consider-using-with
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.portal = PortalAtWork(PORTAL, *self.options)
        self.addCleanup(self.portal.stop)
        self.config = config_file(self.folder.name, self.portal.url, self.token)

    def run_agent(self, *words, given=""):
        environment = {**os.environ, "ASAN_OPTIONS": "verify_asan_link_order=0:quarantine_size_mb=1", "NO_COLOR": "1"}
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            process = subprocess.Popen([AGENT, "--config", self.config, "portal", *words], stdin=subprocess.PIPE, stdout=out,
                                       stderr=err, text=True, env=environment)
            process.stdin.write(given)
            process.stdin.close()
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            return Done(process, out.read(), err.read(), used.ru_maxrss * 1024)

    def good(self, *words, **more):
        done = self.run_agent(*words, **more)
        self.assertEqual(done.code, 0, done.out + done.err)
        return done

    def asked(self):
        """Requests since the last time, by method and path."""
        seen = self.portal.control("requests")["by_request"]
        self.portal.clear_requests()
        return {request: count for request, count in seen.items() if "/_control" not in request}


class Lists(Desk):
    options = ("--generate", "1000x5")
    token = TOKEN

    def test_all_pages_are_a_request_each_and_memory_stays_flat(self):
        one_page = self.good("associations", "list", "--format", "csv")
        self.asked()
        everything = self.good("associations", "list", "--all", "--format", "csv")
        self.assertEqual(len(list(csv.reader(io.StringIO(everything.out)))), 5001)
        self.assertEqual(self.asked(), {"GET /api/openportal-associations/": 50})
        allocations = self.good("allocations", "list", "--all", "--format", "json", "--page-size", "300")
        self.assertEqual(len({row["uuid"] for row in json.loads(allocations.out)}), 1000)
        self.assertEqual(self.asked(), {"GET /api/openportal-allocations/": 4})
        print(f"\n1000 allocations, 5000 associations: 4 and 50 requests; peak memory of one page "
              f"{one_page.peak >> 20} MiB, of all {everything.peak >> 20} MiB, of allocations {allocations.peak >> 20} MiB")
        self.assertLess(everything.peak, one_page.peak + (16 << 20))

    def test_one_page_says_that_there_are_more(self):
        done = self.good("allocations", "list", "--page", "3", "--page-size", "7")
        self.assertIn("7 of 1000 rows: --page N, or --all", done.err)
        self.assertEqual(len(done.out.splitlines()), 8)

    def test_half_a_list_is_not_taken_for_the_whole(self):
        self.portal.control("faults", {"kind": "status", "status": 500, "skip": 2, "times": -1,
                                       "match": {"path": "/api/openportal-allocations/"}})
        done = self.run_agent("allocations", "list", "--all", "--format", "json")
        self.assertEqual(done.code, 1)
        self.assertIn(": 500", done.err)
        with self.assertRaises(json.JSONDecodeError):
            json.loads(done.out)

    def test_a_list_that_changes_meanwhile_is_told(self):
        self.portal.control("faults", {"kind": "wrong_count", "by": 1, "skip": 1, "times": 1,
                                       "match": {"path": "/api/openportal-allocations/"}})
        done = self.run_agent("allocations", "list", "--all", "--format", "csv")
        self.assertEqual(done.code, 1)
        self.assertIn("the list changed while it was read", done.err)


class Forms(Desk):
    def test_a_table_fits_and_has_its_heads_once(self):
        done = self.good("allocations", "list", "--all", "--page-size", "2")
        lines = done.out.splitlines()
        self.assertEqual(len(lines), 7)
        self.assertEqual(sum("backend_id" in line for line in lines), 1)
        self.assertLessEqual(max(map(len, lines)), 160)

    def test_columns_reach_into_members(self):
        done = self.good("managed-projects", "list", "--columns", "identifier,details.name", "--format", "csv")
        self.assertIn("comet.awards,Comet\n", done.out.replace("\r", ""))

    def test_yaml_says_what_json_says(self):
        words = ("unmanaged-projects", "show", TIDES)
        self.assertEqual(yaml.safe_load(self.good(*words, "--format", "yaml").out),
                         json.loads(self.good(*words, "--format", "json").out))
        words = ("allocations", "list", "--all", "--page-size", "3")
        self.assertEqual(yaml.safe_load(self.good(*words, "--format", "yaml").out),
                         json.loads(self.good(*words, "--format", "json").out))

    def test_an_empty_list_is_one(self):
        words = ("usage-reports", "list")
        self.assertEqual(self.good(*words, "--format", "json").out, "[]\n")
        self.assertEqual(self.good(*words, "--format", "yaml").out, "[]\n")
        self.assertEqual(len(self.good(*words, "--format", "csv").out.splitlines()), 1)
        self.assertEqual(self.good(*words).err, "nothing\n")

    def test_a_map_is_a_line_each(self):
        done = self.good("user-mapping", "mia.climate.brics", "nobody.climate.brics")
        self.assertRegex(done.out, r"(?m)^nobody\.climate\.brics +-")

    def test_of_a_terminal_nothing_is_taken_over(self):
        self.portal.control("allocations/set", {"allocation": "climate", "name": "a\x1b[2Jb"})
        done = self.good("allocations", "list", "--columns", "name")
        self.assertNotIn("\x1b", done.out)
        self.assertIn("a?[2Jb", done.out)


class Changes(Desk):
    limits = ("allocations", "set-limits", CLIMATE, "--node-limit", "7")

    def limit(self):
        return json.loads(self.good("allocations", "show", CLIMATE, "--format", "json").out)["node_limit"]

    def test_nothing_is_sent_unless_somebody_says_yes(self):
        before = self.limit()
        done = self.run_agent(*self.limits)
        self.assertEqual(done.code, 1)
        self.assertIn('POST ', done.err)
        self.assertIn('{"node_limit":7}', done.err)
        self.assertIn("--yes", done.err)
        self.assertEqual(self.limit(), before)

    def test_a_dry_run_prints_the_request_and_stops(self):
        before = self.limit()
        done = self.good(*self.limits, "--dry-run")
        self.assertEqual(done.out.splitlines()[1], '{"node_limit":7}')
        self.assertEqual(self.limit(), before)

    def test_yes_sends_it(self):
        self.good(*self.limits, "--yes")
        self.assertEqual(self.limit(), 7)

    def test_a_body_comes_from_a_file_or_from_standard_input(self):
        answers = [{"question_uuid": "9e571000-0000-4000-8000-000000000003", "answer_data": 12}]
        self.good("unmanaged-projects", "submit-answers", TIDES, "--body", "-", "--yes", given=json.dumps(answers))
        path = os.path.join(self.folder.name, "body.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"restore_team_members": True}, file)
        self.good("unmanaged-projects", "recover", "90ec7000-0000-4000-8000-000000000003", "--body", path, "--yes")

    def test_what_is_wrong_is_one_line_with_the_options_name_and_nothing_is_sent(self):
        self.asked()
        for words, told, given in (
                (("allocations", "set-limits", CLIMATE, "--node-limit", "many"), '--node-limit: "many" is no whole number', ""),
                (("unmanaged-projects", "move", TIDES, "--body", "-"), "--preserve-permissions: is missing",
                 '{"customer":"https://p.example/api/customers/1/"}'),
                (("unmanaged-projects", "move", TIDES, "--body", "-"), "standard input: ", "{"),
                (("unmanaged-projects", "move", TIDES, "--body", "/no/such/file"), "/no/such/file: can't be opened", ""),
                (("unmanaged-projects", "create", "--name", "x", "--customer", "council"),
                 '--customer: "council" is no URL', "")):
            done = self.run_agent(*words, "--yes", given=given)
            self.assertEqual(done.code, 64, done.out + done.err)
            self.assertEqual(len(done.err.splitlines()), 1, done.err)
            self.assertIn(told, done.err)
        self.assertEqual(self.asked(), {})

    def test_the_portals_refusal_names_the_field(self):
        done = self.run_agent("unmanaged-projects", "create", "--name", "", "--customer",
                              json.loads(self.good("unmanaged-projects", "show", TIDES, "--format", "json").out)["customer"],
                              "--yes")
        self.assertEqual(done.code, 1)
        self.assertIn("400: name: This field may not be blank.", done.err)

    def test_what_is_not_safe_to_send_twice_is_sent_once(self):
        self.portal.control("faults", {"kind": "status", "status": 503, "times": -1, "match": {"method": "POST"}})
        with open(self.config, encoding="utf-8") as file:
            text = file.read()
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(text.replace("retries: 0", "retries: 2"))
        self.asked()
        done = self.run_agent("managed-projects", "approve", "meteor", "brics", "--yes")
        self.assertEqual(done.code, 1)
        self.assertEqual(list(self.asked().values()), [1])
        self.run_agent(*self.limits, "--yes")
        self.assertEqual(list(self.asked().values()), [3])


class OlderServer(Desk):
    """The server of 2026 has no route for an identifier with a dot, but for notes."""
    options = ("--load", DATA, "--server-profile", "2026")
    comet = ("comet.awards", "awards.brics")

    def test_the_object_is_found_in_the_list_and_it_is_said_so(self):
        done = self.good("managed-projects", "show", *self.comet, "--format", "json")
        self.assertEqual(json.loads(done.out)["details"]["name"], "Comet")
        self.assertIn("no route to an identifier with a dot; its list has the object", done.err)
        self.assertIn("its list has", self.good("managed-projects", "exists", *self.comet).err)

    def test_what_can_t_be_done_is_said_with_its_state(self):
        done = self.run_agent("managed-projects", "reject", "pulsar.awards", "awards.brics", "--yes")
        self.assertEqual(done.code, 1)
        self.assertIn("can't do that to an identifier with a dot; the object is there, pending", done.err)

    def test_what_is_in_no_list_is_not_there(self):
        done = self.run_agent("managed-projects", "show", "lost.awards", "awards.brics")
        self.assertEqual(done.code, 1)
        self.assertIn("404", done.err)

    def test_a_note_goes_through_and_a_name_without_a_dot_as_well(self):
        self.good("managed-projects", "add-note", *self.comet, "--text", "seen", "--yes")
        self.assertIn("(200)", self.good("managed-projects", "delete", "meteor", "brics", "--yes").out)


class Doctor(Desk):
    def findings(self):
        done = self.run_agent("doctor", "--format", "json")
        self.assertIn(done.code, (0, 1), done.err)
        answer = json.loads(done.out)
        return {(one["code"], one["subject"]) for one in answer["findings"]}, answer["undone"]

    def test_tells_what_disagrees_and_changes_nothing(self):
        before, undone = self.findings()
        # The store is not there, so our usage can't be compared: told, and no reason to stop.
        self.assertEqual(len(undone), 1)
        self.assertIn("usage", undone[0])
        # The sample has another instance's projects, and nobody of its associations but mia has an account.
        self.assertTrue(any(code == "portal-foreign" for code, _ in before))
        self.portal.control("members/set", {"allocation": "climate", "username": "u001", "groupname": "brics.other"})
        self.portal.control("allocations/set", {"allocation": "ocean", "backend_id": "ocean.elsewhere"})
        after, _ = self.findings()
        told = {code for code, _ in after - before}
        self.assertLessEqual({"portal-groupname", "portal-foreign"}, told)
        methods = {key.split()[0] for key in self.asked()}
        self.assertLessEqual(methods, {"GET", "HEAD"})


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)

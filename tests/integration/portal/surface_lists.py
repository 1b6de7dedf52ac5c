"""What every list has in common, allocations, the accounting summary, and mappings."""

import urllib.parse

from surface import (
    AGENT, STAFF, MANAGER, MEMBER, STRANGER, OLGA, MIA, COUNCIL, TIDES, WINDS, COMET, CLIMATE, OCEAN, PLASMA,
    CLIMATE_RESOURCE, INSTANCE, ALLOCATIONS, ASSOCIATIONS, MANAGED, UNMANAGED, SUMMARY, USAGE, STORAGE,
    SurfaceTest,
)

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

    def add_reports(self):
        for number in range(12):
            key = {"year": 2026, "month": number + 1, "project_identifier": "climate.brics", "resource": "hpc"}
            self.portal.control("usage_reports/set", {**key, "report": USAGE_DOCUMENT, "is_complete": False})
            self.portal.control("storage_reports/set", {**key, "report": STORAGE_DOCUMENT})

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
        for method, path, body in (
            ("PATCH", ALLOCATIONS + CLIMATE + "/", {}),
            ("POST", ALLOCATIONS + CLIMATE + "/unlink/", {}),
            ("POST", UNMANAGED, {"name": "x", "customer": self.url("customers", COUNCIL)}),
            ("POST", UNMANAGED + TIDES + "/move_project/", {}),
            ("POST", MANAGED + "meteor/brics/reject/", {}),
        ):
            self.post(path, body, status=403, method=method)
        self.portal.control("faults", {"kind": "lost_role", "times": -1})
        for path in ALLOCATIONS, MANAGED, UNMANAGED, SUMMARY:
            answer = self.portal.ask("GET", path)
            self.assertEqual((answer.count, answer.json), (0, []))
        tides = UNMANAGED + TIDES + "/"
        for path in MANAGED + "meteor/brics/", tides, tides + "checklist/", SUMMARY + TIDES + "/":
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
        ended = self.names(SUMMARY + f"?customer_uuid={COUNCIL}&is_active=false", key="project_name")
        self.assertEqual(ended, ["Winds"])
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

"""Unmanaged projects, their people and their checklists."""

import urllib.parse

from surface import (
    AGENT, STAFF, OWNER, MANAGER, MEMBER, STRANGER, MAX, MIA, SAM, COUNCIL, TIDES, WINDS, COMET, SEA, PERSONAL,
    KINDS, MONTHS, ELSE, UNMANAGED, SurfaceTest,
)


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
        for method, path, body in (
            ("PATCH", "", {"name": "x"}), ("PUT", "", {}), ("DELETE", "", None), ("POST", "move_project/", {}),
            ("POST", "update_affiliation/", {}), ("POST", "recover/", {}),
        ):
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
        wrong = {"end_date": "soon", "restore_team_members": 5}
        self.assertEqual(self.post(self.tides + "recover/", wrong, OWNER, 400).keys(), wrong.keys())
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
        unknown = {"role": "PROJECT.KING", "user": "0" * 32, "expiration_time": "2020-01-01"}
        self.assertEqual(self.post(add, unknown, status=400), {
            "role": ["Role is not found."], "user": ["User is not found."],
            "expiration_time": ["Expiration time should be greater than current time."]})
        self.assertEqual(self.post(add, {"role": "CUSTOMER.OWNER", "user": 5, "expiration_time": 5}, status=400).keys(),
                         {"role", "user", "expiration_time"})

    def test_lists_who_is_there(self):
        both = [("max", "PROJECT.MANAGER"), ("mia", "PROJECT.MEMBER")]
        for query, found in {
            "": both, "o=-username": both[::-1], "o=role": both, "o=-email": both[::-1], "full_name=mem": both[1:],
            "role=PROJECT.MANAGER": both[:1], "role=401e0000000040008000000000000005": both[1:],
            "role=PROJECT.MANAGER&role=PROJECT.MEMBER": both, "search_string=university": both[1:],
            "user=" + MAX: both[:1], "user_url=" + urllib.parse.quote(self.url("users", MIA)): both[1:],
            "username=mia": both[1:], "user_slug=max": both[:1],
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
        questions = self.get(self.tides + "checklist/?include_all=true")["questions"]
        question = [one for one in questions if one["uuid"] == KINDS][0]
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

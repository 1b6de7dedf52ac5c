"""Managed projects, and the server of 2026."""

import urllib.parse

from surface import (
    AGENT, STAFF, OWNER, MANAGER, MEMBER, STRANGER, COUNCIL, TIDES, COMET, CLIMATE, ALLOCATIONS, MANAGED,
    UNMANAGED, SurfaceTest,
)


class ManagedProjects(SurfaceTest):
    def one(self, identifier, destination="awards.brics"):
        return f"{MANAGED}{identifier}/{destination}/"

    def identifiers(self, query="", token=STAFF):
        return sorted(self.names(MANAGED + query, token, "identifier"))

    def test_filters(self):
        everything = ["comet.awards", "draft.awards", "meteor", "nova.awards", "pulsar.awards", "quasar.awards"]
        template = self.get(self.one("comet.awards"))["project_template_data"]
        for query, found in {
            "": everything,
            "?state=approved": ["comet.awards"],
            "?state=rejected&state=draft": ["draft.awards", "quasar.awards"],
            "?state=nonsense": everything,
            "?identifier=AR.awards": ["pulsar.awards", "quasar.awards"],
            "?identifier=meteor&identifier=nova": ["meteor", "nova.awards"],
            "?local_identifier=comet": ["comet.awards"], "?project_uuid=" + COMET: ["comet.awards"],
            "?project=" + urllib.parse.quote(self.url("projects", COMET)): ["comet.awards"], "?query=METE": ["meteor"],
            "?project_template_uuid=" + template["uuid"]: everything, "?project_template_uuid=" + "0" * 32: [],
            "?hide_embargoed=true": [name for name in everything if name != "nova.awards"],
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
        keys = "state", "review_comment", "reviewed_by_full_name", "local_identifier"
        self.assertEqual([shown[key] for key in keys], ["approved", "well done", "Olga Owner", "meteor.brics"])
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

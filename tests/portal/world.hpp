#pragma once
// What a portal holds at its start, as plain data: read from YAML (load.hpp) or made up (generate.hpp).
#include "clock.hpp"
#include "database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace site {

/// Things name each other by `name`. An empty `uuid` is made from the kind and the name.
struct World {
    struct Customer {
        std::string uuid = {}, name = {}, abbreviation = {};
    };
    struct Project {
        std::string uuid = {}, name = {}, customer = {};
        std::string description = {}, start_date = {}, end_date = {}; ///< an empty day is null
        bool removed = false;
    };
    /// An OpenPortal instance, which the API calls "service settings".
    struct Instance {
        std::string uuid = {}, name = {};
        std::string destination = {}; ///< where jobs are sent; empty: the last word of the name
    };
    struct Component {
        std::string type = {}, name = {}, unit = {};
        std::string billing = "usage";
        std::string limit_period = {}; ///< empty: null
        bool builtin = false;
        bool prepaid = false;
    };
    struct Offering {
        std::string uuid = {}, name = {}, customer = {}, instance = {};
        std::string type = "Marketplace.OpenPortal";
        std::vector<Component> components = {};
    };
    struct Resource {
        std::string uuid = {}, offering = {};
        std::string state = "OK";
        std::string plan_period = {};
        std::string backend_id = {};
        std::string limits = "{}"; ///< JSON
        bool plan = true;
        bool paused = false;
        bool downscaled = false;
        bool restrict_member_access = false;
    };
    /// A row without names is one that the portal still waits for.
    struct Member {
        std::string uuid = {};
        std::optional<std::string> username = {}, groupname = {}, useridentifier = {};
    };
    struct Allocation {
        std::string uuid, name, description, project, instance, backend_id;
        std::string state = "OK";
        std::optional<std::string> groupname;
        std::int64_t node_limit = 0;
        std::int64_t node_usage = 0; ///< hundredths
        bool is_active = true;
        std::optional<Resource> resource;
        std::vector<Member> members;
    };
    /// In a customer or in a project.
    struct Role {
        std::string role = {}, customer = {}, project = {};
    };
    struct User {
        std::string uuid = {}, username = {}, token = {}, email = {}, full_name = {}, short_name = {};
        bool staff = false;
        bool active = true;
        std::optional<std::vector<Role>> roles = {}; ///< without: sees everything, as a site's account does
    };
    struct Invitation {
        std::string email = {}, project = {}, by = {};
    };
    struct Organization {
        std::string uuid = {}, name = {}, code = {}, abbreviation = {}, country = {};
    };
    struct Science {
        std::string uuid = {}, name = {}, code = {}, domain = {}, domain_code = {};
    };
    struct Condition {
        std::string question = {}, op = {}, value = {}; ///< the value as JSON
    };
    /// Named by its text.
    struct Question {
        std::string uuid = {}, text = {}, type = {}, guidance = {};
        bool required = false;
        std::optional<std::int64_t> least = {}, most = {}; ///< hundredths
        std::string logic = "and";
        std::vector<std::string> options = {};
        std::vector<Condition> conditions = {};
    };
    /// What new projects of the customer are asked.
    struct Checklist {
        std::string uuid = {}, name = {}, description = {}, customer = {};
        std::vector<Question> questions = {};
    };
    struct Template {
        std::string uuid = {}, name = {}, key = {}, short_name = {}, portal = {}, provider = {},
                    customer = {}, offering = {}, approval_limit = {}, max_credit_limit = {};
        std::string roles = "{}"; ///< JSON: a role there, a role here
    };
    struct ManagedProject {
        std::string uuid = {}, identifier = {}, destination = {}, state = {}, of_template = {}, project = {},
                    local_identifier = {};
        std::string details = "{}"; ///< JSON
    };
    struct OauthClient {
        std::string client_id, client_secret, username;
        std::int64_t expires_in = 300; ///< 0: not said in the answer
    };

    std::vector<Customer> customers;
    std::vector<Project> projects;
    std::vector<Instance> instances;
    std::vector<Offering> offerings;
    std::vector<Allocation> allocations;
    std::vector<User> users;
    std::vector<OauthClient> oauth_clients;
    std::vector<Invitation> invitations;
    std::vector<Organization> organizations;
    std::vector<Science> sciences;
    std::vector<Checklist> checklists;
    std::vector<Template> templates;
    std::vector<ManagedProject> managed_projects;
};

bool is_empty(Database& database);

/// A name as it stands in addresses: lower case, with dashes.
std::string slug_of(std::string name);

/// Puts all of it into the database in one transaction, beside what is there. Returns what does not fit
/// together, and then nothing is changed; or an empty text.
std::string fill(Database& database, const World& world, Instant now);

} // namespace site

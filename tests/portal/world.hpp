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
    };
    /// An OpenPortal instance, which the API calls "service settings".
    struct Instance {
        std::string uuid = {}, name = {};
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
    struct User {
        std::string username, token;
        bool staff = false;
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
};

bool is_empty(Database& database);

/// Puts all of it into the database in one transaction, beside what is there. Returns what does not fit
/// together, and then nothing is changed; or an empty text.
std::string fill(Database& database, const World& world, Instant now);

} // namespace site

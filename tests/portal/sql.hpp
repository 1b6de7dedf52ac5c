#pragma once
// The schema and every statement. Lists are read from the `..._list` views, whose columns are named as
// the fields of the answers; listing.cpp adds conditions on those columns.

namespace site {

struct Sql {
    static const char settings[];
    static const char schema[];

    static constexpr auto is_empty = "SELECT 1 FROM customers LIMIT 1";

    // Filling in (world.cpp). An instance, an offering and so on is named once; the first one stays.
    static constexpr auto add_customer
        = "INSERT OR IGNORE INTO customers (uuid, name, abbreviation) VALUES (?, ?, ?)";
    static constexpr auto add_project
        = "INSERT OR IGNORE INTO projects (uuid, name, slug, customer_uuid, description, start_date,"
          " end_date, created, modified) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)";
    static constexpr auto add_instance
        = "INSERT OR IGNORE INTO instances (uuid, name, destination) VALUES (?, ?, ?)";
    static constexpr auto add_offering = "INSERT OR IGNORE INTO offerings (uuid, name, slug, type, "
                                         "customer_uuid, instance_uuid, plan_uuid, created)"
                                         " VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    static constexpr auto add_component
        = "INSERT OR IGNORE INTO components (uuid, offering_uuid, position, type, name, measured_unit,"
          " billing_type, limit_period, is_builtin, is_prepaid) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    static constexpr auto add_resource
        = "INSERT INTO resources (uuid, name, slug, offering_uuid, project_uuid, state, has_plan,"
          " plan_period_uuid, limits, backend_id, paused, downscaled, restrict_member_access,"
          " created, modified, last_sync)"
          " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?14, ?14)";
    static constexpr auto add_allocation
        = "INSERT INTO allocations (uuid, name, description, project_uuid, instance_uuid, resource_uuid,"
          " backend_id, groupname, node_limit, node_usage, is_active, state, created, modified)"
          " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13)";
    static constexpr auto add_association
        = "INSERT INTO associations (uuid, allocation_uuid, username, groupname, useridentifier)"
          " VALUES (?, ?, ?, ?, ?)";

    static constexpr auto customer_named = "SELECT uuid FROM customers WHERE name = ?";
    static constexpr auto project_named = "SELECT uuid FROM projects WHERE name = ?";
    static constexpr auto instance_named = "SELECT uuid FROM instances WHERE name = ?";
    static constexpr auto offering_named = "SELECT uuid FROM offerings WHERE name = ?";

    // Users and tokens (auth.cpp).
    static constexpr auto put_user
        = "INSERT INTO users (uuid, username, token, is_staff, email, full_name, short_name, is_scoped,"
          " is_active) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
          " ON CONFLICT (username) DO UPDATE SET token = excluded.token, is_staff = excluded.is_staff";
    static constexpr auto user_of_token
        = "SELECT id, uuid, username, is_staff, is_active, has_role, may_write, email, full_name, short_name,"
          " is_scoped FROM users WHERE token = ?";
    static constexpr auto user_of_bearer
        = "SELECT u.id, u.uuid, u.username, u.is_staff, u.is_active, u.has_role, u.may_write, u.email,"
          " u.full_name, u.short_name, u.is_scoped FROM bearers b JOIN users u ON u.username = b.username "
          "WHERE b.token = ? AND b.expires > ?";
    static constexpr auto put_oauth_client
        = "INSERT OR REPLACE INTO oauth_clients (client_id, client_secret, username, expires_in)"
          " VALUES (?, ?, ?, ?)";
    static constexpr auto oauth_client
        = "SELECT username, expires_in FROM oauth_clients WHERE client_id = ? AND client_secret = ?";
    static constexpr auto add_bearer = "INSERT INTO bearers (token, username, expires) VALUES (?, ?, ?)";

    // Resources (resources.cpp).
    static constexpr auto resource
        = "SELECT state, backend_id, offering_uuid, has_plan, plan_period_uuid FROM resources WHERE uuid = ?";
    static constexpr auto resource_of_plan_period = "SELECT uuid FROM resources WHERE plan_period_uuid = ?";
    static constexpr auto backend_id_taken
        = "SELECT 1 FROM resources WHERE offering_uuid = ? AND backend_id = ? AND uuid <> ?";
    static constexpr auto set_resource_backend_id
        = "UPDATE resources SET backend_id = ?2, modified = ?3 WHERE uuid = ?1";
    static constexpr auto set_resource_metadata
        = "UPDATE resources SET backend_metadata = ?2, modified = ?3 WHERE uuid = ?1";
    static constexpr auto set_resource_last_sync = "UPDATE resources SET last_sync = ?2 WHERE uuid = ?1";
    static constexpr auto set_resource_usages
        = "UPDATE resources SET current_usages = ?2, modified = ?3 WHERE uuid = ?1";
    static constexpr auto set_resource_ok
        = "UPDATE resources SET state = 'OK', error_message = '', error_traceback = '', modified = ?2"
          " WHERE uuid = ?1";
    static constexpr auto set_allocation_ok
        = "UPDATE allocations SET state = 'OK', error_message = '', error_traceback = '', modified = ?2"
          " WHERE resource_uuid = ?1";
    // An empty text leaves what stands there.
    static constexpr auto set_resource_erred = "UPDATE resources SET state = 'Erred', error_message = CASE "
                                               "WHEN ?2 = '' THEN error_message ELSE ?2 END,"
                                               " error_traceback = CASE WHEN ?3 = '' THEN error_traceback "
                                               "ELSE ?3 END, modified = ?4 WHERE uuid = ?1";
    static constexpr auto set_allocation_erred
        = "UPDATE allocations SET state = 'ERRED', error_message = CASE WHEN ?2 = '' THEN error_message ELSE "
          "?2 END,"
          " error_traceback = CASE WHEN ?3 = '' THEN error_traceback ELSE ?3 END, modified = ?4"
          " WHERE resource_uuid = ?1";

    // Usage (usages.cpp, user_usages.cpp).
    static constexpr auto components_of_offering
        = "SELECT uuid, type, billing_type, is_prepaid FROM components WHERE offering_uuid = ?";
    static constexpr auto component_usage
        = "SELECT u.resource_uuid, u.component_uuid, c.billing_type FROM component_usages u"
          " JOIN components c ON c.uuid = u.component_uuid WHERE u.uuid = ?";
    static constexpr auto put_component_usage
        = "INSERT INTO component_usages (uuid, resource_uuid, component_uuid, billing_period, usage, "
          "description,"
          " date, created, modified_by, missing_usage_policy) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
          " ON CONFLICT (resource_uuid, component_uuid, billing_period) DO UPDATE SET usage = excluded.usage,"
          " description = excluded.description, date = excluded.date, modified_by = excluded.modified_by,"
          " missing_usage_policy = excluded.missing_usage_policy";
    static constexpr auto ensure_component_usage
        = "INSERT INTO component_usages (uuid, resource_uuid, component_uuid, billing_period, usage, "
          "description,"
          " date, created, modified_by, missing_usage_policy) VALUES (?, ?, ?, ?, 0, '', ?, ?, NULL, 'none')"
          " ON CONFLICT (resource_uuid, component_uuid, billing_period) DO NOTHING";
    static constexpr auto component_usage_of_month = "SELECT uuid FROM component_usages WHERE resource_uuid "
                                                     "= ? AND component_uuid = ? AND billing_period = ?";
    // The offering user's URL is kept from the first report only, as the portal keeps it.
    static constexpr auto put_user_usage
        = "INSERT INTO user_usages (uuid, usage_uuid, username, user_url, usage, created, modified)"
          " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6) ON CONFLICT (usage_uuid, username)"
          " DO UPDATE SET usage = excluded.usage, modified = excluded.modified";
    static constexpr auto sum_into_zero_usage
        = "UPDATE component_usages SET usage = (SELECT SUM(usage) FROM user_usages WHERE usage_uuid = ?1)"
          " WHERE uuid = ?1 AND usage = 0";

    // The control interface (control.cpp).
    static constexpr auto put_usage_report
        = "INSERT INTO usage_reports (year, month, project_identifier, resource, report, is_complete)"
          " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (year, month, project_identifier, resource)"
          " DO UPDATE SET report = excluded.report, is_complete = excluded.is_complete RETURNING id";
    static constexpr auto put_storage_report
        = "INSERT INTO storage_reports (year, month, project_identifier, resource, report)"
          " VALUES (?, ?, ?, ?, ?) ON CONFLICT (year, month, project_identifier, resource)"
          " DO UPDATE SET report = excluded.report RETURNING id";
    static constexpr auto drop_usage_report = "DELETE FROM usage_reports WHERE id = ?";
    static constexpr auto drop_storage_report = "DELETE FROM storage_reports WHERE id = ?";
    static constexpr auto find_allocation = "SELECT uuid FROM allocations WHERE uuid = ?1 OR name = ?1";
    static constexpr auto find_resource
        = "SELECT r.uuid FROM resources r LEFT JOIN allocations a ON a.resource_uuid = r.uuid"
          " WHERE r.uuid = ?1 OR a.uuid = ?1 OR a.name = ?1";
    static constexpr auto allocation_parts = "SELECT project_uuid, instance_uuid, resource_uuid, groupname, "
                                             "backend_id FROM allocations WHERE uuid = ?";
    static constexpr auto find_member
        = "SELECT uuid FROM associations WHERE uuid = ?1 OR (allocation_uuid = ?1 AND username = ?2)";
    static constexpr auto drop_association = "DELETE FROM associations WHERE uuid = ?";
    static constexpr auto drop_allocation = "DELETE FROM allocations WHERE uuid = ?";
    static constexpr auto terminate_resource = "UPDATE resources SET state = 'Terminated' WHERE uuid = ?";
    static constexpr auto find_user = "SELECT username FROM users WHERE username = ?";
    static constexpr auto first_project = "SELECT name FROM projects ORDER BY rowid LIMIT 1";
    static constexpr auto first_instance = "SELECT uuid, name FROM instances ORDER BY rowid LIMIT 1";
    static constexpr auto offering_of_instance
        = "SELECT uuid FROM offerings WHERE instance_uuid = ? ORDER BY rowid LIMIT 1";
};

} // namespace site

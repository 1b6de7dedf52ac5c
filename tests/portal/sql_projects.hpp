#pragma once
// Projects, those who have roles in them, and requests of other portals to host some: tables and statements.

namespace site {

struct ProjectSql {
    static const char schema[];

    // Filling in (world_people.cpp).
    static constexpr auto role_named = "SELECT uuid, scope FROM roles WHERE name = ?1 OR uuid = ?1";
    static constexpr auto add_role
        = "INSERT INTO user_roles (uuid, user_uuid, role_uuid, customer_uuid, project_uuid, created,"
          " created_by_uuid, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    static constexpr auto add_invitation
        = "INSERT INTO invitations (email, project_uuid, created_by_uuid, state) VALUES (?, ?, ?, 'pending')";
    static constexpr auto add_organization
        = "INSERT INTO organizations (uuid, name, code, abbreviation, description, email, homepage, country,"
          " address, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    static constexpr auto add_science
        = "INSERT INTO science_sub_domains (uuid, name, code, domain_uuid, domain_name, domain_code)"
          " VALUES (?, ?, ?, ?, ?, ?)";
    static constexpr auto add_template
        = "INSERT INTO project_templates (uuid, name, key, shortname, portal, provider_uuid, customer_uuid,"
          " offering_uuid, approval_limit, max_credit_limit, role_mapping)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    static constexpr auto template_named = "SELECT uuid FROM project_templates WHERE name = ?";
    static constexpr auto add_managed
        = "INSERT INTO managed_projects (uuid, identifier, destination, state, created, details, "
          "project_uuid,"
          " template_uuid, local_identifier) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    static constexpr auto remove_project
        = "UPDATE projects SET is_removed = 1, removed = ?2, termination_metadata = ?3, modified = ?2"
          " WHERE uuid = ?1";
    static constexpr auto user_named = "SELECT uuid FROM users WHERE username = ?";

    // What a caller may do (rights.cpp).
    static constexpr auto roles_in_project
        = "SELECT role FROM project_roles WHERE user_uuid = ?1 AND project_uuid = ?2"
          " AND (expires IS NULL OR expires > ?3)";
    static constexpr auto owns_customer
        = "SELECT 1 FROM user_roles u JOIN roles r ON r.uuid = u.role_uuid WHERE u.user_uuid = ?1"
          " AND u.customer_uuid = ?2 AND r.name = 'CUSTOMER.OWNER' AND u.is_active"
          " AND (u.expires IS NULL OR u.expires > ?3)";
    static constexpr auto sees_customer
        = "SELECT 1 FROM visible_projects v JOIN projects p ON p.uuid = v.project_uuid"
          " WHERE v.user_uuid = ?1 AND p.customer_uuid = ?2 AND (v.expires IS NULL OR v.expires > ?3)"
          " UNION SELECT 1 FROM user_roles WHERE user_uuid = ?1 AND customer_uuid = ?2 AND is_active"
          " AND (expires IS NULL OR expires > ?3)";
    static constexpr auto sees_project = "SELECT 1 FROM visible_projects WHERE user_uuid = ?1"
                                         " AND project_uuid = ?2 AND (expires IS NULL OR expires > ?3)";

    // Allocations (allocations.cpp, allocation_states.cpp).
    static constexpr auto allocation
        = "SELECT state, backend_id, project_uuid FROM allocations WHERE uuid = ?";
    static constexpr auto instance = "SELECT uuid FROM instances WHERE uuid = ?";
    static constexpr auto allocations_settle
        = "SELECT uuid, state, settles FROM allocations WHERE settles <= ? ORDER BY settles LIMIT 1";
    static constexpr auto set_allocation_state
        = "UPDATE allocations SET state = ?2, settles = ?3, modified = ?4 WHERE uuid = ?1";
    static constexpr auto put_allocation_error
        = "UPDATE allocations SET error_message = ?2, error_traceback = ?3 WHERE uuid = ?1";
    static constexpr auto put_allocation_limit = "UPDATE allocations SET node_limit = ?2 WHERE uuid = ?1";
    /// What the instance answers to a new project, unless it is there.
    static constexpr auto name_new_allocation
        = "UPDATE allocations SET backend_id = CASE WHEN backend_id = '' THEN"
          " (SELECT p.slug || '.' || i.destination FROM projects p, instances i"
          "  WHERE p.uuid = project_uuid AND i.uuid = instance_uuid) ELSE backend_id END,"
          " groupname = COALESCE(groupname, (SELECT i.destination || '.' || p.slug FROM projects p, "
          "instances i"
          "  WHERE p.uuid = project_uuid AND i.uuid = instance_uuid)) WHERE uuid = ?";

    // Projects (unmanaged_projects.cpp, project_changes.cpp).
    static constexpr auto project = "SELECT customer_uuid, is_removed, removed, end_date FROM projects"
                                    " WHERE uuid = ?";
    static constexpr auto project_to_fill = "SELECT uuid FROM projects WHERE uuid = ? AND NOT is_removed";
    static constexpr auto unmanaged_project
        = "SELECT is_removed FROM projects p WHERE uuid = ? AND NOT EXISTS"
          " (SELECT 1 FROM managed_projects WHERE project_uuid = p.uuid)";
    static constexpr auto customer = "SELECT uuid FROM customers WHERE uuid = ?";
    static constexpr auto organization = "SELECT uuid FROM organizations WHERE uuid = ?";
    static constexpr auto science = "SELECT uuid FROM science_sub_domains WHERE uuid = ?";
    static constexpr auto oecd_code = "SELECT code FROM oecd_codes WHERE code = ?";
    static constexpr auto no_such_thing = "SELECT uuid FROM projects WHERE 0 AND uuid = ?";
    static constexpr auto has_resources
        = "SELECT 1 FROM resources WHERE project_uuid = ?1 AND state <> 'Terminated'"
          " UNION SELECT 1 FROM allocations WHERE project_uuid = ?1";
    static constexpr auto end_roles_of_project
        = "UPDATE user_roles SET is_active = 0, ended = ?2 WHERE project_uuid = ?1 AND is_active";
    static constexpr auto restore_roles_of_project
        = "UPDATE user_roles SET is_active = 1, ended = NULL WHERE project_uuid = ?1 AND ended = ?2";
    static constexpr auto invite_former_members
        = "INSERT INTO invitations (email, project_uuid, created_by_uuid, state)"
          " SELECT DISTINCT u.email, ?1, ?3, 'pending' FROM user_roles r JOIN users u ON u.uuid = r.user_uuid"
          " WHERE r.project_uuid = ?1 AND r.ended = ?2";
    static constexpr auto recover_project
        = "UPDATE projects SET is_removed = 0, removed = NULL, termination_metadata = NULL, end_date = ?2,"
          " modified = ?3 WHERE uuid = ?1";
    static constexpr auto put_customer
        = "UPDATE projects SET customer_uuid = ?2, modified = ?3 WHERE uuid = ?1";
    static constexpr auto put_affiliation
        = "UPDATE projects SET affiliation_uuid = ?2, modified = ?3 WHERE uuid = ?1";
    static constexpr auto component_stats
        = "SELECT k.type, k.name, k.measured_unit, k.billing_type, o.name, o.uuid,"
          " (SELECT CAST(ROUND(COALESCE(SUM(u.usage), 0) / 100.0) AS INTEGER) FROM component_usages u"
          "  JOIN resources q ON q.uuid = u.resource_uuid WHERE q.project_uuid = ?1"
          "  AND u.component_uuid = k.uuid AND (?2 = '' OR u.billing_period = ?2)),"
          " COALESCE(SUM(CAST(json_extract(r.limits, '$.\"' || k.type || '\"') AS INTEGER)), 0)"
          " FROM resources r JOIN offerings o ON o.uuid = r.offering_uuid"
          " JOIN components k ON k.offering_uuid = o.uuid WHERE r.project_uuid = ?1"
          " AND r.state <> 'Terminated' GROUP BY k.uuid ORDER BY o.name, k.position";

    // Roles (project_users.cpp).
    static constexpr auto user = "SELECT uuid FROM users WHERE uuid = ?";
    static constexpr auto active_role
        = "SELECT uuid FROM user_roles WHERE project_uuid = ?1 AND user_uuid = ?2 AND role_uuid = ?3"
          " AND is_active AND (expires IS NULL OR expires > ?4)";
    static constexpr auto put_expiration = "UPDATE user_roles SET expires = ?2 WHERE uuid = ?1";
    static constexpr auto end_role = "UPDATE user_roles SET is_active = 0 WHERE uuid = ?";

    // Managed projects (managed_projects.cpp, managed_reviews.cpp).
    static constexpr auto managed
        = "SELECT uuid, state, details, project_uuid, template_uuid FROM managed_projects"
          " WHERE identifier = ? AND destination = ?";
    static constexpr auto managed_parties = "SELECT customer_uuid, provider_uuid, role_mapping, shortname "
                                            "FROM project_templates WHERE uuid = ?";
    static constexpr auto review_managed = "UPDATE managed_projects SET state = ?2, review_comment = ?3, "
                                           "reviewed_at = ?4, reviewed_by_uuid = ?5"
                                           " WHERE uuid = ?1";
    static constexpr auto host_of_project
        = "SELECT identifier FROM managed_projects WHERE project_uuid = ? AND uuid <> ?";
    static constexpr auto attach_project = "UPDATE managed_projects SET project_uuid = ?2 WHERE uuid = ?1";
    static constexpr auto detach_project
        = "UPDATE managed_projects SET project_uuid = NULL, state = 'pending', reviewed_at = NULL,"
          " reviewed_by_uuid = NULL, review_comment = NULL WHERE uuid = ?";
    static constexpr auto put_local_identifier
        = "UPDATE managed_projects SET local_identifier = ?2 WHERE uuid = ?1";
    static constexpr auto put_details = "UPDATE managed_projects SET details = ?2 WHERE uuid = ?1";
    static constexpr auto drop_managed = "DELETE FROM managed_projects WHERE uuid = ?";
    static constexpr auto user_of_email
        = "SELECT uuid FROM users WHERE email = ? COLLATE NOCASE ORDER BY is_active DESC, id LIMIT 1";

    // Mappings and access (mappings.cpp, access.cpp).
    static constexpr auto offering_of_destination
        = "SELECT o.uuid, o.name, o.slug FROM offerings o JOIN instances i ON i.uuid = o.instance_uuid"
          " WHERE i.destination = ?1 OR i.name = ?1 ORDER BY o.rowid LIMIT 1";
    static constexpr auto project_of_identifier
        = "SELECT p.uuid, p.name, c.uuid, c.name FROM allocations a JOIN projects p ON p.uuid = "
          "a.project_uuid"
          " JOIN customers c ON c.uuid = p.customer_uuid WHERE a.backend_id = ? ORDER BY a.name LIMIT 1";
    static constexpr auto user_by_email
        = "SELECT uuid, full_name, email, username FROM users WHERE email = ? COLLATE NOCASE"
          " ORDER BY is_active DESC, id LIMIT 1";
    static constexpr auto user_by_identifier
        = "SELECT u.uuid, u.full_name, u.email, u.username FROM associations s JOIN users u"
          " ON u.short_name <> '' AND u.short_name = substr(s.useridentifier, 1, instr(s.useridentifier, "
          "'.') - 1)"
          " WHERE s.useridentifier = ? LIMIT 1";
    static constexpr auto share_a_project
        = "SELECT 1 FROM visible_projects a JOIN visible_projects b ON a.project_uuid = b.project_uuid"
          " WHERE a.user_uuid = ?1 AND b.user_uuid = ?2 AND (a.expires IS NULL OR a.expires > ?3)"
          " AND (b.expires IS NULL OR b.expires > ?3)";
    static constexpr auto email_policy
        = "SELECT json_extract(details, '$.allowed_domains') FROM managed_projects WHERE project_uuid = ?";
    static constexpr auto people_by_email
        = "SELECT uuid, email, short_name, is_active FROM users WHERE email = ? COLLATE NOCASE ORDER BY id";
    static constexpr auto person_by_short_name
        = "SELECT uuid, email, short_name, is_active FROM users WHERE short_name <> ''"
          " AND short_name = ? COLLATE NOCASE ORDER BY id LIMIT 1";
    static constexpr auto people_of_project
        = "SELECT DISTINCT u.uuid, u.email, u.short_name, u.is_active FROM user_roles r"
          " JOIN users u ON u.uuid = r.user_uuid WHERE r.project_uuid = ?1 AND r.is_active AND u.is_active"
          " AND (r.expires IS NULL OR r.expires > ?2) ORDER BY u.username";
    static constexpr auto project_searched
        = "SELECT p.uuid FROM projects p LEFT JOIN allocations a ON a.project_uuid = p.uuid"
          " WHERE NOT p.is_removed AND (a.backend_id = ?1 COLLATE NOCASE OR p.slug = ?1 COLLATE NOCASE"
          " OR p.name = ?1 COLLATE NOCASE OR instr(lower(p.name), lower(?1)) > 0)"
          " ORDER BY a.backend_id = ?1 COLLATE NOCASE DESC, p.slug = ?1 COLLATE NOCASE DESC,"
          " p.name = ?1 COLLATE NOCASE DESC, p.name LIMIT 1";
    static constexpr auto invitation
        = "SELECT u.full_name, i.email FROM invitations i JOIN users u ON u.uuid = i.created_by_uuid"
          " WHERE i.email = ? COLLATE NOCASE AND i.state = 'pending' LIMIT 1";
    /// The projects of a user, and in each the resources with his local name there.
    static constexpr auto access_of_user
        = "SELECT DISTINCT CASE WHEN a.backend_id <> '' THEN a.backend_id ELSE p.slug || '.local' END, "
          "p.name,"
          " o.name, s.username FROM user_roles r JOIN projects p ON p.uuid = r.project_uuid"
          " JOIN users u ON u.uuid = r.user_uuid LEFT JOIN allocations a ON a.project_uuid = p.uuid"
          " LEFT JOIN resources e ON e.uuid = a.resource_uuid LEFT JOIN offerings o ON o.uuid = "
          "e.offering_uuid"
          " LEFT JOIN associations s ON s.allocation_uuid = a.uuid AND u.short_name <> ''"
          "  AND s.useridentifier = u.short_name || '.' || a.backend_id"
          " WHERE r.user_uuid = ?1 AND r.is_active AND NOT p.is_removed"
          " AND (r.expires IS NULL OR r.expires > ?2) ORDER BY 1, 3";
};

} // namespace site

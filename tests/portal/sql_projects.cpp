#include "sql_projects.hpp"

namespace site {

const char ProjectSql::schema[] = R"(
CREATE INDEX IF NOT EXISTS resources_by_project ON resources (project_uuid);
CREATE INDEX IF NOT EXISTS allocations_by_backend_id ON allocations (backend_id);
CREATE INDEX IF NOT EXISTS associations_by_identifier ON associations (useridentifier);

CREATE TABLE IF NOT EXISTS roles (uuid TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, scope TEXT NOT NULL);
INSERT OR IGNORE INTO roles (uuid, name, scope) VALUES
  ('401e0000000040008000000000000001', 'CUSTOMER.OWNER', 'customer'),
  ('401e0000000040008000000000000002', 'CUSTOMER.SUPPORT', 'customer'),
  ('401e0000000040008000000000000003', 'PROJECT.MANAGER', 'project'),
  ('401e0000000040008000000000000004', 'PROJECT.ADMIN', 'project'),
  ('401e0000000040008000000000000005', 'PROJECT.MEMBER', 'project');
-- One customer or one project each. `ended` is set when the project was removed under it.
CREATE TABLE IF NOT EXISTS user_roles (
  uuid TEXT PRIMARY KEY, user_uuid TEXT NOT NULL, role_uuid TEXT NOT NULL REFERENCES roles(uuid),
  customer_uuid TEXT, project_uuid TEXT, created INTEGER NOT NULL, created_by_uuid TEXT,
  expires INTEGER, is_active INTEGER NOT NULL DEFAULT 1, ended INTEGER);
CREATE INDEX IF NOT EXISTS user_roles_by_user ON user_roles (user_uuid);
CREATE INDEX IF NOT EXISTS user_roles_by_project ON user_roles (project_uuid);
CREATE TABLE IF NOT EXISTS invitations (
  email TEXT NOT NULL, project_uuid TEXT NOT NULL, created_by_uuid TEXT NOT NULL, state TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS organizations (
  uuid TEXT PRIMARY KEY, name TEXT NOT NULL, code TEXT NOT NULL, abbreviation TEXT NOT NULL,
  description TEXT NOT NULL, email TEXT NOT NULL, homepage TEXT NOT NULL, country TEXT NOT NULL,
  address TEXT NOT NULL, created INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS science_sub_domains (
  uuid TEXT PRIMARY KEY, name TEXT NOT NULL, code TEXT NOT NULL,
  domain_uuid TEXT NOT NULL, domain_name TEXT NOT NULL, domain_code TEXT NOT NULL);
-- Fields of science and technology, OECD 2007.
CREATE TABLE IF NOT EXISTS oecd_codes (code TEXT PRIMARY KEY, label TEXT NOT NULL);
INSERT OR IGNORE INTO oecd_codes (code, label) VALUES
  ('1.1', 'Mathematics'), ('1.2', 'Computer and information sciences'), ('1.3', 'Physical sciences'),
  ('1.4', 'Chemical sciences'), ('1.5', 'Earth and related environmental sciences'),
  ('1.6', 'Biological sciences'), ('1.7', 'Other natural sciences'), ('2.1', 'Civil engineering'),
  ('2.2', 'Electrical engineering, electronic engineering, information engineering'),
  ('2.3', 'Mechanical engineering'), ('2.4', 'Chemical engineering'), ('2.5', 'Materials engineering'),
  ('2.6', 'Medical engineering'), ('2.7', 'Environmental engineering'), ('2.8', 'Systems engineering'),
  ('2.9', 'Environmental biotechnology'), ('2.10', 'Industrial biotechnology'), ('2.11', 'Nano technology'),
  ('2.12', 'Other engineering and technologies'), ('3.1', 'Basic medicine'), ('3.2', 'Clinical medicine'),
  ('3.3', 'Health sciences'), ('3.4', 'Health biotechnology'), ('3.5', 'Other medical sciences'),
  ('4.1', 'Agriculture, forestry, and fisheries'), ('4.2', 'Animal and dairy science'),
  ('4.3', 'Veterinary science'), ('4.4', 'Agricultural biotechnology'),
  ('4.5', 'Other agricultural sciences'), ('5.1', 'Psychology'), ('5.2', 'Economics and business'),
  ('5.3', 'Educational sciences'), ('5.4', 'Sociology'), ('5.5', 'Law'), ('5.6', 'Political science'),
  ('5.7', 'Social and economic geography'), ('5.8', 'Media and communications'),
  ('5.9', 'Other social sciences'), ('6.1', 'History and archaeology'), ('6.2', 'Languages and literature'),
  ('6.3', 'Philosophy, ethics and religion'), ('6.4', 'Arts (arts, history of arts, performing arts, music)'),
  ('6.5', 'Other humanities');

CREATE TABLE IF NOT EXISTS project_templates (
  uuid TEXT PRIMARY KEY, name TEXT NOT NULL, key TEXT, shortname TEXT, portal TEXT NOT NULL,
  provider_uuid TEXT NOT NULL REFERENCES customers(uuid), customer_uuid TEXT NOT NULL REFERENCES customers(uuid),
  offering_uuid TEXT REFERENCES offerings(uuid), approval_limit TEXT, max_credit_limit TEXT,
  role_mapping TEXT NOT NULL DEFAULT '{}');
-- What another portal asked to host; `details` is its document.
CREATE TABLE IF NOT EXISTS managed_projects (
  uuid TEXT PRIMARY KEY, identifier TEXT NOT NULL, destination TEXT NOT NULL, state TEXT NOT NULL,
  created INTEGER NOT NULL, reviewed_at INTEGER, reviewed_by_uuid TEXT, review_comment TEXT,
  details TEXT NOT NULL, project_uuid TEXT UNIQUE REFERENCES projects(uuid),
  template_uuid TEXT NOT NULL REFERENCES project_templates(uuid), local_identifier TEXT,
  UNIQUE (identifier, destination));

CREATE VIEW IF NOT EXISTS visible_projects AS
SELECT user_uuid, project_uuid, expires FROM user_roles WHERE is_active AND project_uuid IS NOT NULL
UNION ALL
SELECT r.user_uuid, p.uuid, r.expires FROM user_roles r JOIN projects p ON p.customer_uuid = r.customer_uuid
WHERE r.is_active;

-- The roles of each user in each project, those in its customer included.
CREATE VIEW IF NOT EXISTS project_roles AS
SELECT u.user_uuid, u.project_uuid, r.name AS role, u.expires FROM user_roles u JOIN roles r ON r.uuid = u.role_uuid
WHERE u.is_active AND u.project_uuid IS NOT NULL
UNION ALL
SELECT u.user_uuid, p.uuid, r.name, u.expires FROM user_roles u JOIN roles r ON r.uuid = u.role_uuid
JOIN projects p ON p.customer_uuid = u.customer_uuid WHERE u.is_active;

CREATE VIEW IF NOT EXISTS project_list AS
SELECT p.uuid AS url, p.uuid, p.uuid AS project_uuid, p.name, p.slug, p.description, p.backend_id,
  c.uuid AS customer, c.uuid AS customer_uuid, c.name AS customer_name,
  lower(c.abbreviation) AS customer_slug, '' AS customer_native_name, c.abbreviation AS customer_abbreviation,
  1 AS customer_display_billing_info_in_projects, p.display_credit_reports, p.created, p.modified,
  NULL AS type, NULL AS type_name, NULL AS type_uuid, p.start_date, p.end_date,
  p.end_date_requested_by, p.end_date_updated_at, p.oecd_fos_2007_code,
  (SELECT label FROM oecd_codes WHERE code = p.oecd_fos_2007_code) AS oecd_fos_2007_label,
  p.is_industry, p.image,
  (SELECT COUNT(*) FROM resources WHERE project_uuid = p.uuid AND state <> 'Terminated') AS resources_count,
  (SELECT json_group_array(json_object('question_uuid', q.uuid, 'question', q.description,
      'question_type', q.question_type, 'answer', json(a.answer)))
    FROM checklist_completions f JOIN answers a ON a.completion_uuid = f.uuid
    JOIN questions q ON q.uuid = a.question_uuid WHERE f.project_uuid = p.uuid) AS project_metadata,
  NULL AS max_service_accounts, p.kind, p.is_removed, p.termination_metadata, p.staff_notes AS notes_of_staff,
  p.grace_period_days, NULL AS customer_grace_period_days,
  CASE WHEN p.end_date IS NOT NULL THEN date(p.end_date, '+' || COALESCE(p.grace_period_days, 0) || ' days')
    END AS effective_end_date,
  p.user_email_patterns, p.user_affiliations, p.user_identity_sources,
  CASE WHEN g.uuid IS NOT NULL THEN json_object('uuid', g.uuid,
      'url', 'portal:/api/affiliated-organizations/' || g.uuid || '/', 'name', g.name, 'code', g.code,
      'abbreviation', g.abbreviation, 'description', g.description, 'email', g.email,
      'homepage', g.homepage, 'country', g.country, 'address', g.address,
      'created', strftime('%Y-%m-%dT%H:%M:%SZ', g.created / 1000000, 'unixepoch'),
      'modified', strftime('%Y-%m-%dT%H:%M:%SZ', g.created / 1000000, 'unixepoch'),
      'projects_count', (SELECT COUNT(*) FROM projects WHERE affiliation_uuid = g.uuid AND NOT is_removed))
    END AS affiliation,
  p.affiliation_uuid, g.name AS affiliation_name, g.code AS affiliation_code,
  p.science_sub_domain, s.name AS science_sub_domain_name, s.code AS science_sub_domain_code,
  s.domain_uuid AS science_domain_uuid, s.domain_name AS science_domain_name,
  s.domain_code AS science_domain_code, NULL AS project_credit,
  (SELECT CASE WHEN COUNT(*) > 0 THEN json_object('00000000000040008000000000000001', COUNT(*)) ELSE '{}' END
    FROM resources WHERE project_uuid = p.uuid AND state <> 'Terminated') AS marketplace_resource_count,
  json_object('total', '0.00', 'current', '0.00', 'tax', '0.00', 'tax_current', '0.00') AS billing_price_estimate,
  0 AS estimated_cost
FROM projects p
JOIN customers c ON c.uuid = p.customer_uuid
LEFT JOIN organizations g ON g.uuid = p.affiliation_uuid
LEFT JOIN science_sub_domains s ON s.uuid = p.science_sub_domain;

CREATE VIEW IF NOT EXISTS template_list AS
SELECT t.uuid, t.name, t.provider_uuid, t.customer_uuid, t.offering_uuid, json_object(
    'uuid', t.uuid, 'name', t.name, 'key', t.key, 'shortname', t.shortname, 'portal', t.portal,
    'provider', 'portal:/api/customers/' || v.uuid || '/',
    'provider_data', json_object('uuid', v.uuid, 'name', v.name),
    'customer', 'portal:/api/customers/' || c.uuid || '/',
    'customer_data', json_object('uuid', c.uuid, 'name', c.name),
    'offering', o.name,
    'offerings', CASE WHEN o.uuid IS NULL THEN json('[]') ELSE
        json_array('portal:/api/marketplace-provider-offerings/' || o.uuid || '/') END,
    'offerings_data', CASE WHEN o.uuid IS NULL THEN json('[]') ELSE
        json_array(json_object('uuid', o.uuid, 'name', o.name)) END,
    'approval_limit', t.approval_limit, 'max_credit_limit', t.max_credit_limit,
    'allocation_units_mapping', json_object('NHR', 1), 'role_mapping', json(t.role_mapping),
    'role_mapping_data', json((SELECT json_group_object(m.key, json_object('uuid', r.uuid, 'name', r.name))
        FROM json_each(t.role_mapping) m JOIN roles r ON r.name = m.value))) AS shown
FROM project_templates t
JOIN customers v ON v.uuid = t.provider_uuid
JOIN customers c ON c.uuid = t.customer_uuid
LEFT JOIN offerings o ON o.uuid = t.offering_uuid;

CREATE VIEW IF NOT EXISTS managed_project_list AS
SELECT m.uuid, m.state, m.created, m.reviewed_at, u.full_name AS reviewed_by_full_name, m.reviewed_by_uuid,
  m.identifier, m.destination, m.details, m.project_uuid AS project, m.project_uuid,
  CASE WHEN p.uuid IS NOT NULL THEN json_object('url', 'portal:/api/projects/' || p.uuid || '/',
      'uuid', p.uuid, 'name', p.name) END AS project_data,
  t.uuid AS project_template, t.uuid AS project_template_uuid, t.shown AS project_template_data,
  m.review_comment, m.local_identifier, p.name AS project_name, t.name AS template_name,
  json_extract(m.details, '$.name') AS details_name, c.name AS customer_name, t.offering_uuid,
  t.provider_uuid, t.customer_uuid AS template_customer_uuid,
  strftime('%s', json_extract(m.details, '$.earliest_approve')) * 1000000 AS embargo
FROM managed_projects m
JOIN template_list t ON t.uuid = m.template_uuid
LEFT JOIN projects p ON p.uuid = m.project_uuid
LEFT JOIN customers c ON c.uuid = p.customer_uuid
LEFT JOIN users u ON u.uuid = m.reviewed_by_uuid;
)";

} // namespace site

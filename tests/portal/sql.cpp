#include "sql.hpp"

namespace site {

// A lost power cut loses at most the last requests, which no test and no demo minds.
const char Sql::settings[] = R"(
PRAGMA foreign_keys = ON;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
)";

// UUIDs are 32 hex digits, instants microseconds since 1970, amounts hundredths, billing periods the
// first day of the month as text.
const char Sql::schema[] = R"(
CREATE TABLE IF NOT EXISTS customers (
  uuid TEXT PRIMARY KEY, name TEXT NOT NULL, abbreviation TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS projects (
  uuid TEXT PRIMARY KEY, name TEXT NOT NULL, slug TEXT NOT NULL,
  customer_uuid TEXT NOT NULL REFERENCES customers(uuid),
  description TEXT NOT NULL DEFAULT '', backend_id TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL DEFAULT 'default', image TEXT, start_date TEXT, end_date TEXT,
  end_date_updated_at INTEGER, end_date_requested_by TEXT, grace_period_days INTEGER,
  oecd_fos_2007_code TEXT, is_industry INTEGER NOT NULL DEFAULT 0,
  display_credit_reports INTEGER NOT NULL DEFAULT 1, staff_notes TEXT NOT NULL DEFAULT '',
  user_email_patterns TEXT NOT NULL DEFAULT '[]', user_affiliations TEXT NOT NULL DEFAULT '[]',
  user_identity_sources TEXT NOT NULL DEFAULT '[]',
  affiliation_uuid TEXT, science_sub_domain TEXT,
  is_removed INTEGER NOT NULL DEFAULT 0, removed INTEGER, termination_metadata TEXT,
  created INTEGER NOT NULL DEFAULT 0, modified INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS projects_by_customer ON projects (customer_uuid);
-- An OpenPortal instance; the portal calls it "service settings". Jobs are sent to it by its destination.
CREATE TABLE IF NOT EXISTS instances (uuid TEXT PRIMARY KEY, name TEXT NOT NULL, destination TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS offerings (
  uuid TEXT PRIMARY KEY, name TEXT NOT NULL, slug TEXT NOT NULL, type TEXT NOT NULL,
  customer_uuid TEXT NOT NULL REFERENCES customers(uuid),
  instance_uuid TEXT NOT NULL REFERENCES instances(uuid),
  plan_uuid TEXT NOT NULL, created INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS components (
  uuid TEXT PRIMARY KEY, offering_uuid TEXT NOT NULL REFERENCES offerings(uuid), position INTEGER NOT NULL,
  type TEXT NOT NULL, name TEXT NOT NULL, measured_unit TEXT NOT NULL, billing_type TEXT NOT NULL,
  limit_period TEXT, is_builtin INTEGER NOT NULL, is_prepaid INTEGER NOT NULL,
  UNIQUE (offering_uuid, type));
CREATE TABLE IF NOT EXISTS resources (
  uuid TEXT PRIMARY KEY, name TEXT NOT NULL, slug TEXT NOT NULL,
  offering_uuid TEXT NOT NULL REFERENCES offerings(uuid), project_uuid TEXT NOT NULL REFERENCES projects(uuid),
  state TEXT NOT NULL, has_plan INTEGER NOT NULL, plan_period_uuid TEXT NOT NULL,
  limits TEXT NOT NULL, current_usages TEXT NOT NULL DEFAULT '{}',
  backend_id TEXT NOT NULL, backend_metadata TEXT NOT NULL DEFAULT '{}',
  paused INTEGER NOT NULL, downscaled INTEGER NOT NULL, restrict_member_access INTEGER NOT NULL,
  error_message TEXT NOT NULL DEFAULT '', error_traceback TEXT NOT NULL DEFAULT '',
  created INTEGER NOT NULL, modified INTEGER NOT NULL, last_sync INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS allocations (
  uuid TEXT PRIMARY KEY, name TEXT NOT NULL, description TEXT NOT NULL,
  project_uuid TEXT NOT NULL REFERENCES projects(uuid), instance_uuid TEXT NOT NULL REFERENCES instances(uuid),
  resource_uuid TEXT UNIQUE REFERENCES resources(uuid),
  backend_id TEXT NOT NULL, groupname TEXT, node_limit INTEGER NOT NULL, node_usage INTEGER NOT NULL,
  is_active INTEGER NOT NULL, state TEXT NOT NULL,
  error_message TEXT NOT NULL DEFAULT '', error_traceback TEXT NOT NULL DEFAULT '',
  settles INTEGER, -- when a state on the way to another one ends
  created INTEGER NOT NULL, modified INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS allocations_by_name ON allocations (name, uuid);
CREATE INDEX IF NOT EXISTS allocations_by_project ON allocations (project_uuid);
CREATE INDEX IF NOT EXISTS allocations_settling ON allocations (settles) WHERE settles IS NOT NULL;
CREATE TABLE IF NOT EXISTS associations (
  uuid TEXT PRIMARY KEY, allocation_uuid TEXT NOT NULL REFERENCES allocations(uuid) ON DELETE CASCADE,
  username TEXT, groupname TEXT, useridentifier TEXT);
CREATE INDEX IF NOT EXISTS associations_by_username ON associations (username IS NULL, username, uuid);
CREATE INDEX IF NOT EXISTS associations_by_allocation ON associations (allocation_uuid);
CREATE TABLE IF NOT EXISTS component_usages (
  uuid TEXT PRIMARY KEY, resource_uuid TEXT NOT NULL REFERENCES resources(uuid),
  component_uuid TEXT NOT NULL REFERENCES components(uuid), billing_period TEXT NOT NULL,
  usage INTEGER NOT NULL, description TEXT NOT NULL, date INTEGER NOT NULL, created INTEGER NOT NULL,
  modified_by INTEGER, missing_usage_policy TEXT NOT NULL,
  UNIQUE (resource_uuid, component_uuid, billing_period));
CREATE TABLE IF NOT EXISTS user_usages (
  uuid TEXT PRIMARY KEY, usage_uuid TEXT NOT NULL REFERENCES component_usages(uuid),
  username TEXT NOT NULL, user_url TEXT, usage INTEGER NOT NULL,
  created INTEGER NOT NULL, modified INTEGER NOT NULL,
  UNIQUE (usage_uuid, username));
-- Whole documents as they came; an id is never used again.
CREATE TABLE IF NOT EXISTS usage_reports (
  id INTEGER PRIMARY KEY AUTOINCREMENT, year INTEGER NOT NULL, month INTEGER NOT NULL,
  project_identifier TEXT NOT NULL, resource TEXT NOT NULL, report TEXT NOT NULL, is_complete INTEGER NOT NULL,
  UNIQUE (year, month, project_identifier, resource));
CREATE TABLE IF NOT EXISTS storage_reports (
  id INTEGER PRIMARY KEY AUTOINCREMENT, year INTEGER NOT NULL, month INTEGER NOT NULL,
  project_identifier TEXT NOT NULL, resource TEXT NOT NULL, report TEXT NOT NULL,
  UNIQUE (year, month, project_identifier, resource));
CREATE TABLE IF NOT EXISTS users (
  id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, username TEXT NOT NULL UNIQUE,
  token TEXT NOT NULL UNIQUE, email TEXT NOT NULL, full_name TEXT NOT NULL, short_name TEXT NOT NULL DEFAULT '',
  is_scoped INTEGER NOT NULL DEFAULT 0, is_staff INTEGER NOT NULL, is_active INTEGER NOT NULL DEFAULT 1,
  has_role INTEGER NOT NULL DEFAULT 1, may_write INTEGER NOT NULL DEFAULT 1);
CREATE TABLE IF NOT EXISTS oauth_clients (
  client_id TEXT PRIMARY KEY, client_secret TEXT NOT NULL, username TEXT NOT NULL, expires_in INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS bearers (token TEXT PRIMARY KEY, username TEXT NOT NULL, expires INTEGER NOT NULL);

CREATE VIEW IF NOT EXISTS allocation_list AS
SELECT a.uuid AS url, a.uuid, a.name, a.description,
  i.name AS service_name, i.uuid AS service_settings, i.uuid AS service_settings_uuid,
  'OK' AS service_settings_state, '' AS service_settings_error_message,
  p.uuid AS project, p.name AS project_name, p.uuid AS project_uuid,
  c.uuid AS customer, c.uuid AS customer_uuid, c.name AS customer_name, '' AS customer_native_name,
  c.abbreviation AS customer_abbreviation,
  a.error_message, a.error_traceback, 'OpenPortal.Allocation' AS resource_type, a.state, a.created, a.modified,
  a.backend_id, NULL AS access_url, a.node_limit, a.groupname, a.node_usage, a.is_active,
  o.uuid AS marketplace_offering_uuid, o.name AS marketplace_offering_name, o.type AS marketplace_offering_type,
  CASE WHEN o.uuid IS NOT NULL THEN '{}' END AS marketplace_offering_plugin_options,
  CASE WHEN o.uuid IS NOT NULL THEN '00000000000040008000000000000001' END AS marketplace_category_uuid,
  CASE WHEN o.uuid IS NOT NULL THEN 'HPC' END AS marketplace_category_name,
  r.uuid AS marketplace_resource_uuid, CASE WHEN r.has_plan THEN o.plan_uuid END AS marketplace_plan_uuid,
  r.state AS marketplace_resource_state,
  (SELECT MAX(billing_type = 'usage') FROM components WHERE offering_uuid = o.uuid) AS is_usage_based,
  (SELECT MAX(billing_type = 'limit') FROM components WHERE offering_uuid = o.uuid) AS is_limit_based
FROM allocations a
JOIN projects p ON p.uuid = a.project_uuid
JOIN customers c ON c.uuid = p.customer_uuid
JOIN instances i ON i.uuid = a.instance_uuid
LEFT JOIN resources r ON r.uuid = a.resource_uuid
LEFT JOIN offerings o ON o.uuid = r.offering_uuid;

CREATE VIEW IF NOT EXISTS association_list AS
SELECT uuid, allocation_uuid AS allocation, username, groupname, useridentifier,
  (SELECT project_uuid FROM allocations WHERE uuid = allocation_uuid) AS project_uuid
FROM associations;

CREATE VIEW IF NOT EXISTS resource_list AS
SELECT r.uuid AS url, r.uuid, r.name, r.slug, '' AS description, r.state, r.created, r.modified,
  o.uuid AS offering, o.uuid AS offering_uuid, o.name AS offering_name, o.slug AS offering_slug,
  o.type AS offering_type, 'Active' AS offering_state, '{}' AS offering_plugin_options,
  oc.uuid AS provider_uuid, oc.name AS provider_name,
  p.uuid AS project, p.uuid AS project_uuid, p.name AS project_name, p.slug AS project_slug,
  c.uuid AS customer_uuid, c.name AS customer_name, lower(c.abbreviation) AS customer_slug,
  CASE WHEN r.has_plan THEN o.plan_uuid END AS plan_uuid, CASE WHEN r.has_plan THEN 'Standard' END AS plan_name,
  a.uuid AS scope, a.uuid AS resource_uuid,
  CASE WHEN a.uuid IS NOT NULL THEN 'OpenPortal.Allocation' END AS resource_type,
  o.instance_uuid AS service_settings_uuid,
  r.backend_id, '' AS effective_id, r.backend_metadata, r.limits, r.current_usages, '{}' AS attributes,
  r.paused, r.downscaled, r.restrict_member_access, NULL AS end_date,
  r.error_message, r.error_traceback, r.last_sync,
  (SELECT MAX(billing_type = 'usage') FROM components WHERE offering_uuid = o.uuid) AS is_usage_based,
  (SELECT MAX(billing_type = 'limit') FROM components WHERE offering_uuid = o.uuid) AS is_limit_based
FROM resources r
JOIN offerings o ON o.uuid = r.offering_uuid
JOIN customers oc ON oc.uuid = o.customer_uuid
JOIN projects p ON p.uuid = r.project_uuid
JOIN customers c ON c.uuid = p.customer_uuid
LEFT JOIN allocations a ON a.resource_uuid = r.uuid;

CREATE VIEW IF NOT EXISTS offering_list AS
SELECT o.uuid AS url, o.uuid, o.name, o.slug, '' AS description, o.type, 'Active' AS state, o.created,
  c.uuid AS customer, c.uuid AS customer_uuid, c.name AS customer_name,
  i.uuid AS scope, i.uuid AS scope_uuid, i.name AS scope_name, 1 AS shared, 1 AS billable,
  '{}' AS plugin_options,
  (SELECT json_group_array(json_object(
      'uuid', uuid, 'offering_uuid', offering_uuid, 'type', type, 'name', name, 'description', '',
      'billing_type', billing_type, 'measured_unit', measured_unit, 'unit_factor', 1,
      'limit_period', limit_period, 'limit_amount', NULL, 'article_code', '',
      'is_builtin', json(CASE WHEN is_builtin THEN 'true' ELSE 'false' END),
      'is_prepaid', json(CASE WHEN is_prepaid THEN 'true' ELSE 'false' END)))
    FROM (SELECT * FROM components WHERE offering_uuid = o.uuid ORDER BY position)) AS components,
  json_array(json_object('uuid', o.plan_uuid, 'name', 'Standard', 'unit', 'month',
      'is_active', json('true'), 'archived', json('false'))) AS plans
FROM offerings o
JOIN customers c ON c.uuid = o.customer_uuid
JOIN instances i ON i.uuid = o.instance_uuid;

CREATE VIEW IF NOT EXISTS component_usage_list AS
SELECT u.uuid, u.created, u.description, k.type, k.name, k.measured_unit, u.usage, u.date,
  u.missing_usage_policy, u.missing_usage_policy = 'reuse' AS recurring,
  r.name AS resource_name, r.uuid AS resource_uuid, o.name AS offering_name, o.uuid AS offering_uuid,
  p.name AS project_name, p.uuid AS project_uuid, c.name AS customer_name, c.uuid AS customer_uuid,
  u.billing_period, u.modified_by,
  CAST(substr(u.billing_period, 1, 4) AS INTEGER) AS billing_period_year,
  CAST(substr(u.billing_period, 6, 2) AS INTEGER) AS billing_period_month
FROM component_usages u
JOIN components k ON k.uuid = u.component_uuid
JOIN resources r ON r.uuid = u.resource_uuid
JOIN offerings o ON o.uuid = r.offering_uuid
JOIN projects p ON p.uuid = r.project_uuid
JOIN customers c ON c.uuid = p.customer_uuid;

CREATE VIEW IF NOT EXISTS user_usage_list AS
SELECT s.uuid, s.user_url AS user, s.username, u.uuid AS component_usage, s.usage, u.measured_unit,
  '' AS description, s.created, s.modified, '' AS backend_id, u.resource_name, u.resource_uuid,
  u.offering_name, u.offering_uuid, u.project_name, u.project_uuid, u.customer_name, u.customer_uuid,
  u.type AS component_type, u.date, u.billing_period, u.billing_period_year, u.billing_period_month
FROM user_usages s
JOIN component_usage_list u ON u.uuid = s.usage_uuid;

CREATE VIEW IF NOT EXISTS usage_report_list AS
SELECT r.*, (SELECT project_uuid FROM allocations WHERE backend_id = r.project_identifier) AS project_uuid
FROM usage_reports r;

CREATE VIEW IF NOT EXISTS storage_report_list AS
SELECT r.*, (SELECT project_uuid FROM allocations WHERE backend_id = r.project_identifier) AS project_uuid
FROM storage_reports r;
)";

} // namespace site

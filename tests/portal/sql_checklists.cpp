#include "sql_checklists.hpp"

namespace site {

// Answers are JSON. A project has one answer to a question, whoever of its people gave it last.
const char ChecklistSql::schema[] = R"(
CREATE TABLE IF NOT EXISTS checklists (
  uuid TEXT PRIMARY KEY, name TEXT NOT NULL, description TEXT NOT NULL, checklist_type TEXT NOT NULL,
  customer_uuid TEXT NOT NULL UNIQUE REFERENCES customers(uuid));
CREATE TABLE IF NOT EXISTS questions (
  uuid TEXT PRIMARY KEY, checklist_uuid TEXT NOT NULL REFERENCES checklists(uuid), position INTEGER NOT NULL,
  question_type TEXT NOT NULL, description TEXT NOT NULL, user_guidance TEXT NOT NULL,
  required INTEGER NOT NULL, min_value INTEGER, max_value INTEGER, logic TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS question_options (
  uuid TEXT PRIMARY KEY, question_uuid TEXT NOT NULL REFERENCES questions(uuid), position INTEGER NOT NULL,
  label TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS question_conditions (
  question_uuid TEXT NOT NULL REFERENCES questions(uuid),
  depends_on_uuid TEXT NOT NULL REFERENCES questions(uuid), operator TEXT NOT NULL,
  required_value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS checklist_completions (
  uuid TEXT PRIMARY KEY, project_uuid TEXT NOT NULL UNIQUE REFERENCES projects(uuid),
  checklist_uuid TEXT NOT NULL REFERENCES checklists(uuid), created INTEGER NOT NULL, modified INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS answers (
  uuid TEXT PRIMARY KEY, completion_uuid TEXT NOT NULL REFERENCES checklist_completions(uuid),
  question_uuid TEXT NOT NULL REFERENCES questions(uuid), user_uuid TEXT NOT NULL, answer TEXT NOT NULL,
  created INTEGER NOT NULL, modified INTEGER NOT NULL, UNIQUE (completion_uuid, question_uuid));
)";

} // namespace site

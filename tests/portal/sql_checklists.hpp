#pragma once
// Checklists and the answers that projects give: tables and statements.

namespace site {

struct ChecklistSql {
    static const char schema[];

    static constexpr auto add_checklist
        = "INSERT INTO checklists (uuid, name, description, checklist_type, customer_uuid)"
          " VALUES (?, ?, ?, 'project_metadata', ?)";
    static constexpr auto add_question
        = "INSERT INTO questions (uuid, checklist_uuid, position, question_type, description, user_guidance,"
          " required, min_value, max_value, logic) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    static constexpr auto add_option
        = "INSERT INTO question_options (uuid, question_uuid, position, label) VALUES (?, ?, ?, ?)";
    static constexpr auto add_condition
        = "INSERT INTO question_conditions (question_uuid, depends_on_uuid, operator, required_value)"
          " VALUES (?, ?, ?, ?)";
    static constexpr auto checklist_of_customer = "SELECT uuid FROM checklists WHERE customer_uuid = ?";
    static constexpr auto add_completion
        = "INSERT OR IGNORE INTO checklist_completions (uuid, project_uuid, checklist_uuid, created, "
          "modified)"
          " SELECT ?1, p.uuid, c.uuid, ?3, ?3 FROM projects p JOIN checklists c"
          " ON c.customer_uuid = p.customer_uuid WHERE p.uuid = ?2";

    static constexpr auto checklist
        = "SELECT uuid, name, description, checklist_type FROM checklists WHERE uuid = ?";
    static constexpr auto questions
        = "SELECT uuid, question_type, description, user_guidance, required, position, min_value, max_value,"
          " logic FROM questions WHERE checklist_uuid = ? ORDER BY position";
    static constexpr auto options
        = "SELECT o.question_uuid, o.uuid, o.label, o.position FROM question_options o"
          " JOIN questions q ON q.uuid = o.question_uuid WHERE q.checklist_uuid = ? ORDER BY o.position";
    static constexpr auto conditions
        = "SELECT d.question_uuid, d.depends_on_uuid, d.operator, d.required_value, w.description"
          " FROM question_conditions d JOIN questions q ON q.uuid = d.question_uuid"
          " JOIN questions w ON w.uuid = d.depends_on_uuid WHERE q.checklist_uuid = ? ORDER BY d.rowid";
    static constexpr auto completion = "SELECT uuid, checklist_uuid, created, modified"
                                       " FROM checklist_completions WHERE project_uuid = ?";
    static constexpr auto answers
        = "SELECT a.question_uuid, a.uuid, a.answer, a.created, a.modified, u.id, u.full_name FROM answers a"
          " JOIN users u ON u.uuid = a.user_uuid WHERE a.completion_uuid = ?";
    static constexpr auto put_answer
        = "INSERT INTO answers (uuid, completion_uuid, question_uuid, user_uuid, answer, created, modified)"
          " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6) ON CONFLICT (completion_uuid, question_uuid)"
          " DO UPDATE SET answer = excluded.answer, user_uuid = excluded.user_uuid,"
          " modified = excluded.modified";
    static constexpr auto drop_answer = "DELETE FROM answers WHERE completion_uuid = ? AND question_uuid = ?";
    static constexpr auto touch_completion = "UPDATE checklist_completions SET modified = ?2 WHERE uuid = ?1";
};

} // namespace site

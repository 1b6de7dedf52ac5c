#include "checklists.hpp"

#include "sql_checklists.hpp"

#include <algorithm>
#include <cmath>

namespace site {
namespace json = boost::json;

namespace {

std::optional<std::int64_t> number_or_none(const Value& value)
{
    return is_null(value) ? std::nullopt : std::optional(number_of(value));
}

Question* find(Checklist& checklist, const std::string& uuid)
{
    const auto found = std::ranges::find(checklist.questions, uuid, &Question::uuid);
    return found == checklist.questions.end() ? nullptr : &*found;
}

std::optional<Checklist> load(Database& database, const std::string& uuid)
{
    const auto row = database.row(ChecklistSql::checklist, { uuid });
    if (!row)
        return std::nullopt;
    Checklist checklist { text_of(row->at(0)), text_of(row->at(1)), text_of(row->at(2)), text_of(row->at(3)),
        {} };
    for (const auto& q : database.rows(ChecklistSql::questions, { uuid }))
        checklist.questions.push_back({ .uuid = text_of(q.at(0)),
            .type = text_of(q.at(1)),
            .description = text_of(q.at(2)),
            .guidance = text_of(q.at(3)),
            .required = number_of(q.at(4)) != 0,
            .order = number_of(q.at(5)),
            .least = number_or_none(q.at(6)),
            .most = number_or_none(q.at(7)),
            .logic = text_of(q.at(8)),
            .options = {},
            .conditions = {} });
    for (const auto& o : database.rows(ChecklistSql::options, { uuid }))
        if (auto* question = find(checklist, text_of(o.at(0))))
            question->options.push_back({ text_of(o.at(1)), text_of(o.at(2)), number_of(o.at(3)) });
    for (const auto& c : database.rows(ChecklistSql::conditions, { uuid }))
        if (auto* question = find(checklist, text_of(c.at(0))))
            question->conditions.push_back(
                { text_of(c.at(1)), text_of(c.at(4)), text_of(c.at(2)), json::parse(text_of(c.at(3))) });
    return checklist;
}

/// Whether one value holds another: a list its member, a text its part.
bool holds(const json::value& whole, const json::value& part)
{
    if (const auto* list = whole.if_array())
        return std::ranges::find(*list, part) != list->end();
    if (whole.is_string() && part.is_string())
        return std::string_view(whole.get_string()).find(std::string_view(part.get_string()))
            != std::string_view::npos;
    return false;
}

/// A choice of one is a list of one; it equals its member.
bool equal(const json::value& answer, const json::value& wanted)
{
    const auto* list = answer.if_array();
    return answer == wanted || (list && list->size() == 1 && list->front() == wanted);
}

bool within(const json::value& wanted, const json::value& answer)
{
    const auto* list = answer.if_array();
    return holds(wanted, answer)
        || (list && std::ranges::any_of(*list, [&](const json::value& one) { return holds(wanted, one); }));
}

bool holds(const Condition& condition, const json::value& answer)
{
    if (condition.op == "equals")
        return equal(answer, condition.value);
    if (condition.op == "not_equals")
        return !equal(answer, condition.value);
    if (condition.op == "contains")
        return holds(answer, condition.value);
    if (condition.op == "in")
        return within(condition.value, answer);
    return !within(condition.value, answer);
}

bool holds(const Condition& condition, const Checklist& checklist, const Answers& answers)
{
    const auto answer = answers.find(condition.question);
    const auto question = std::ranges::find(checklist.questions, condition.question, &Question::uuid);
    return answer != answers.end() && question != checklist.questions.end()
        && is_asked(*question, checklist, answers) && holds(condition, answer->second.data);
}

} // namespace

std::optional<Checklist> checklist_of_customer(Database& database, const std::string& customer)
{
    const auto row = database.row(ChecklistSql::checklist_of_customer, { customer });
    return row ? load(database, text_of(row->front())) : std::nullopt;
}

std::optional<Completion> completion_of_project(Database& database, const std::string& project)
{
    const auto row = database.row(ChecklistSql::completion, { project });
    auto checklist = row ? load(database, text_of(row->at(1))) : std::nullopt;
    if (!checklist)
        return std::nullopt;
    Completion completion { text_of(row->at(0)), number_of(row->at(2)), number_of(row->at(3)), *checklist,
        {} };
    for (const auto& a : database.rows(ChecklistSql::answers, { completion.uuid }))
        completion.answers[text_of(a.at(0))] = { .uuid = text_of(a.at(1)),
            .user_name = text_of(a.at(6)),
            .user = number_of(a.at(5)),
            .created = number_of(a.at(3)),
            .modified = number_of(a.at(4)),
            .data = json::parse(text_of(a.at(2))) };
    return completion;
}

bool is_asked(const Question& question, const Checklist& checklist, const Answers& answers)
{
    const auto met = [&](const Condition& condition) { return holds(condition, checklist, answers); };
    if (question.conditions.empty())
        return true;
    return question.logic == "or" ? std::ranges::any_of(question.conditions, met)
                                  : std::ranges::all_of(question.conditions, met);
}

std::vector<const Question*> unanswered(const Completion& completion)
{
    std::vector<const Question*> open;
    for (const auto& question : completion.checklist.questions)
        if (question.required && !completion.answers.contains(question.uuid)
            && is_asked(question, completion.checklist, completion.answers))
            open.push_back(&question);
    return open;
}

double percentage(const Completion& completion)
{
    const auto asked = std::ranges::count_if(completion.checklist.questions, [&](const Question& question) {
        return question.required && is_asked(question, completion.checklist, completion.answers);
    });
    if (asked == 0)
        return 100;
    const auto open = static_cast<double>(unanswered(completion).size());
    return std::round(10'000 * (static_cast<double>(asked) - open) / static_cast<double>(asked)) / 100;
}

} // namespace site

#include "project_checklists.hpp"

#include "answers.hpp"
#include "body.hpp"
#include "checklist_answers.hpp"
#include "rights.hpp"
#include "sql_checklists.hpp"
#include "sql_projects.hpp"
#include "unmanaged_projects.hpp"
#include "uuid.hpp"

#include <algorithm>

namespace site {
namespace json = boost::json;

namespace {

constexpr auto none_configured = "No checklist configured for this object";

/// The API pages call these objects; the server sends the plain value.
json::value any_value(const Call& call, const json::value& value)
{
    if (call.profile == Profile::of_2026 || value.is_object())
        return value;
    return json::object { { "value", value } };
}

json::value bound(const std::optional<std::int64_t>& hundredths)
{
    return hundredths ? json::value(json::string(write(Decimal { *hundredths }))) : json::value();
}

std::string instant(const Call& call, std::int64_t stamp)
{
    return call.zone.write(Instant { std::chrono::microseconds { stamp } });
}

json::object short_of(const Checklist& checklist)
{
    return { { "uuid", checklist.uuid }, { "name", checklist.name }, { "description", checklist.description },
        { "checklist_type", checklist.type } };
}

json::array options_of(const Question& question)
{
    json::array options;
    for (const auto& option : question.options)
        options.push_back(
            json::object { { "uuid", option.uuid }, { "label", option.label }, { "order", option.order } });
    return options;
}

/// What a question has in common wherever it is shown.
json::object base_of(const Question& question)
{
    return { { "uuid", question.uuid }, { "required", question.required },
        { "description", question.description }, { "user_guidance", question.guidance },
        { "question_type", question.type }, { "order", question.order },
        { "min_value", bound(question.least) }, { "max_value", bound(question.most) },
        { "max_file_size_mb", nullptr }, { "max_files_count", nullptr },
        { "likert_scale_length", question.type == "likert" ? json::value(5) : json::value() },
        { "likert_low_label", "" }, { "likert_high_label", "" }, { "likert_allow_na", false },
        { "rich_text_char_limit", nullptr }, { "rich_text_toolbar_level", "standard" },
        { "question_options", options_of(question) } };
}

json::object question_json(const Question& question)
{
    auto shown = base_of(question);
    shown["allowed_file_types"] = json::array {};
    shown["allowed_mime_types"] = json::array {};
    shown["operator"] = "";
    shown["review_answer_value"] = nullptr;
    shown["always_requires_review"] = false;
    shown["guidance_answer_value"] = nullptr;
    shown["guidance_operator"] = "";
    shown["always_show_guidance"] = true;
    shown["dependency_logic_operator"] = question.logic;
    return shown;
}

json::value answer_json(const Call& call, const Question& question, const Answers& answers)
{
    const auto found = answers.find(question.uuid);
    if (found == answers.end())
        return nullptr;
    const auto& answer = found->second;
    return json::object { { "uuid", answer.uuid }, { "question_description", question.description },
        { "question_type", question.type }, { "question_required", question.required },
        { "requires_review", false }, { "user", answer.user }, { "user_name", answer.user_name },
        { "created", instant(call, answer.created) }, { "modified", instant(call, answer.modified) },
        { "answer_data", any_value(call, answer.data) } };
}

json::value dependencies_json(const Call& call, const Question& question)
{
    if (question.conditions.empty())
        return nullptr;
    json::array conditions;
    for (const auto& condition : question.conditions)
        conditions.push_back(json::object { { "question_description", condition.description },
            { "operator", condition.op }, { "required_value", any_value(call, condition.value) } });
    return json::object { { "logic", question.logic }, { "conditions", conditions } };
}

json::object asked_json(const Call& call, const Question& question, const Answers& answers)
{
    auto shown = base_of(question);
    // Another disagreement of the pages with the server: an object here, a list there.
    const json::value nothing
        = call.profile == Profile::newest ? json::value(json::object {}) : json::value(json::array {});
    shown["allowed_file_types"] = nothing;
    shown["allowed_mime_types"] = nothing;
    shown["existing_answer"] = answer_json(call, question, answers);
    shown["dependencies_info"] = dependencies_json(call, question);
    return shown;
}

json::object completion_json(const Call& call, const Completion& completion)
{
    json::array open;
    for (const auto* question : unanswered(completion))
        open.push_back(json::object { { "uuid", question->uuid }, { "description", question->description } });
    return { { "uuid", completion.uuid }, { "is_completed", open.empty() },
        { "completion_percentage", percentage(completion) }, { "unanswered_required_questions", open },
        { "checklist_name", completion.checklist.name },
        { "checklist_description", completion.checklist.description },
        { "created", instant(call, completion.created) },
        { "modified", instant(call, completion.modified) } };
}

/// The completion of a project that the caller sees, or the 404 or 400.
std::variant<Completion, Response> visible_completion(const Call& call)
{
    if (auto refusal = hidden_project(call))
        return *refusal;
    auto completion = completion_of_project(call.database, call.uuid);
    if (!completion)
        return detail(400, none_configured);
    return std::move(*completion);
}

struct Submitted {
    std::string question;
    json::value answer;
};

/// One entry of the list; what is wrong with it goes into `errors`, an empty object when nothing is.
Submitted submitted_from(const Completion& completion, const json::value& value, json::array& errors)
{
    const auto* object = value.if_object();
    if (!object) {
        errors.push_back(json::object { { "non_field_errors",
            texts(
                "Invalid data. Expected a dictionary, but got " + std::string(python_type(value)) + ".") } });
        return {};
    }
    Fields given(*object);
    const auto uuid = given.own_uuid("question_uuid", Fields::Need::required);
    // Null is an answer: it takes the one that is there away.
    const auto* answer
        = given.is_null("answer_data") ? nullptr : given.any("answer_data", Fields::Need::required);
    const auto& questions = completion.checklist.questions;
    const auto question = std::ranges::find(questions, uuid.value_or(""), &Question::uuid);
    if (uuid && question == questions.end())
        given.wrong("question_uuid", "Question " + *uuid + " is not in this checklist.");
    else if (uuid && answer)
        if (const auto wrong = wrong_with_answer(*question, *answer); !wrong.empty())
            given.wrong("answer_data", wrong);
    errors.push_back(given.errors);
    return { uuid.value_or(""), answer ? *answer : json::value() };
}

void keep(const Call& call, const Completion& completion, const std::vector<Submitted>& submitted)
{
    Database::Change change(call.database);
    for (const auto& [question, answer] : submitted)
        if (answer.is_null())
            call.database.run(ChecklistSql::drop_answer, { completion.uuid, question });
        else
            call.database.run(ChecklistSql::put_answer,
                { uuid_random(), completion.uuid, question, call.user.uuid, json::serialize(answer),
                    call.stamp() });
    call.database.run(ChecklistSql::touch_completion, { completion.uuid, call.stamp() });
    change.commit();
}

} // namespace

Response checklist_template(const Call& call)
{
    const auto wanted = call.query.last("parent_uuid").value_or("");
    if (wanted.empty())
        return detail(400, "parent_uuid query parameter is required");
    const auto customer = uuid_from(wanted);
    if (!call.user.has_role || !customer || !call.database.row(ProjectSql::customer, { *customer })
        || !sees_customer(call, *customer))
        return detail(404, "Parent object not found");
    const auto checklist = checklist_of_customer(call.database, *customer);
    if (!checklist)
        return detail(400, "No checklist configured for new objects");
    json::array all;
    json::array first;
    for (const auto& question : checklist->questions) {
        all.push_back(question_json(question));
        if (is_asked(question, *checklist, {}))
            first.push_back(question_json(question));
    }
    auto response = json_answer(200,
        json::object { { "checklist", short_of(*checklist) }, { "questions", all },
            { "initial_visible_questions", first } });
    if (call.request.method == "HEAD" && call.profile == Profile::newest)
        set_header(response.headers, "X-Result-Count", std::to_string(all.size()));
    return response;
}

Response project_checklist(const Call& call)
{
    const auto read = visible_completion(call);
    if (const auto* refusal = std::get_if<Response>(&read))
        return *refusal;
    const auto& completion = std::get<Completion>(read);
    const auto include_all = call.query.last("include_all").value_or("");
    json::array questions;
    for (const auto& question : completion.checklist.questions)
        if (include_all == "true" || include_all == "True"
            || is_asked(question, completion.checklist, completion.answers))
            questions.push_back(asked_json(call, question, completion.answers));
    return json_answer(200,
        json::object { { "checklist", short_of(completion.checklist) },
            { "completion", completion_json(call, completion) }, { "questions", questions } });
}

Response completion_status(const Call& call)
{
    const auto read = visible_completion(call);
    if (const auto* refusal = std::get_if<Response>(&read))
        return *refusal;
    return json_answer(200, completion_json(call, std::get<Completion>(read)));
}

Response submit_answers(const Call& call)
{
    const auto read = visible_completion(call);
    if (const auto* refusal = std::get_if<Response>(&read))
        return *refusal;
    if (standing_in(call, call.uuid) < Standing::administrator)
        return forbidden();
    const auto body = body_list(call.request);
    if (const auto* refusal = std::get_if<Response>(&body))
        return *refusal;
    const auto& completion = std::get<Completion>(read);
    json::array errors;
    std::vector<Submitted> submitted;
    for (const auto& value : std::get<json::array>(body))
        submitted.push_back(submitted_from(completion, value, errors));
    if (std::ranges::any_of(errors, [](const json::value& error) { return !error.get_object().empty(); }))
        return json_answer(400, errors);
    keep(call, completion, submitted);
    const auto now = completion_of_project(call.database, call.uuid);
    return json_answer(200,
        json::object {
            { "detail", "Answers submitted successfully" }, { "completion", completion_json(call, *now) } });
}

} // namespace site

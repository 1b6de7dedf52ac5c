#pragma once
// Checklists: their questions, which of them are asked given the answers so far, and when all is answered.
#include "call.hpp"

#include <boost/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace site {

/// A question is asked when an earlier answer is what it waits for.
struct Condition {
    std::string question; ///< the one it depends on
    std::string description; ///< of that one
    std::string op; ///< equals, not_equals, contains, in, not_in
    boost::json::value value;
};

struct Option {
    std::string uuid, label;
    std::int64_t order = 0;
};

struct Question {
    std::string uuid, type, description, guidance;
    bool required = false;
    std::int64_t order = 0;
    std::optional<std::int64_t> least, most; ///< hundredths
    std::string logic; ///< `and` or `or` of its conditions
    std::vector<Option> options;
    std::vector<Condition> conditions;
};

struct Checklist {
    std::string uuid, name, description, type;
    std::vector<Question> questions; ///< in their order
};

struct GivenAnswer {
    std::string uuid, user_name;
    std::int64_t user = 0, created = 0, modified = 0;
    boost::json::value data;
};
/// By question.
using Answers = std::map<std::string, GivenAnswer>;

/// What a project has answered so far.
struct Completion {
    std::string uuid;
    std::int64_t created = 0, modified = 0;
    Checklist checklist;
    Answers answers;
};

std::optional<Checklist> checklist_of_customer(Database& database, const std::string& customer);
std::optional<Completion> completion_of_project(Database& database, const std::string& project);

/// Whether it is asked: it depends on nothing, or on answers that are there. What depends on a question
/// that is not asked itself is not asked either.
bool is_asked(const Question& question, const Checklist& checklist, const Answers& answers);
/// Required, asked, and not answered.
std::vector<const Question*> unanswered(const Completion& completion);
/// Of the required questions that are asked, how many are answered, in percent with two decimals; 100 when
/// there is none.
double percentage(const Completion& completion);

} // namespace site

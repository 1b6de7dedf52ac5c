#include "checklist_answers.hpp"

#include "body.hpp"
#include "uuid.hpp"

#include <algorithm>
#include <cmath>

namespace site {
namespace json = boost::json;

namespace {

constexpr std::int64_t scale_of_likert = 5;

bool is_option(const Question& question, const json::value& value)
{
    const auto uuid = value.is_string() ? uuid_from(value.get_string()) : std::nullopt;
    return uuid && std::ranges::find(question.options, *uuid, &Option::uuid) != question.options.end();
}

bool are_options(const Question& question, const json::value& value)
{
    const auto* list = value.if_array();
    return list && !list->empty()
        && std::ranges::all_of(*list, [&](const json::value& one) { return is_option(question, one); });
}

bool is_file(const json::value& value)
{
    const auto* file = value.if_object();
    return file && file->contains("name") && file->contains("content");
}

bool is_text_like(const json::value& value, bool (*fits)(std::string_view))
{
    return value.is_string() && fits(value.get_string());
}

bool is_number(const json::value& value)
{
    return value.is_int64() || value.is_uint64() || value.is_double();
}

/// What each type takes, and how its message calls that.
constexpr struct Kind {
    std::string_view type;
    std::string_view wanted;
    bool (*fits)(const Question&, const json::value&);
} kinds[] = {
    { "boolean", "a boolean", [](const Question&, const json::value& v) { return v.is_bool(); } },
    { "number", "a number", [](const Question&, const json::value& v) { return is_number(v); } },
    { "rating", "an integer", [](const Question&, const json::value& v) { return v.is_int64(); } },
    { "year", "an integer", [](const Question&, const json::value& v) { return v.is_int64(); } },
    { "likert", "a step of the scale",
        [](const Question&, const json::value& v) {
            return v.is_int64() && v.get_int64() >= 1 && v.get_int64() <= scale_of_likert;
        } },
    { "date", "a date YYYY-MM-DD",
        [](const Question&, const json::value& v) {
            return is_text_like(v, [](std::string_view text) { return Zone().day(text).has_value(); });
        } },
    { "datetime", "an ISO 8601 date and time",
        [](const Question&, const json::value& v) {
            return is_text_like(v, [](std::string_view text) { return Zone().read(text).has_value(); });
        } },
    { "email", "an e-mail address",
        [](const Question&, const json::value& v) {
            return is_text_like(
                v, [](std::string_view text) { return text.find('@') != std::string_view::npos; });
        } },
    { "url", "an address",
        [](const Question&, const json::value& v) {
            return is_text_like(v, [](std::string_view text) {
                return text.starts_with("http://") || text.starts_with("https://");
            });
        } },
    { "country", "a country of two letters",
        [](const Question&, const json::value& v) {
            return is_text_like(v, [](std::string_view text) { return text.size() == 2; });
        } },
    { "single_select", "a list with one of the options",
        [](const Question& question, const json::value& v) {
            return is_option(question, v) || (are_options(question, v) && v.get_array().size() == 1);
        } },
    { "multi_select", "a list of options", are_options },
    { "file", "an object with name and content",
        [](const Question&, const json::value& v) { return is_file(v); } },
    { "multiple_files", "a list of objects with name and content",
        [](const Question&, const json::value& v) {
            const auto* list = v.if_array();
            return list && std::ranges::all_of(*list, is_file);
        } },
};

std::string number_text(std::int64_t hundredths)
{
    return write(Decimal { hundredths });
}

std::string out_of_bounds(const Question& question, const json::value& answer)
{
    if (!is_number(answer))
        return {};
    const auto hundredths = std::llround(answer.to_number<double>() * 100);
    if (question.least && hundredths < *question.least)
        return "Value must be at least " + number_text(*question.least) + ".";
    if (question.most && hundredths > *question.most)
        return "Value must be at most " + number_text(*question.most) + ".";
    return {};
}

} // namespace

std::string wrong_with_answer(const Question& question, const json::value& answer)
{
    const auto* kind = std::ranges::find(kinds, question.type, &Kind::type);
    const bool fits = kind == std::end(kinds) ? answer.is_string() : kind->fits(question, answer);
    if (!fits)
        return "Invalid answer for question type '" + question.type + "': expected "
            + std::string(kind == std::end(kinds) ? "a text" : kind->wanted) + ", but got "
            + std::string(python_type(answer)) + ".";
    return out_of_bounds(question, answer);
}

} // namespace site

#include "exec/answer.hpp"

#include "exec/fields.hpp"
#include "exec/json_line.hpp"
#include "model/identifier.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace site {
namespace {

namespace json = boost::json;

// A report of a few things; more is a program that lost its way.
constexpr std::size_t most_findings = 1000;
constexpr std::size_t most_text = 500;
constexpr std::int64_t most_id = 0xfffffffe; // -1 stands for no id at all
constexpr std::int64_t most_amount = std::numeric_limits<std::int64_t>::max();

Error invalid(std::string text)
{
    return { Errc::invalid, std::move(text) };
}

/// One line of the program's own words, fit for a log.
std::string told(std::string_view text)
{
    std::string out(text.substr(0, most_text));
    std::replace_if(
        out.begin(), out.end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
    return out;
}

bool is_code(std::string_view text)
{
    const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
    return !text.empty() && text.size() <= 48 && lower(text.front())
        && std::all_of(
            text.begin(), text.end(), [&](char c) { return lower(c) || (c >= '0' && c <= '9') || c == '-'; });
}

/// A value of the protocol; nothing for null and for a flag of 0, which both mean "not set".
Value value_of(Members& members, std::string_view field, ExecValue form)
{
    if (form == ExecValue::word) {
        const auto word = members.text(field);
        if (word && !nameable(*word))
            members.wrong("field " + cited(field) + " is empty, too long, or has control characters");
        return word ? Value(Name(*word)) : Value {};
    }
    const auto number = members.integer(field);
    if (!number)
        return {};
    const auto most = form == ExecValue::flag ? 1 : form == ExecValue::id ? most_id : most_amount;
    if (*number < 0 || *number > most)
        members.wrong("field " + cited(field) + " is " + std::to_string(*number) + ", not from 0 to "
            + std::to_string(most));
    return form == ExecValue::flag && *number == 0 ? Value {} : Value(*number);
}

Result<void> read_fields(const json::object& object, Record& record)
{
    Members members(object, "fields of " + std::string(name(record.key.kind)));
    for (const auto& member : object) {
        const std::string_view field { member.key().data(), member.key().size() };
        const auto form = exec_value(record.key.kind, field);
        if (!form)
            continue; // told by done()
        if (auto value = value_of(members, field, *form); !value.unset())
            record.fields.push_back({ Name(field), value });
    }
    return members.done();
}

} // namespace

void ExecAnswer::line(std::string_view line)
{
    if (wrong_)
        return;
    if (auto taken = read(line); !taken)
        wrong_ = taken.error().in("line " + std::to_string(lines_ + 1) + " of its answer");
    ++lines_;
}

Result<void> ExecAnswer::read(std::string_view line)
{
    if (ended_)
        return invalid("there is more after the end line");
    const auto object = parse_json_line(line);
    if (!object)
        return object.error();
    if (object->size() != 1)
        return invalid("has " + std::to_string(object->size()) + " members, not one");
    const auto& member = *object->begin();
    const std::string_view what { member.key().data(), member.key().size() };
    const auto* held = member.value().if_object();
    if (held == nullptr)
        return invalid("member " + cited(what) + " is not an object");
    if (what == "end")
        return read_end(*held);
    if (const auto taken = take(what, *held))
        return *taken;
    return invalid("unknown member " + cited(what));
}

Result<void> ExecAnswer::read_end(const json::object& object)
{
    Members members(object, "end");
    const auto count = members.number("lines", most_amount);
    if (auto read = members.done(); !read)
        return read;
    if (static_cast<std::uint64_t>(count) != lines_)
        return invalid("it counts " + std::to_string(count) + " lines before it, and there are "
            + std::to_string(lines_) + ": the answer is not whole");
    ended_ = true;
    return {};
}

Result<void> ExecAnswer::whole() const
{
    if (wrong_)
        return *wrong_;
    if (!ended_)
        return invalid("its answer is not whole: no end line after " + std::to_string(lines_) + " lines");
    return {};
}

Result<void> ExecAnswer::read_finding(const json::object& object, std::vector<Finding>& into)
{
    Members members(object, "finding");
    const auto severity = members.name("severity");
    const auto code = members.name("code");
    const auto subject = members.text("subject");
    const auto found = members.text("text");
    const auto advice = members.text("advice");
    if (!found || found->empty())
        members.wrong("text is missing");
    if (auto read = members.done(); !read)
        return read;
    constexpr std::array severities { Severity::info, Severity::warning, Severity::error };
    const auto* const weight = std::find_if(
        severities.begin(), severities.end(), [&](Severity one) { return name(one) == severity; });
    if (weight == severities.end())
        return invalid("finding: severity " + cited(severity) + " is none of info, warning, error");
    if (!is_code(code))
        return invalid("finding: code " + cited(code) + " is not lower-case letters, digits and dashes");
    if (into.size() == most_findings)
        return invalid("finding: more than " + std::to_string(most_findings));
    // Under a prefix of their own, so that no program can speak with the agent's voice.
    into.push_back(
        { *weight, "site-" + code, told(subject.value_or("")), told(*found), told(advice.value_or("")) });
    return {};
}

ObservedAnswer::ObservedAnswer(Name cluster, std::vector<Kind> kinds, const Interest& interest)
    : cluster_(cluster), kinds_(std::move(kinds)), interest_(interest)
{
    if (keeps(kinds_, Kind::group))
        out_.ids.emplace();
}

bool ObservedAnswer::asked(Name name) const
{
    return std::binary_search(interest_.names.begin(), interest_.names.end(), name);
}

std::optional<Result<void>> ObservedAnswer::take(std::string_view what, const json::object& object)
{
    if (what == "record")
        return take_record(object);
    if (what == "finding")
        return read_finding(object, out_.findings);
    if (what == "id" && keeps(kinds_, Kind::group))
        return take_id(object);
    if (what == "primary" && keeps(kinds_, Kind::group_member))
        return take_primary(object);
    return std::nullopt;
}

Result<void> ObservedAnswer::take_record(const json::object& object)
{
    Members members(object, "record");
    const auto word = members.name("kind");
    const auto called = members.name("name");
    const auto member = members.text("member");
    const auto* fields = members.object("fields");
    if (auto read = members.done(); !read)
        return read;
    const auto kind = parse_kind(word);
    if (!kind)
        return invalid("record: unknown kind " + cited(word));
    if (!keeps(kinds_, *kind))
        return invalid("record: kind " + cited(word) + " is not in the setting `records`");
    if (has_member(*kind) != member.has_value())
        return invalid("record: " + word + (member ? " has no member" : " without a member"));
    if (member && !nameable(*member))
        return invalid("record: member " + cited(*member) + " is empty, too long, or has control characters");
    Record record { .key = { *kind, cluster_, Name(called), member ? Name(*member) : Name() } };
    if (!asked(record.key.name))
        return invalid("record: name " + cited(called) + " was not asked for");
    if (fields != nullptr)
        if (auto read = read_fields(*fields, record); !read)
            return read;
    const auto* gid = record.field(group_fields().gid);
    if (*kind == Kind::group && gid == nullptr)
        return invalid("record: group " + cited(called) + " without gid");
    if (gid != nullptr && out_.ids)
        out_.ids->groups.emplace(static_cast<std::uint32_t>(*gid->value.number()), record.key.name);
    if (!seen_.insert(record.key).second)
        return invalid("record: " + cited(text(record.key), 600) + " is there twice");
    out_.records.push_back(std::move(record));
    return {};
}

Result<void> ObservedAnswer::take_id(const json::object& object)
{
    Members members(object, "id");
    const bool group = object.contains("gid");
    const auto id = static_cast<std::uint32_t>(members.number(group ? "gid" : "uid", most_id));
    const auto called = members.name("name");
    if (auto read = members.done(); !read)
        return read;
    // Some sites give one id to two names; that it is in use is what counts.
    (group ? out_.ids->groups : out_.ids->users).emplace(id, Name(called));
    return {};
}

Result<void> ObservedAnswer::take_primary(const json::object& object)
{
    Members members(object, "primary");
    const auto group = members.name("group");
    const auto user = members.name("user");
    if (auto read = members.done(); !read)
        return read;
    if (!asked(Name(group)))
        return invalid("primary: group " + cited(group) + " was not asked for");
    if (!facts_->primary.emplace(Name(group), Name(user)).second)
        return invalid("primary: " + cited(user) + " in " + cited(group) + " is there twice");
    return {};
}

Result<Observation> ObservedAnswer::finish()
{
    if (auto read = whole(); !read)
        return read.error();
    for (const auto& record : out_.records) {
        const auto& key = record.key;
        const auto above = key.kind == Kind::association ? Kind::account : Kind::group;
        if (has_member(key.kind) && keeps(kinds_, above) && !seen_.contains({ above, key.cluster, key.name }))
            return invalid("its answer is not whole: it has " + cited(text(key), 600) + ", but no "
                + std::string(name(above)) + " " + cited(key.name.text()));
    }
    std::sort(out_.records.begin(), out_.records.end(),
        [](const Record& a, const Record& b) { return a.key < b.key; });
    out_.facts = facts_;
    return std::move(out_);
}

std::optional<Result<void>> ApplyAnswer::take(std::string_view what, const json::object& object)
{
    if (what != "result")
        return std::nullopt;
    Members members(object, "result");
    const auto id = members.number("id", most_amount);
    const auto ok = members.boolean("ok");
    const auto said = members.text("error");
    const auto later = members.boolean("later");
    if (!ok)
        members.wrong("ok is missing");
    else if (*ok && (said || later))
        members.wrong("ok, and yet with an error");
    else if (!*ok && (!said || said->empty()))
        members.wrong("not ok, and no error");
    if (auto read = members.done(); !read)
        return read;
    if (static_cast<std::uint64_t>(id) >= results_.size())
        return invalid("result: id " + std::to_string(id) + " was not asked for");
    auto& result = results_[static_cast<std::size_t>(id)];
    if (result)
        return invalid("result: id " + std::to_string(id) + " is there twice");
    if (*ok)
        result = Result<void> {};
    else
        result = Error { later.value_or(false) ? Errc::conflict : Errc::refused, told(*said) };
    return Result<void> {};
}

std::vector<Result<void>> ApplyAnswer::finish() const
{
    const auto read = whole();
    std::vector<Result<void>> out;
    out.reserve(results_.size());
    for (const auto& result : results_)
        out.push_back(!read ? read
                : result    ? *result
                            : Result<void>(Error { Errc::internal, "not answered by the program" }));
    return out;
}

} // namespace site

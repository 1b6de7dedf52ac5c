#include "exec/json_line.hpp"

#include "model/identifier.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>

#include <limits>
#include <vector>

namespace site {
namespace {

namespace json = boost::json;

// A field's two values in a change are the deepest, with one level to spare.
constexpr std::size_t most_depth = 6;
constexpr std::size_t longest_name = 256;

/// Walks through a line and notes the first member that is there twice, of which a parsed object shows the
/// last only.
class TwiceWatch {
public:
    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();

    std::optional<std::string> twice;

    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }
    bool on_object_begin(json::error_code&)
    {
        keys_.emplace_back();
        return true;
    }
    bool on_object_end(std::size_t, json::error_code&)
    {
        keys_.pop_back();
        return true;
    }
    bool on_array_begin(json::error_code&) { return true; }
    bool on_array_end(std::size_t, json::error_code&) { return true; }
    bool on_key_part(json::string_view part, std::size_t, json::error_code&)
    {
        key_.append(part.data(), part.size());
        return true;
    }
    bool on_key(json::string_view part, std::size_t, json::error_code&)
    {
        key_.append(part.data(), part.size());
        if (!keys_.back().insert(key_).second && !twice)
            twice = key_;
        key_.clear();
        return true;
    }
    bool on_string_part(json::string_view, std::size_t, json::error_code&) { return true; }
    bool on_string(json::string_view, std::size_t, json::error_code&) { return true; }
    bool on_number_part(json::string_view, json::error_code&) { return true; }
    bool on_int64(std::int64_t, json::string_view, json::error_code&) { return true; }
    bool on_uint64(std::uint64_t, json::string_view, json::error_code&) { return true; }
    bool on_double(double, json::string_view, json::error_code&) { return true; }
    bool on_bool(bool, json::error_code&) { return true; }
    bool on_null(json::error_code&) { return true; }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }

private:
    std::vector<std::set<std::string>> keys_;
    std::string key_;
};

} // namespace

Result<json::object> parse_json_line(std::string_view line)
{
    json::parse_options options;
    options.max_depth = most_depth;
    try {
        json::error_code ec;
        const auto value = json::parse(line, ec, {}, options);
        if (ec)
            return Error { Errc::invalid, cited(line) + " is not JSON: " + ec.message() };
        if (!value.is_object())
            return Error { Errc::invalid, cited(line) + " is not a JSON object" };
        json::basic_parser<TwiceWatch> watch { options };
        watch.write_some(false, line.data(), line.size(), ec);
        if (watch.handler().twice)
            return Error { Errc::invalid, "member " + cited(*watch.handler().twice) + " is there twice" };
        return value.get_object();
    } catch (const std::exception& problem) {
        return Error { Errc::internal, std::string("reading JSON: ") + problem.what() };
    }
}

bool nameable(std::string_view text)
{
    if (text.empty() || text.size() > longest_name)
        return false;
    for (const char c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            return false;
    return true;
}

const json::value* Members::find(std::string_view key)
{
    asked_.emplace(key);
    const auto* value = object_.if_contains(key);
    return value == nullptr || value->is_null() ? nullptr : value;
}

void Members::wrong(const std::string& why)
{
    if (problem_.empty())
        problem_ = what_ + ": " + why;
}

void Members::wrong(std::string_view key, std::string_view why)
{
    wrong(std::string(key) + " " + std::string(why));
}

std::optional<std::string> Members::text(std::string_view key)
{
    const auto* value = find(key);
    if (value == nullptr)
        return std::nullopt;
    if (const auto* held = value->if_string())
        return std::string(held->data(), held->size());
    wrong(key, "is not a string");
    return std::nullopt;
}

std::optional<std::int64_t> Members::integer(std::string_view key)
{
    const auto* value = find(key);
    if (value == nullptr)
        return std::nullopt;
    if (const auto* held = value->if_int64())
        return *held;
    wrong(key, "is not a whole number");
    return std::nullopt;
}

std::optional<bool> Members::boolean(std::string_view key)
{
    const auto* value = find(key);
    if (value == nullptr)
        return std::nullopt;
    if (const auto* held = value->if_bool())
        return *held;
    wrong(key, "is neither true nor false");
    return std::nullopt;
}

const json::object* Members::object(std::string_view key)
{
    const auto* value = find(key);
    if (value == nullptr)
        return nullptr;
    if (const auto* held = value->if_object())
        return held;
    wrong(key, "is not an object");
    return nullptr;
}

std::string Members::name(std::string_view key)
{
    auto held = text(key);
    if (!held) {
        wrong(key, "is missing");
        return {};
    }
    if (!nameable(*held))
        wrong(key, cited(*held) + " is empty, too long, or has control characters");
    return std::move(*held);
}

std::int64_t Members::number(std::string_view key, std::int64_t most)
{
    const auto held = integer(key);
    if (!held) {
        wrong(key, "is missing");
        return 0;
    }
    if (*held < 0 || *held > most)
        wrong(key, std::to_string(*held) + " is not from 0 to " + std::to_string(most));
    return *held;
}

Result<void> Members::done()
{
    for (const auto& member : object_)
        if (const std::string_view key { member.key().data(), member.key().size() }; !asked_.contains(key))
            wrong("unknown member " + cited(key));
    if (!problem_.empty())
        return Error { Errc::invalid, problem_ };
    return {};
}

} // namespace site

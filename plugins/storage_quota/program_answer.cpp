#include "storage_quota/program_answer.hpp"

#include "exec/json_line.hpp"
#include "model/identifier.hpp"
#include "storage_quota/fields.hpp"

#include <algorithm>
#include <limits>

namespace site {
namespace {

namespace json = boost::json;

constexpr std::int64_t most_amount = std::numeric_limits<std::int64_t>::max();

Error invalid(std::string text)
{
    return { Errc::invalid, std::move(text) };
}

enum class Form : std::uint8_t { word, id, amount };

std::optional<Form> form_of(Kind kind, Name field)
{
    const auto& fields = storage_fields();
    if (kind == Kind::directory) {
        if (field == fields.path || field == fields.mode)
            return Form::word;
        if (field == fields.owner || field == fields.group || field == fields.project_id)
            return Form::id;
        return std::nullopt;
    }
    if (field == fields.id)
        return Form::id;
    if (field == fields.bytes || field == fields.soft_bytes || field == fields.files
        || field == fields.soft_files)
        return Form::amount;
    return std::nullopt;
}

Result<void> read_fields(const json::object& object, Record& record)
{
    Members members(object, "fields of " + std::string(name(record.key.kind)));
    for (const auto& member : object) {
        const std::string_view word { member.key().data(), member.key().size() };
        if (!nameable(word))
            return invalid("a field's name is empty, too long, or has control characters");
        const Name field(word);
        const auto form = form_of(record.key.kind, field);
        if (!form)
            continue; // told by done()
        if (*form == Form::word) {
            const auto text = members.text(word);
            if (text && !nameable(*text))
                members.wrong("field " + cited(word) + " is empty, too long, or has control characters");
            else if (text)
                record.fields.push_back({ field, Value(Name(*text)) });
            continue;
        }
        const auto number = members.integer(word);
        const auto least = *form == Form::amount ? 1 : 0;
        const auto most = *form == Form::id ? std::int64_t { nobody } - 1 : most_amount;
        if (number && (*number < least || *number > most))
            members.wrong("field " + cited(word) + " is " + std::to_string(*number) + ", not from "
                + std::to_string(least) + " to " + std::to_string(most));
        else if (number)
            record.fields.push_back({ field, Value(*number) });
    }
    return members.done();
}

} // namespace

VolumeAnswer::VolumeAnswer(Name cluster, Name volume, const Interest& interest)
    : cluster_(cluster), volume_(volume), interest_(interest)
{
}

std::optional<Result<void>> VolumeAnswer::take(std::string_view what, const json::object& object)
{
    if (what == "record")
        return take_record(object);
    if (what == "level")
        return take_level(object);
    if (what == "finding")
        return read_finding(object, said_.findings);
    return std::nullopt;
}

Result<Key> VolumeAnswer::key(
    Kind kind, const std::optional<std::string>& called, const std::optional<std::string>& member) const
{
    for (const auto* part : { &called, &member })
        if (*part && !nameable(**part))
            return invalid("a name is empty, too long, or has control characters");
    const Key key { kind, cluster_, called ? Name(*called) : Name(), member ? Name(*member) : Name(),
        volume_ };
    const auto found = std::lower_bound(interest_.places.begin(), interest_.places.end(), key,
        [](const StoragePlace& place, const Key& sought) { return place.key < sought; });
    if (found == interest_.places.end() || found->key != key)
        return invalid(cited(text(key), 600) + " was not asked for");
    return key;
}

Result<void> VolumeAnswer::take_record(const json::object& object)
{
    Members members(object, "record");
    const auto word = members.name("kind");
    const auto called = members.text("name");
    const auto member = members.text("member");
    const auto* fields = members.object("fields");
    if (auto read = members.done(); !read)
        return read;
    const auto kind = parse_kind(word);
    if (!kind || (*kind != Kind::directory && *kind != Kind::quota))
        return invalid("record: kind " + cited(word) + " is neither directory nor quota");
    const auto of = key(*kind, called, member);
    if (!of)
        return of.error().in("record");
    Record record { .key = *of };
    if (fields != nullptr)
        if (auto read = read_fields(*fields, record); !read)
            return read;
    if (!seen_.insert(record.key).second)
        return invalid("record: " + cited(text(record.key), 600) + " is there twice");
    said_.records.push_back(std::move(record));
    return {};
}

Result<void> VolumeAnswer::take_level(const json::object& object)
{
    Members members(object, "level");
    const auto called = members.text("name");
    const auto member = members.text("member");
    const auto bytes = members.integer("used_bytes");
    const auto files = members.integer("used_files");
    if (auto read = members.done(); !read)
        return read;
    const auto of = key(Kind::quota, called, member);
    if (!of)
        return of.error().in("level");
    if (bytes.value_or(0) < 0 || files.value_or(0) < 0)
        return invalid("level: less than nothing is used");
    StorageLevel level { { of->name, of->member } };
    if (bytes)
        level.used_bytes = static_cast<std::uint64_t>(*bytes);
    if (files)
        level.used_files = static_cast<std::uint64_t>(*files);
    if (!said_.levels.emplace(*of, level).second)
        return invalid("level: " + cited(text(*of), 600) + " is there twice");
    return {};
}

Result<VolumeAnswer::Said> VolumeAnswer::finish()
{
    if (auto read = whole(); !read)
        return read.error();
    std::sort(said_.records.begin(), said_.records.end(),
        [](const Record& a, const Record& b) { return a.key < b.key; });
    const auto& fields = storage_fields();
    for (const auto& record : said_.records) {
        const auto level = said_.levels.find(record.key);
        if (level == said_.levels.end())
            continue;
        for (const auto& [field, limit] : { std::pair { fields.bytes, &level->second.limit_bytes },
                 { fields.files, &level->second.limit_files } })
            if (const auto* held = record.field(field); held != nullptr && held->value.number())
                *limit = static_cast<std::uint64_t>(*held->value.number());
    }
    return std::move(said_);
}

} // namespace site

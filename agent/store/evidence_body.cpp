#include "store/evidence_body.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace site {
namespace {

// A batch is at most 5000 changes of some 150 bytes each.
constexpr std::size_t most_commands = std::size_t { 1 } << 20;

} // namespace

boost::json::value field_json(std::string_view field, boost::json::value before, boost::json::value after,
    std::string_view basis, bool release)
{
    boost::json::object made;
    made["field"] = field;
    made["before"] = std::move(before);
    made["after"] = std::move(after);
    made["basis"] = basis;
    made["release"] = release;
    return made;
}

boost::json::value key_json(const KeyWords& key)
{
    boost::json::object made;
    made["kind"] = key.kind;
    made["cluster"] = key.cluster;
    made["name"] = key.name;
    made["member"] = key.member;
    made["part"] = key.part;
    return made;
}

std::string intent_body(IntentWords words)
{
    boost::json::object made;
    made["cycle"] = words.cycle;
    made["plugin"] = words.plugin;
    made["by"] = words.by;
    made["action"] = words.action;
    made["effect"] = words.effect;
    made["key"] = key_json(words.key);
    made["fields"] = std::move(words.fields);
    made["reason"] = words.reason;
    made["needs"] = std::move(words.needs);
    return boost::json::serialize(made);
}

std::string outcome_body(std::string_view outcome, std::string_view said)
{
    boost::json::object made;
    made["outcome"] = outcome;
    made["said"] = said;
    return boost::json::serialize(made);
}

std::string commands_body(const std::vector<std::int64_t>& entries, const std::vector<std::string>& commands)
{
    boost::json::array kept;
    std::size_t bytes = 0;
    for (const auto& command : commands) {
        bytes += command.size();
        if (bytes > most_commands)
            break;
        kept.emplace_back(command);
    }
    boost::json::object made;
    made["first"] = entries.empty() ? 0 : entries.front();
    made["last"] = entries.empty() ? 0 : entries.back();
    made["left_out"] = commands.size() - kept.size();
    made["commands"] = std::move(kept);
    return boost::json::serialize(made);
}

std::string note_body(std::string_view by, std::string_view text)
{
    boost::json::object made;
    made["by"] = by;
    made["text"] = text;
    return boost::json::serialize(made);
}

std::string begun_body(std::int64_t entries_before)
{
    boost::json::object made;
    made["entries_before"] = entries_before;
    return boost::json::serialize(made);
}

std::string compacted_body(const Anchor& anchor, std::int64_t entries_before)
{
    boost::json::object made;
    made["first"] = 1;
    made["last"] = anchor.last.seq;
    made["hash"] = anchor.last.hash;
    made["from"] = anchor.from.time_since_epoch().count();
    made["to"] = anchor.to.time_since_epoch().count();
    made["rows"] = anchor.rows;
    made["entries"] = anchor.entries;
    made["by"] = anchor.by;
    made["entries_before"] = entries_before;
    return boost::json::serialize(made);
}

} // namespace site

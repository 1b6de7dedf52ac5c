#include "exec/question.hpp"

#include "exec/fields.hpp"
#include "exec/lines.hpp"
#include "model/identifier.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace site {
namespace {

namespace json = boost::json;

json::object header(const char* verb, Name cluster, const std::vector<Kind>& kinds, const IdRange& gids)
{
    json::array words;
    for (const auto kind : kinds)
        words.emplace_back(json::string(name(kind)));
    json::object out { { "site_agent", 1 }, { "verb", verb }, { "cluster", cluster.text() },
        { "kinds", std::move(words) } };
    if (!gids.empty())
        out["gids"] = { { "first", gids.first }, { "last", gids.last } };
    return out;
}

} // namespace

std::string observed_question(Name cluster, const std::vector<Kind>& kinds, const Interest& interest)
{
    ExecLines lines;
    lines.add(header("observed", cluster, kinds, interest.gids));
    for (const auto one : interest.names)
        lines.add(json::object { { "name", one.text() } });
    return lines.ended();
}

std::string change_line(std::size_t id, const Change& change)
{
    json::object out { { "id", id }, { "action", json::string(name(change.action)) },
        { "kind", json::string(name(change.key.kind)) }, { "name", change.key.name.text() } };
    if (has_member(change.key.kind))
        out["member"] = change.key.member.text();
    add_change(out, change);
    return json::serialize(json::object { { "change", std::move(out) } });
}

std::string apply_question(
    Name cluster, const std::vector<Kind>& kinds, const IdRange& gids, std::span<const Change* const> changes)
{
    ExecLines lines;
    lines.add(header("apply", cluster, kinds, gids));
    for (std::size_t id = 0; id < changes.size(); ++id)
        lines.add(change_line(id, *changes[id]));
    return lines.ended();
}

Result<void> fit(const Change& change, Name cluster, const std::vector<Kind>& kinds)
{
    const auto& key = change.key;
    const auto bad = [&](std::string why) { return Error { Errc::internal, text(key) + ": " + why }; };
    if (key.cluster != cluster)
        return bad("is another cluster's");
    if (!keeps(kinds, key.kind))
        return bad("is not in the setting `records`");
    if (auto name_fits = check_local_name(key.name.text()); !name_fits)
        return name_fits;
    if (has_member(key.kind))
        if (auto member_fits = check_local_name(key.member.text()); !member_fits)
            return member_fits;
    if (!has_member(key.kind) && !key.member.empty())
        return bad("has a member");
    for (const auto& field : change.fields)
        if (!exec_value(key.kind, field.field.text()))
            return bad("has no field " + cited(field.field.text()));
    return {};
}

} // namespace site

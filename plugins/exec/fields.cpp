#include "exec/fields.hpp"

#include <algorithm>

namespace site {

const ExecFields& exec_fields()
{
    static const ExecFields fields;
    return fields;
}

std::optional<ExecValue> exec_value(Kind kind, std::string_view field)
{
    if (kind == Kind::group && field == "gid")
        return ExecValue::id;
    if (kind == Kind::association && field == "blocked")
        return ExecValue::flag;
    if (kind != Kind::account)
        return std::nullopt;
    if (field == "project")
        return ExecValue::word;
    if (field == "closed")
        return ExecValue::flag;
    if (field == "limit")
        return ExecValue::amount;
    return std::nullopt;
}

std::vector<Kind> exec_kinds(const std::vector<std::string>& words)
{
    std::vector<Kind> kinds;
    for (const auto kind : { Kind::group, Kind::group_member, Kind::account, Kind::association })
        if (std::find(words.begin(), words.end(), name(kind)) != words.end())
            kinds.push_back(kind);
    return kinds;
}

bool keeps(const std::vector<Kind>& kinds, Kind kind)
{
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

} // namespace site

#include "core/uuid_list.hpp"

namespace site {

boost::json::array uuid_list(const std::set<Uuid>& uuids)
{
    boost::json::array list;
    for (const auto& uuid : uuids)
        list.emplace_back(uuid.text());
    return list;
}

Result<std::set<Uuid>> uuids(const boost::json::value& value)
{
    const auto* list = value.if_array();
    if (!list)
        return Error { Errc::internal, "it is no list" };
    std::set<Uuid> found;
    for (const auto& one : *list) {
        const auto* text = one.if_string();
        auto uuid = text ? Uuid::parse({ text->data(), text->size() })
                         : Result<Uuid>(Error { Errc::internal, "it holds what is no text" });
        if (!uuid)
            return uuid.error();
        found.insert(*uuid);
    }
    return found;
}

} // namespace site

#include "store/ownership.hpp"

#include <algorithm>

namespace site {
namespace {

void settle_update(Ownership& ownership, const Change& change)
{
    auto& owned = ownership[change.key];
    for (const auto& field : change.fields) {
        if (field.release)
            std::erase_if(
                owned.fields, [&](const auto& candidate) { return candidate.field == field.field; });
        else if (const auto had = std::find_if(owned.fields.begin(), owned.fields.end(),
                     [&](const auto& candidate) { return candidate.field == field.field; });
                 had != owned.fields.end())
            *had = { field.field, field.after, had->before, field.basis };
        else
            owned.fields.push_back({ field.field, field.after, field.before, field.basis });
    }
    if (!owned.record && owned.fields.empty())
        ownership.erase(change.key);
}

} // namespace

void settle(Ownership& ownership, const Change& change)
{
    switch (change.action) {
    case Action::create: {
        Owned made { .record = true };
        for (const auto& field : change.fields)
            made.fields.push_back({ field.field, field.after, field.before, field.basis });
        ownership[change.key] = std::move(made);
        return;
    }
    case Action::update:
        return settle_update(ownership, change);
    case Action::remove:
        ownership.erase(change.key);
        return;
    }
}

} // namespace site

#pragma once

#include "api/records.hpp"

#include <string>
#include <vector>

namespace site {

enum class Action : std::uint8_t { create, update, remove };

std::string_view name(Action);

struct FieldChange {
    Name field;
    Value before;
    Value after;
    Name basis {};
    bool release = false; ///< a block is lifted: what stood there comes back and the field is no longer ours

    bool operator==(const FieldChange&) const = default;
};

/// One difference between what should be and what is, ready to be carried out. Repeatable.
struct Change {
    Action action = Action::create;
    Effect effect = Effect::gives;
    Key key;
    std::vector<FieldChange> fields {}; ///< create: all of them, before unset; remove: none
    std::string reason {}; ///< which allocation or association asks for it, in plain words
    std::vector<Key> needs {};

    [[nodiscard]] const FieldChange* field(Name name) const
    {
        for (const auto& change : fields)
            if (change.field == name)
                return &change;
        return nullptr;
    }
    bool operator==(const Change&) const = default;
};

std::string text(const Change&); ///< `update account c1/brics.x: GrpJobs: 5 -> 0`, without the reason

} // namespace site

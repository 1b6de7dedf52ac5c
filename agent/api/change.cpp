#include "api/change.hpp"

namespace site {

std::string_view name(Action action)
{
    switch (action) {
    case Action::create:
        return "create";
    case Action::update:
        return "update";
    case Action::remove:
        return "remove";
    }
    return "update";
}

std::string text(const Change& change)
{
    std::string out = std::string(name(change.action)) + " " + text(change.key);
    const char* separator = ": ";
    for (const auto& field : change.fields) {
        out += separator + field.field.text() + "=";
        if (change.action == Action::update)
            out += (field.before.unset() ? "(unset)" : field.before.text()) + " -> ";
        out += field.after.unset() ? "(unset)" : field.after.text();
        separator = ", ";
    }
    return out;
}

} // namespace site

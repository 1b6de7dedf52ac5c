#include "core/settle.hpp"

namespace site {
namespace {

Value held(const Record& record, Name field)
{
    const auto* found = record.field(field);
    return found ? found->value : Value {};
}

} // namespace

Settled settled(const Change& change, const Record* record)
{
    if (change.action == Action::remove) {
        if (record)
            return { Outcome::failed, "it is still there", {} };
        return { Outcome::done, {}, change };
    }
    if (!record)
        return { Outcome::failed, change.action == Action::create ? "it is not there" : "the record is gone",
            {} };

    Change booked = change;
    booked.fields.clear();
    std::string wrong;
    for (const auto& field : change.fields) {
        const auto now = held(*record, field.field);
        if (now == field.after) {
            booked.fields.push_back(field);
            continue;
        }
        wrong += (wrong.empty() ? "" : ", ") + field.field.text() + " is "
            + (now.unset() ? "unset" : now.text()) + ", not "
            + (field.after.unset() ? "unset" : field.after.text());
    }
    if (wrong.empty())
        return { Outcome::done, {}, std::move(booked) };
    // A record that came to be with none of our values may be somebody else's.
    if (booked.fields.empty())
        return { Outcome::failed, wrong, {} };
    return { Outcome::failed, wrong, std::move(booked) };
}

} // namespace site

#pragma once

#include "store/evidence.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace site {

/// A key in the words of the store.
struct KeyWords {
    std::string_view kind;
    std::string_view cluster;
    std::string_view name;
    std::string_view member;
    std::string_view part;
};

/// An intent as the chain keeps it, gathered by who writes it and by who checks the journal against it.
struct IntentWords {
    std::int64_t cycle = 0;
    std::string_view plugin;
    std::string_view by;
    std::string_view action;
    std::string_view effect;
    KeyWords key;
    std::string_view reason;
    boost::json::array fields {};
    boost::json::array needs {};
};

/// `before` and `after`: null, a whole number or a string.
boost::json::value field_json(std::string_view field, boost::json::value before, boost::json::value after,
    std::string_view basis, bool release);
boost::json::value key_json(const KeyWords&);

// Bodies of the events: members in a fixed order, no spaces. They are compared as text.
std::string intent_body(IntentWords);
std::string outcome_body(std::string_view outcome, std::string_view said);
/// `entries`: of the batch, in the order of the journal. At most 1 MiB of commands, the others are counted.
std::string commands_body(const std::vector<std::int64_t>& entries, const std::vector<std::string>& commands);
std::string note_body(std::string_view by, std::string_view text);
std::string begun_body(std::int64_t entries_before);
std::string compacted_body(const Anchor&, std::int64_t entries_before);

} // namespace site

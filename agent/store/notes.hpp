#pragma once

#include "model/time.hpp"
#include "store/database.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace site {

struct Note {
    Instant at;
    std::string text;
};

/// Small things to be seen later, the newest of each topic: the last cycle, the last plan, the last usage
/// reading. The text is JSON; who writes a topic defines it.
class Notes {
public:
    explicit Notes(const Database& database) : database_(database) { }

    void put(Transaction&, std::string_view topic, std::string_view text, Instant);
    Result<std::optional<Note>> note(std::string_view topic) const;

private:
    const Database& database_;
};

} // namespace site

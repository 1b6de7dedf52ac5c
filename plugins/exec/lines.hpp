#pragma once
// Internal to exec and to what speaks its protocol.

#include "api/change.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <string>

namespace site {

/// A question, line by line, with an end line that counts them.
class ExecLines {
public:
    void add(const boost::json::object&);
    void add(const std::string& line);
    std::string ended();

private:
    std::string text_;
    std::uint64_t count_ = 0;
};

/// Adds `fields` with before and after, and `reason`, to a change's object.
void add_change(boost::json::object&, const Change&);

} // namespace site

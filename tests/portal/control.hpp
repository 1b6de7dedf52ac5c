#pragma once
// The control interface under /_control/. It belongs to this program alone: Waldur has nothing like it.
// Tests and the demo change data, read back what was reported, count requests and order faults here.
// It asks for no token and answers only to loopback.
#include "call.hpp"
#include "faults.hpp"
#include "requests.hpp"

#include <functional>

namespace site {

class Control {
public:
    struct Parts {
        Database& database;
        Clock& clock;
        const Zone& zone;
        Faults& faults;
        Requests& requests;
        std::function<std::uint64_t()> connections;
    };

    explicit Control(Parts parts) : parts_(std::move(parts)) { }

    /// Errors are 400 or 404 with `{"error": text}`.
    Response answer(const Request& request);

private:
    Response read(const Request& request, const std::string& what);
    Response write(const Request& request, const std::string& what);
    Response erase(const std::string& what);
    Response set_clock(const boost::json::object& order);
    boost::json::object clock() const;

    Parts parts_;
};

} // namespace site

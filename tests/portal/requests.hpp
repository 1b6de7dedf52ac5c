#pragma once
// What the portal was asked: counters for tests, and the log file.
#include "http.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <deque>
#include <fstream>
#include <map>
#include <string>

namespace site {

class Requests {
public:
    /// Appends one line a request to the file: method, target, status. Empty: no log.
    explicit Requests(const std::string& log);
    bool log_is_good() const { return log_.good(); }

    /// `status` 0: reset without an answer.
    void note(const Request& request, int status);
    void clear();
    /// `{"total", "by_request": {"GET /api/...": n}, "recent": [{"method", "target", "status",
    /// "user_agent"}]}`
    boost::json::object shown() const;

private:
    struct Seen {
        std::string method, target, user_agent;
        int status;
    };
    std::ofstream log_;
    std::uint64_t total_ = 0;
    std::map<std::string, std::uint64_t> by_request_;
    std::deque<Seen> recent_;
};

} // namespace site

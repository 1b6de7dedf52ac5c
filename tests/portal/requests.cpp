#include "requests.hpp"

#include <boost/json.hpp>

namespace site {
namespace {

// Enough to see a whole cycle of an agent on a small portal.
constexpr std::size_t most_recent = 200;

} // namespace

Requests::Requests(const std::string& log)
{
    if (!log.empty())
        log_.open(log, std::ios::app);
}

void Requests::note(const Request& request, int status)
{
    ++total_;
    ++by_request_[request.method + " " + request.path];
    recent_.push_back(
        { request.method, request.target(), std::string(request.header("User-Agent")), status });
    if (recent_.size() > most_recent)
        recent_.pop_front();
    if (log_.is_open())
        log_ << request.method << ' ' << request.target() << ' '
             << (status == 0 ? "reset" : std::to_string(status)) << std::endl;
}

void Requests::clear()
{
    total_ = 0;
    by_request_.clear();
    recent_.clear();
}

boost::json::object Requests::shown() const
{
    boost::json::object counts;
    for (const auto& [request, count] : by_request_)
        counts[request] = count;
    boost::json::array recent;
    for (const auto& seen : recent_)
        recent.push_back(boost::json::object { { "method", seen.method }, { "target", seen.target },
            { "status", seen.status }, { "user_agent", seen.user_agent } });
    return { { "total", total_ }, { "by_request", counts }, { "recent", recent } };
}

} // namespace site

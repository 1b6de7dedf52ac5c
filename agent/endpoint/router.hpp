#pragma once

#include "endpoint/admission.hpp"
#include "endpoint/request.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace site {

/// What a client may ask for in Accept: the portal's pages are JSON or nothing.
enum class Takes : std::uint8_t { json, any };

/// One page. Only GET and HEAD get here; a HEAD is answered as a GET, the server leaves out the body.
struct PageRoute {
    std::string path; ///< `{id}` stands for one segment without dots
    std::function<HttpResponse(const Request&, std::string_view id)> answer;
    Takes takes = Takes::json;
};

/// From a request to its answer, without sockets. Refusals have the portal's shapes, in the order in which
/// its framework makes them: host, route and slash (301, empty, a relative Location), 406, 401, 405, the
/// page.
class Router {
public:
    Router(Admission admission, std::vector<PageRoute> pages)
        : admission_(std::move(admission)), pages_(std::move(pages))
    {
    }

    [[nodiscard]] HttpResponse answer(const Request&) const;

private:
    Admission admission_;
    std::vector<PageRoute> pages_;
};

} // namespace site

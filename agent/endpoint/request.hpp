#pragma once

#include "net/http.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace site {

/// A request as it came, whole. An answer to it is an HttpResponse; Content-Length, Connection and Date are
/// the server's.
struct Request {
    std::string method = "GET"; ///< as sent
    std::string path {}; ///< as sent, before the question mark
    std::string query {}; ///< as sent, after it
    std::vector<HttpHeader> headers {};

    /// The first header of that name in any case; empty when missing.
    [[nodiscard]] std::string_view header(std::string_view name) const;
    /// How the client names us: `http://` and its Host, or localhost where it sent none.
    [[nodiscard]] std::string origin() const;
};

/// `{"detail": text}`, the portal's shape of an error. `text` is one of ours, plain ASCII.
HttpResponse detail(int status, std::string_view text);
/// 400 `{"name": ["text"]}`, the portal's shape of a wrong parameter.
HttpResponse field_error(std::string_view name, std::string_view text);
HttpResponse json_answer(std::string body);
/// A page for people, as the portal's framework makes of what no view of it answers.
HttpResponse html_answer(int status, std::string_view title, std::string_view text);

} // namespace site

#pragma once

#include "model/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace site {

struct HttpHeader {
    std::string name;
    std::string value;
};

enum class HttpMethod : std::uint8_t { get, head, post, put, patch, remove };
std::string_view name(HttpMethod);

/// Whether a request may be sent a second time when a kept-alive connection turns out to be dead before a
/// byte of the answer came. The server may have carried out the first one.
enum class Repeat : std::uint8_t { no, yes };

struct HttpRequest {
    HttpMethod method = HttpMethod::get;
    std::string target; ///< path and query, already encoded
    std::vector<HttpHeader> headers {}; ///< beside Host, User-Agent and Content-Length, which the client sets
    std::string body {};
    Repeat repeat = Repeat::yes;

    /// For messages: `GET /api/version/`, never the query.
    [[nodiscard]] std::string text() const;
};

/// An answer that arrived whole, whatever its status says. Redirects never get here.
struct HttpResponse {
    int status = 0;
    std::vector<HttpHeader> headers {};
    std::string body {};

    /// The first header of that name in any case; empty when missing.
    [[nodiscard]] std::string_view header(std::string_view name) const;
    /// Whether Content-Type is that media type, whatever its parameters and case.
    [[nodiscard]] bool is(std::string_view media_type) const;
};

/// The same text but for the case of ASCII letters.
bool same_word(std::string_view, std::string_view);

/// Refuses what could end a line or smuggle a second request: control characters and spaces in the target,
/// anything but visible ASCII and spaces in a header. Names the header, never its value.
Result<void> check(const HttpRequest&);

} // namespace site

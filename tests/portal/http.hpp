#pragma once
// A request and a response as plain text, so that no handler sees the HTTP library.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace site {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// The value of a header, whatever the case of its name; empty when missing.
std::string_view find_header(const Headers& headers, std::string_view name);
void set_header(Headers& headers, std::string_view name, std::string value);
void drop_header(Headers& headers, std::string_view name);

struct Request {
    std::string method;
    std::string path; ///< as sent, before the question mark
    std::string query; ///< as sent, after the question mark
    Headers headers;
    std::string body;
    std::string origin; ///< scheme and host as the client named them: `http://127.0.0.1:8000`
    bool from_loopback = false;

    std::string_view header(std::string_view name) const { return find_header(headers, name); }
    std::string target() const { return query.empty() ? path : path + "?" + query; }
};

struct Response {
    int status = 200;
    Headers headers; ///< `Content-Length` and `Connection` are the server's own
    std::string body;
};

/// How the bytes of a response go out. Everything but `whole` is a fault on purpose.
struct Delivery {
    enum class Kind {
        whole,
        truncated, ///< the full Content-Length, `bytes` of the body, then close
        unfinished, ///< chunked, `bytes` of the body, no last chunk, then close
        slow, ///< one byte of the body each `interval`
        endless, ///< the body again and again, chunked, until `bytes` are sent or the client leaves
        reset, ///< nothing: the connection is reset
    };
    Kind kind = Kind::whole;
    std::uint64_t bytes = 0;
    std::chrono::milliseconds interval { 0 };
};

struct Answer {
    Response response;
    Delivery delivery;
    std::chrono::milliseconds delay { 0 }; ///< waited before the first byte
};

} // namespace site

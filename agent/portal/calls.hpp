#pragma once

#include "portal/token.hpp"

#include <span>
#include <string>
#include <vector>

namespace site {

/// One request to the portal.
struct Call {
    HttpMethod method = HttpMethod::get;
    std::string path {}; ///< from `/api/` on, encoded, with its slash at the end
    std::string query {}; ///< encoded; may hold what no message should
    std::string body {}; ///< JSON
    bool repeatable = true; ///< may be sent twice when an answer is lost (waldur-api §6)
    [[nodiscard]] std::string text() const { return std::string(name(method)) + " " + path; }
};

/// Sends calls to one portal with its token, and again where that may help.
class Calls {
public:
    Calls(HttpClient client, Token token, std::string base_path, RetryBounds retry, const Clock& clock,
        std::function<bool()> stop, Random random = machine_random());

    /// One a call, in order: the portal's answer, whatever its status, or why there is none. After a failed
    /// round one call goes alone, so that a portal that is coming back is not run over.
    std::vector<Result<HttpResponse>> answers(std::span<const Call>);
    Result<HttpResponse> answer(const Call&);

    /// The same for one, judged.
    Result<HttpResponse> accepted(const Call&);
    Result<HttpResponse> judged(const Call&, Result<HttpResponse>) const;

    [[nodiscard]] HttpCount count() const;

private:
    struct Round;
    void send(Round& round, std::span<const std::size_t> chosen, const std::string& authorization);
    Result<bool> renewed(Round& round);

    HttpClient client_;
    Token token_;
    std::string base_path_;
    RetryBounds retry_;
    const Clock& clock_;
    std::function<bool()> stop_;
    Random random_;
};

/// The answer when it is a success that can be used; otherwise the error that it means, as `GET /api/x/: 403:
/// what the portal says`. A success with a body that is not JSON is somebody else's page: `unreachable`.
Result<HttpResponse> judge(const Call&, Result<HttpResponse>);

} // namespace site

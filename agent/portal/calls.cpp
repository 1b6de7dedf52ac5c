#include "portal/calls.hpp"

#include "portal/error_line.hpp"

#include <algorithm>
#include <numeric>

namespace site {
namespace {

Errc code_of(int status)
{
    switch (status) {
    case 404:
        return Errc::not_found;
    case 409:
        return Errc::conflict;
    case 408:
    case 425:
    case 429:
        return Errc::unreachable;
    default:
        return status >= 500 ? Errc::unreachable : Errc::refused;
    }
}

std::string meaning(const HttpResponse& response)
{
    if (response.status == 401)
        return "token refused (401)";
    if (response.status == 404 && response.is("text/html"))
        return "404 without such a route, this portal does not have it or the configured address is wrong";
    return std::to_string(response.status);
}

} // namespace

Result<HttpResponse> judge(const Call& call, Result<HttpResponse> result)
{
    if (!result)
        return result;
    const auto& response = *result;
    if (response.status < 200 || response.status > 299) {
        const auto words = error_line(response);
        return Error { code_of(response.status),
            call.text() + ": " + meaning(response) + (words.empty() ? "" : ": " + words) };
    }
    if (call.method == HttpMethod::head || response.is("application/json"))
        return result;
    if (call.method != HttpMethod::get && response.body.empty())
        return result;
    return Error { Errc::unreachable,
        call.text() + ": answered " + std::to_string(response.status) + " with "
            + (response.is("text/html") ? "an HTML page" : "something") + " instead of JSON" };
}

/// The calls of one `answers` and what became of them so far.
struct Calls::Round {
    std::span<const Call> calls;
    std::vector<Result<HttpResponse>> results;
    std::vector<std::size_t> pending;
    bool token_renewed = false;
};

Calls::Calls(HttpClient client, Token token, std::string base_path, RetryBounds retry, const Clock& clock,
    std::function<bool()> stop, Random random)
    : client_(std::move(client)), token_(std::move(token)), base_path_(std::move(base_path)), retry_(retry),
      clock_(clock), stop_(std::move(stop)), random_(std::move(random))
{
}

void Calls::send(Round& round, std::span<const std::size_t> chosen, const std::string& authorization)
{
    std::vector<HttpRequest> requests;
    for (const auto index : chosen) {
        const auto& call = round.calls[index];
        HttpRequest request { .method = call.method,
            .target = base_path_ + call.path + (call.query.empty() ? "" : "?" + call.query),
            .headers = { { "Accept", "application/json" }, { "Authorization", authorization } },
            .body = call.body,
            .repeat = call.repeatable ? Repeat::yes : Repeat::no };
        if (!call.body.empty())
            request.headers.push_back({ "Content-Type", "application/json" });
        requests.push_back(std::move(request));
    }
    auto results = client_.exchange(requests);
    for (std::size_t i = 0; i < chosen.size(); ++i)
        round.results[chosen[i]] = std::move(results[i]);
}

/// Whether the calls that got a 401 are to be sent once more, with a new token.
Result<bool> Calls::renewed(Round& round)
{
    if (std::exchange(round.token_renewed, true))
        return false;
    return token_.renew();
}

std::vector<Result<HttpResponse>> Calls::answers(std::span<const Call> calls)
{
    Round round { .calls = calls, .results = {}, .pending = std::vector<std::size_t>(calls.size()) };
    round.results.assign(calls.size(), Error { Errc::internal, "not sent" });
    std::iota(round.pending.begin(), round.pending.end(), std::size_t { 0 });
    const auto refused = [&](std::size_t i) { return round.results[i] && round.results[i]->status == 401; };
    const auto failed
        = [&](std::size_t i) { return calls[i].repeatable && worth_repeating(round.results[i]); };

    Retry retry(retry_, clock_, stop_, random_);
    bool alone = false;
    while (!round.pending.empty()) {
        auto authorization = token_.authorization();
        if (!authorization) {
            for (const auto index : round.pending)
                round.results[index] = authorization.error();
            break;
        }
        const std::vector<std::size_t> chosen(
            round.pending.begin(), alone ? round.pending.begin() + 1 : round.pending.end());
        send(round, chosen, *authorization);

        bool with_new_token = false;
        if (std::ranges::any_of(chosen, refused)) {
            auto fresh = renewed(round);
            if (!fresh) {
                for (const auto index : chosen)
                    if (refused(index))
                        round.results[index] = fresh.error();
                break;
            }
            with_new_token = *fresh;
        }
        const auto sick = std::ranges::find_if(chosen, failed);
        const bool was_alone = std::exchange(alone, sick != chosen.end());
        // What was not sent in this round waits for the next one.
        const std::size_t unsent_from = was_alone ? chosen.front() + 1 : calls.size();
        std::erase_if(round.pending,
            [&](std::size_t i) { return i < unsent_from && !failed(i) && !(with_new_token && refused(i)); });
        if (sick != chosen.end() && !retry.again(round.results[*sick]))
            break;
    }
    return std::move(round.results);
}

Result<HttpResponse> Calls::answer(const Call& call)
{
    return std::move(answers({ &call, 1 }).front());
}

Result<HttpResponse> Calls::judged(const Call& call, Result<HttpResponse> result) const
{
    auto verdict = judge(call, std::move(result));
    if (!verdict)
        return Error { verdict.error().code, token_.without_secrets(verdict.error().text) };
    return verdict;
}

Result<HttpResponse> Calls::accepted(const Call& call)
{
    return judged(call, answer(call));
}

HttpCount Calls::count() const
{
    auto sum = client_.count();
    const auto provider = token_.count();
    sum.requests += provider.requests;
    sum.bytes += provider.bytes;
    sum.connections += provider.connections;
    return sum;
}

} // namespace site

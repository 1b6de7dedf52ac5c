#include "portal/list_reading.hpp"

#include "portal/page_links.hpp"

namespace site {
namespace {

/// So many pages are asked for together: enough for every connection, and bounds what is held in memory.
constexpr std::size_t pages_together = 16;

/// How a reading ended: well, with an error that another reading won't cure, or not whole.
struct Reading {
    std::optional<Error> error {};
    std::string not_whole {};
    [[nodiscard]] bool good() const { return !error && not_whole.empty(); }
};

class List {
public:
    List(const WantedList& wanted, const ListRules& rules) : wanted_(wanted), rules_(rules) { }

    [[nodiscard]] Call page_call(std::uint32_t number) const
    {
        std::string query = wanted_.query.empty() ? "" : wanted_.query + "&";
        query += "page=" + std::to_string(number) + "&page_size=" + std::to_string(rules_.page_size);
        return { .path = wanted_.path, .query = std::move(query) };
    }
    [[nodiscard]] Call count_call() const
    {
        return { .method = HttpMethod::head, .path = wanted_.path, .query = wanted_.query };
    }
    [[nodiscard]] std::uint32_t pages() const { return pages_; }

    Reading take_page(std::uint32_t number, const Result<HttpResponse>& answer);
    Reading finish() const;
    Reading take_count(const Result<HttpResponse>& answer) const;

private:
    Reading first_page(std::size_t rows, const PageLinks& links);
    [[nodiscard]] Reading failed(Error error) const { return { .error = error.in("list " + wanted_.path) }; }
    [[nodiscard]] Reading not_whole(const std::string& why) const
    {
        return { .not_whole = "list " + wanted_.path + ": " + why };
    }

    const WantedList& wanted_;
    const ListRules& rules_;
    std::size_t count_ = 0;
    std::uint32_t pages_ = 1;
};

std::string page_text(std::uint32_t number)
{
    return "page " + std::to_string(number);
}

Reading List::take_page(std::uint32_t number, const Result<HttpResponse>& answer)
{
    if (!answer && answer.error().code == Errc::not_found && number > 1)
        return not_whole(page_text(number) + " is no longer there");
    if (!answer)
        return { .error = answer.error() };
    const auto count = result_count(*answer, rules_.most_rows);
    if (!count)
        return failed(count.error());
    if (number == 1)
        count_ = *count;
    else if (*count != count_)
        return not_whole("X-Result-Count changed from " + std::to_string(count_) + " to "
            + std::to_string(*count) + " while reading");
    const auto links = page_links(*answer, rules_.base);
    if (!links)
        return failed(links.error());
    const auto rows = wanted_.take(answer->body);
    if (!rows)
        return failed({ Errc::unreachable, page_text(number) + ": " + rows.error().text });
    if (number == 1)
        if (auto learned = first_page(*rows, *links); !learned.good())
            return learned;
    if (links->next.has_value() != (number < pages_))
        return not_whole(page_text(number) + " of " + std::to_string(pages_)
            + (links->next ? " has a next page" : " has no next page"));
    return {};
}

/// Learns the number of pages.
Reading List::first_page(std::size_t rows, const PageLinks& links)
{
    pages_ = 1;
    if (rows >= count_)
        return {};
    if (!links.present)
        return failed({ Errc::unreachable,
            std::to_string(rows) + " of " + std::to_string(count_) + " rows came, and no Link header" });
    if (rows == 0)
        return not_whole("an empty page of " + std::to_string(count_) + " rows");
    const auto pages = links.last ? *links.last : (count_ + rows - 1) / rows;
    if (pages > rules_.most_pages)
        return failed({ Errc::unreachable,
            std::to_string(pages) + " pages, more than the bound of " + std::to_string(rules_.most_pages) });
    pages_ = static_cast<std::uint32_t>(pages);
    return {};
}

Reading List::finish() const
{
    const auto distinct = wanted_.distinct();
    if (distinct != count_)
        return not_whole(std::to_string(distinct) + " distinct rows of " + std::to_string(count_));
    return {};
}

Reading List::take_count(const Result<HttpResponse>& answer) const
{
    if (!answer)
        return { .error = answer.error() };
    const auto count = result_count(*answer, rules_.most_rows);
    if (!count)
        return failed(count.error().in("counting again"));
    if (*count != count_)
        return not_whole("it had " + std::to_string(count_) + " rows and now has " + std::to_string(*count));
    return {};
}

Reading read_pages(std::vector<List>& lists, const Fetch& fetch)
{
    std::vector<Call> calls;
    for (const auto& list : lists)
        calls.push_back(list.page_call(1));
    const auto firsts = fetch(calls);
    for (std::size_t i = 0; i < lists.size(); ++i)
        if (auto taken = lists[i].take_page(1, firsts[i]); !taken.good())
            return taken;

    std::vector<std::pair<List*, std::uint32_t>> rest;
    for (auto& list : lists)
        for (std::uint32_t number = 2; number <= list.pages(); ++number)
            rest.emplace_back(&list, number);
    for (std::size_t from = 0; from < rest.size(); from += pages_together) {
        const auto to = std::min(rest.size(), from + pages_together);
        calls.clear();
        for (auto i = from; i < to; ++i)
            calls.push_back(rest[i].first->page_call(rest[i].second));
        const auto pages = fetch(calls);
        for (auto i = from; i < to; ++i)
            if (auto taken = rest[i].first->take_page(rest[i].second, pages[i - from]); !taken.good())
                return taken;
    }
    for (const auto& list : lists)
        if (auto whole = list.finish(); !whole.good())
            return whole;
    return {};
}

Reading recount(const std::vector<List>& lists, const Fetch& fetch)
{
    std::vector<Call> calls;
    for (const auto& list : lists)
        calls.push_back(list.count_call());
    const auto counts = fetch(calls);
    for (std::size_t i = 0; i < lists.size(); ++i)
        if (auto taken = lists[i].take_count(counts[i]); !taken.good())
            return taken;
    return {};
}

} // namespace

Result<void> read_lists(std::span<const WantedList> wanted, const ListRules& rules, const Fetch& fetch)
{
    Reading reading;
    for (std::uint32_t i = 0; i < rules.readings; ++i) {
        std::vector<List> lists;
        for (const auto& list : wanted) {
            list.forget();
            lists.emplace_back(list, rules);
        }
        reading = read_pages(lists, fetch);
        if (reading.good() && rules.recount == Recount::yes)
            reading = recount(lists, fetch);
        if (reading.error)
            return *reading.error;
        if (reading.good())
            return {};
    }
    return Error { Errc::conflict,
        reading.not_whole + " (read " + std::to_string(rules.readings) + " times, never whole)" };
}

} // namespace site

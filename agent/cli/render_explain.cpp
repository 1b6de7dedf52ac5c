#include "cli/render_explain.hpp"

#include "model/identifier.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <sstream>

namespace site {
namespace {

namespace json = boost::json;

constexpr std::size_t widest = 80; ///< for reading aloud and for tickets, however wide the terminal
constexpr std::size_t state_width = 9; ///< `unknown` and a gap
constexpr std::size_t link_width = 14; ///< `group-member` and a gap

std::string padded(std::string text, std::size_t width)
{
    text.resize(std::max(width, text.size() + 1), ' ');
    return text;
}

/// Broken at spaces into lines that fit, the later ones moved in by `indent`; the first begins there.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t width)
{
    std::string clean(text);
    std::replace_if(
        clean.begin(), clean.end(), [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; }, '?');
    std::istringstream words(clean);
    std::string out;
    std::size_t column = indent;
    for (std::string word; words >> word;) {
        if (column > indent && column + 1 + word.size() > width) {
            out += "\n" + std::string(indent, ' ');
            column = indent;
        }
        out += (column > indent ? " " : "") + word;
        column += word.size() + (column > indent ? 1 : 0);
    }
    return out + "\n";
}

Tint tint(LinkState state)
{
    switch (state) {
    case LinkState::ok:
        return Tint::good;
    case LinkState::fails:
        return Tint::bad;
    case LinkState::waits:
    case LinkState::unknown:
        break;
    }
    return Tint::warn;
}

/// As a word: what fails stands out without colour too.
std::string mark(LinkState state)
{
    return state == LinkState::fails ? "FAILS" : std::string(name(state));
}

std::string link_text(const Link& link, const Screen& screen, std::size_t width)
{
    constexpr auto indent = state_width + link_width;
    auto out = screen.tinted(tint(link.state), mark(link.state))
        + std::string(state_width - mark(link.state).size(), ' ') + padded(link.link, link_width)
        + wrapped(link.text, indent, width);
    if (link.state == LinkState::ok)
        return out;
    for (const auto& [key, value] : link.details)
        out += std::string(indent, ' ') + screen.tinted(Tint::faint, "- ")
            + wrapped(key + ": " + value, indent + 2, width);
    return out;
}

std::string verdict_text(const Verdict& verdict, const Screen& screen, std::size_t width)
{
    constexpr auto indent = state_width;
    auto out = padded("verdict", indent);
    if (verdict.state == LinkState::ok)
        return out + screen.tinted(Tint::good, verdict.text) + "\n";
    out += wrapped(verdict.text, indent, width);
    out += padded("link", indent) + screen.tinted(tint(verdict.state), verdict.link) + "\n";
    if (!verdict.advice.empty())
        out += padded("do", indent) + wrapped(verdict.advice, indent, width);
    if (!verdict.who.empty())
        out += padded("who", indent) + wrapped(verdict.who, indent, width);
    return out;
}

std::ptrdiff_t working(const ExplainReport& report)
{
    return std::count_if(report.explained.begin(), report.explained.end(),
        [](const Explanation& one) { return one.verdict.state == LinkState::ok; });
}

std::string unknown_text(const ExplainReport& report, const std::string& name)
{
    auto out = "nobody bears the name " + cited(name)
        + ": neither the portal's lists nor what we remember of them, nor the site";
    for (const auto& near : report.nearest)
        out += (near == report.nearest.front() ? "; did you mean " : ", ") + cited(near);
    return out + (report.nearest.empty() ? "" : "?");
}

json::object link_json(const Link& link)
{
    json::object details;
    for (const auto& [key, value] : link.details) {
        auto& slot = details[key];
        if (slot.is_null())
            slot = value;
        else
            slot = std::string(slot.as_string()) + "\n" + value; // each a line of its own
    }
    return { { "link", link.link }, { "state", name(link.state) }, { "text", link.text },
        { "details", std::move(details) }, { "advice", link.advice }, { "who", link.who } };
}

} // namespace

std::string explain_text(
    const ExplainReport& report, const std::string& name, Instant now, const Screen& screen)
{
    const auto width = std::min(screen.width, widest);
    std::string out;
    if (report.portal_error)
        out += wrapped("the portal is away (" + report.portal_error->text + "): this is what it said "
                + span_text(now - report.taken) + " ago, at " + text(report.taken),
            0, width);
    if (report.explained.empty())
        return out + wrapped(unknown_text(report, name), 0, width);
    for (const auto& one : report.explained) {
        out += out.empty() ? "" : "\n";
        out += screen.tinted(Tint::strong, wrapped(one.subject, 0, width));
        for (const auto& link : one.links)
            out += link_text(link, screen, width);
        out += verdict_text(one.verdict, screen, width);
    }
    if (const auto all = report.explained.size(); all > 1)
        out += "\n" + std::to_string(working(report)) + " of " + std::to_string(all) + " can work\n";
    return out;
}

std::string explain_json(const ExplainReport& report, const std::string& name, Instant now)
{
    json::array explained;
    for (const auto& one : report.explained) {
        json::array links;
        for (const auto& link : one.links)
            links.push_back(link_json(link));
        explained.push_back(json::object { { "subject", one.subject }, { "sort", site::name(one.sort) },
            { "links", std::move(links) },
            { "verdict",
                json::object { { "state", site::name(one.verdict.state) }, { "link", one.verdict.link },
                    { "text", one.verdict.text }, { "advice", one.verdict.advice },
                    { "who", one.verdict.who } } } });
    }
    json::array nearest;
    for (const auto& near : report.nearest)
        nearest.emplace_back(near);
    json::object out { { "name", name }, { "all_hold", report.all_hold() },
        { "snapshot_at", text(report.taken) }, { "snapshot_age", (now - report.taken).count() },
        { "fresh", !report.portal_error }, { "explained", std::move(explained) },
        { "nearest", std::move(nearest) } };
    if (report.portal_error)
        out["portal_error"] = report.portal_error->text;
    return json::serialize(out) + "\n";
}

} // namespace site

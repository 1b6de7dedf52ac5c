#include "crash/crash_site.hpp"

#include "model/decimal.hpp"
#include "store/database.hpp"
#include "store/evidence_check.hpp"
#include "store/journal.hpp"
#include "store/ledger.hpp"
#include "store/outbox.hpp"
#include "store/ownership_store.hpp"
#include "store/portal_memory.hpp"
#include "system/clock.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

namespace site {
namespace {

namespace fs = std::filesystem;

const Name cluster { "sandbox" };

void copy_folder(const fs::path& from, const fs::path& to)
{
    fs::create_directories(to);
    for (const auto& entry : fs::directory_iterator(to))
        fs::remove_all(entry.path());
    fs::copy(from, to, fs::copy_options::recursive);
}

/// Rows of the control interface, without what differs from run to run.
std::vector<std::string> lines(const boost::json::array& rows)
{
    static const std::set<std::string_view> volatile_keys { "uuid", "created", "modified", "date",
        "last_sync", "modified_by", "component_usage", "component_usage_uuid", "url", "id" };
    std::vector<std::string> out;
    for (const auto& row : rows) {
        std::map<std::string, std::string> sorted;
        for (const auto& [key, value] : row.as_object())
            if (!volatile_keys.contains(key))
                sorted[key] = boost::json::serialize(value);
        std::string line;
        for (const auto& [key, value] : sorted)
            line.append(key).append("=").append(value).append(" ");
        out.push_back(line);
    }
    std::sort(out.begin(), out.end());
    return out;
}

boost::json::array rows_of(PortalProcess& portal, const std::string& table)
{
    return boost::json::parse(portal.control("GET", table).body).as_array();
}

/// By value, so that a loop over it loops over something that lives.
template <class T> T must(Result<T> result)
{
    if (!result)
        throw std::runtime_error(result.error().text);
    return std::move(*result);
}

std::string joined(const std::vector<std::string>& lines)
{
    std::string out;
    for (const auto& line : lines)
        out += line + "\n";
    return out;
}

std::unique_ptr<Database> opened(const AgentHome& agent)
{
    auto database = Database::open(agent.path("state") / "state.db", Database::Access::read);
    if (!database)
        throw std::runtime_error(database.error().text);
    return std::move(*database);
}

} // namespace

CrashSite::CrashSite() : portal({ .arguments = { "--db", (portal_dir_.path() / "portal.db").string() } })
{
    options.portal_url = portal.url();
    options.programs = slurm.programs();
    options.resolve_people = false;
    // Days that are over are final at once, so that a second collect reads today only.
    options.usage_more = "      close_after: 1h\n";
    agent = std::make_unique<AgentHome>(options);
}

void CrashSite::keep()
{
    synced_.clear();
    for (const auto& row : rows_of(portal, "resources"))
        synced_[std::string(row.at("uuid").as_string())] = row.at("last_sync").as_string();
    portal.stop();
    copy_folder(portal_dir_.path(), kept_.path() / "portal");
    copy_folder(agent->path("state"), kept_.path() / "state");
    fs::copy_file(slurm.file(), kept_.path() / "book", fs::copy_options::overwrite_existing);
    portal.start();
}

void CrashSite::put_back()
{
    portal.stop();
    copy_folder(kept_.path() / "portal", portal_dir_.path());
    copy_folder(kept_.path() / "state", agent->path("state"));
    fs::copy_file(kept_.path() / "book", slurm.file(), fs::copy_options::overwrite_existing);
    portal.start();
}

std::string CrashSite::portal_state()
{
    std::string out;
    for (const auto* table : { "component_usages", "user_usages", "resources" })
        out += std::string("portal ") + table + "\n" + joined(lines(rows_of(portal, table)));
    for (const auto& row : rows_of(portal, "resources")) {
        const std::string uuid(row.at("uuid").as_string());
        out += uuid + (synced_[uuid] == row.at("last_sync").as_string() ? "" : " was synced") + "\n";
    }
    return out;
}

std::string CrashSite::store_state()
{
    const auto database = opened(*agent);
    std::vector<std::string> all;
    for (const auto& [key, owned] : must(OwnershipStore(*database).load("slurm", cluster))) {
        std::vector<std::string> fields;
        for (const auto& field : owned.fields)
            fields.push_back(field.field.text() + "=" + field.ours.text() + " before " + field.before.text());
        std::sort(fields.begin(), fields.end());
        all.push_back("ours " + text(key) + (owned.record ? " record" : "") + "\n" + joined(fields));
    }
    for (const auto& [uuid, allocation] : must(PortalMemory(*database).known(cluster))) {
        const auto standing = [](const auto& one) {
            return std::string(one.gone ? " gone" : "") + (one.blocked ? " blocked" : "");
        };
        all.push_back("known " + allocation.identifier + standing(allocation));
        for (const auto& member : allocation.members)
            all.push_back("known " + member.identifier + " " + member.user.text() + standing(member));
    }
    for (const auto& [uuid, resource] : must(PortalMemory(*database).resources(cluster)))
        all.push_back("resource " + uuid.text());
    const auto month = month_of(SystemClock().now());
    for (const auto& row : must(Ledger(*database).month(cluster, month)))
        all.push_back("used " + row.account.text() + "/" + row.user.text() + " "
            + std::to_string(row.spent.node_seconds) + " " + std::to_string(row.spent.cpu_seconds));
    for (const auto& [what, amount] : must(Outbox(*database).reported(month)))
        all.push_back("reported " + std::get<0>(what).text() + " " + std::get<2>(what) + " "
            + std::get<3>(what) + " " + amount.text());
    std::sort(all.begin(), all.end());
    return joined(all);
}

std::string CrashSite::state()
{
    return slurm.text() + portal_state() + store_state();
}

std::string CrashSite::contradiction()
{
    const auto database = opened(*agent);
    std::string out;
    if (const auto chain = must(check_chain(*database)); chain.fault)
        out += "the journal does not prove itself: " + chain.fault->what + "\n";
    const Journal journal(*database);
    for (const auto& entry : must(journal.open_intents("slurm", cluster)))
        out += "open: " + text(entry.change) + "\n";
    std::map<Key, Outcome> last;
    for (const auto& entry : must(journal.entries({ .most = 100000 })))
        last.emplace(entry.change.key, entry.outcome); // newest first
    for (const auto& [key, outcome] : last)
        if (outcome != Outcome::done)
            out += "last word on " + text(key) + ": " + std::string(name(outcome)) + "\n";
    for (const auto& row : must(Outbox(*database).rows()))
        out += "waits in the outbox: " + row.resource.text() + "\n";
    std::set<std::string> ours;
    for (const auto& [key, owned] : must(OwnershipStore(*database).load("slurm", cluster)))
        if (owned.record)
            ours.insert("row|" + key.name.text() + "|" + key.member.text() + "|");
    std::istringstream book(slurm.text());
    for (std::string line; std::getline(book, line);) {
        if (!line.starts_with("row|brics."))
            continue;
        const auto end = line.find('|', line.find('|', 4) + 1) + 1;
        if (ours.erase(line.substr(0, end)) == 0)
            out += "at the site, not ours: " + line + "\n";
    }
    for (const auto& line : ours)
        out += "ours, not at the site: " + line + "\n";
    return out;
}

void CrashSite::change(const std::string& what, const std::string& json)
{
    const auto reply = portal.control("POST", what, json);
    ASSERT_LT(reply.status, 300) << reply.body;
}

void CrashSite::jobs_of(const std::vector<std::pair<std::string, std::string>>& places, int seconds)
{
    const auto now = SystemClock().now();
    const auto from = std::max(start_of(month_of(now)), now - std::chrono::hours { 2 });
    const auto to = std::min(from + Seconds { seconds }, now);
    const auto epoch = [](Instant at) { return std::to_string(at.time_since_epoch().count()); };
    std::string rows;
    int id = 1;
    for (const auto& [account, user] : places)
        rows += std::to_string(id++) + "|sandbox|" + account + "|" + user + "|main|normal|COMPLETED|"
            + epoch(from) + "|" + epoch(from) + "|" + epoch(from) + "|" + epoch(to) + "|"
            + std::to_string((to - from).count()) + "|UNLIMITED|billing=8,cpu=8,mem=100M,node=1\n";
    slurm.answer("sacct", rows);
}

std::vector<std::string> CrashSite::passages(const std::vector<std::string>& command)
{
    const auto log = agent->path("fault.log");
    fs::remove(log);
    agent->expect(0, command, { { "SITE_FAULT_LOG", log } });
    return lines_of(log);
}

std::vector<std::string> lines_of(const std::filesystem::path& file)
{
    std::vector<std::string> all;
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);)
        all.push_back(line);
    return all;
}

std::string counted(const std::vector<std::string>& names)
{
    std::map<std::string, std::size_t> counts;
    for (const auto& name : names)
        ++counts[name];
    std::string out;
    for (const auto& [name, count] : counts)
        out += (out.empty() ? "" : ", ") + std::to_string(count) + "x " + name;
    return out;
}

} // namespace site

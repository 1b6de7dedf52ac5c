#include "simulation/site.hpp"

#include <stdexcept>

namespace site::simulation {

Name gate()
{
    static const Name name { "gate" };
    return name;
}

Name block()
{
    static const Name name { "block" };
    return name;
}

namespace {

bool is_hold(Name field)
{
    return field == gate() || field == block();
}

} // namespace

bool Site::ours(const Key& key) const
{
    const auto found = traces.find(key);
    return found != traces.end() && found->second.ours;
}

Value Site::value(const Key& key, Name field) const
{
    const auto record = fake.records.find(key);
    if (record == fake.records.end())
        return {};
    const auto found = record->second.find(field);
    return found == record->second.end() ? Value {} : found->second;
}

bool Site::held(const Key& key, Name field) const
{
    const auto trace = traces.find(key);
    if (trace == traces.end())
        return false;
    const auto found = trace->second.fields.find(field);
    return found != trace->second.fields.end() && found->second.held && found->second.ours
        && value(key, field) == Value { std::int64_t { 0 } };
}

void Site::perform(const Change& change)
{
    if (on_write)
        on_write(*this, change);
    Write write { change };
    if (const auto record = fake.records.find(change.key); record != fake.records.end()) {
        write.stood = record->second;
        write.made_before = true;
    }
    writes.push_back(std::move(write));
    fake.applied.push_back(change);
    if (change.action == Action::remove) {
        fake.records.erase(change.key);
        traces.erase(change.key);
        return;
    }
    auto& fields = fake.records[change.key];
    auto& trace = traces[change.key];
    if (change.action == Action::create)
        trace.ours = true;
    for (const auto& field : change.fields) {
        auto& mark = trace.fields[field.field];
        if (is_hold(field.field) && !field.release) {
            if (!mark.held)
                mark.before.clear();
            if (!mark.held || mark.touched)
                mark.before.push_back(fields[field.field]);
            mark.held = true;
        }
        if (field.release)
            mark = {};
        mark.ours = !field.release;
        mark.touched = false;
        fields[field.field] = field.after;
    }
}

void Site::by_hand(const Key& key, Name field, const Value& value)
{
    fake.records.at(key)[field] = value;
    auto& mark = traces[key].fields[field];
    mark.ours = false;
    mark.touched = true;
}

void Site::made_by_hand(const Key& key, const std::map<Name, Value>& fields)
{
    fake.records[key] = fields;
    traces[key] = {};
}

void Site::removed_by_hand(const Key& key)
{
    fake.records.erase(key);
    traces.erase(key);
}

bool Site::has_children(const Key& account) const
{
    return std::any_of(fake.records.begin(), fake.records.end(), [&](const auto& record) {
        return record.first.kind == Kind::association && record.first.name == account.name;
    });
}

void Site::finish_late()
{
    for (const auto& change : std::exchange(late, {})) {
        if (change.action == Action::remove && change.key.kind == Kind::account && has_children(change.key))
            continue;
        const Key account { Kind::account, change.key.cluster, change.key.name };
        if (change.action == Action::create && change.key.kind == Kind::association && !has(account))
            continue;
        licensed.insert(text(change)); // its intent was there when the call began
        perform(change);
    }
}

void Site::wait_while_stuck()
{
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !stuck; });
}

void Site::release()
{
    const std::lock_guard lock(mutex_);
    stuck = false;
    changed_.notify_all();
}

Interest SitePlugin::interest(const Snapshot& snapshot) const
{
    seam_("interest");
    return fake_.interest(snapshot);
}

Result<Observation> SitePlugin::observed(const Interest& interest)
{
    if (site_.stuck) {
        site_.wait_while_stuck();
        return Error { Errc::unreachable, "too late" };
    }
    if (site_.blind_once && site_.applies > 0) {
        site_.blind_once = false;
        return Error { Errc::unreachable, "the site is away" };
    }
    return fake_.observed(interest);
}

Result<Desired> SitePlugin::desired(const Snapshot& snapshot, const Observation& observation) const
{
    seam_("desired");
    return fake_.desired(snapshot, observation);
}

Result<void> SitePlugin::carry_out(const Change& change)
{
    if (site_.fake.refuses.contains(change.key))
        return Error { Errc::refused, "the tool says no" };
    if (change.action == Action::remove) {
        if (site_.fake.busy.contains(change.key))
            return Error { Errc::conflict, "jobs are active" };
        if (change.key.kind == Kind::account && site_.has_children(change.key))
            return Error { Errc::conflict, "associations hang under it" };
    }
    const Key account { Kind::account, change.key.cluster, change.key.name };
    if (change.action == Action::create && change.key.kind == Kind::association && !site_.has(account))
        return Error { Errc::refused, "no such account" };
    site_.perform(change);
    return {};
}

std::vector<Result<void>> SitePlugin::apply(std::span<const Change> changes)
{
    ++site_.applies;
    if (site_.on_apply)
        site_.on_apply(site_, changes);
    if (std::exchange(site_.loses_call, false)) {
        site_.late.assign(changes.begin(), changes.end());
        site_.blind_once = true;
        throw std::runtime_error("no answer in time");
    }
    std::vector<Result<void>> results;
    const auto limit = site_.dies_after ? site_.dies_after : site_.breaks_after;
    int count = 0;
    for (const auto& change : changes) {
        if (limit && count >= *limit) {
            if (site_.dies_after) {
                site_.dies_after.reset();
                site_.died();
                break;
            }
            site_.breaks_after.reset();
            throw std::runtime_error("the tool crashed");
        }
        results.push_back(carry_out(change));
        ++count;
    }
    while (results.size() < changes.size())
        results.emplace_back(Error { Errc::unreachable, "killed" });
    return results;
}

} // namespace site::simulation

#include "ldap/ldap.hpp"

#include "group_projection/group_projection.hpp"
#include "group_projection/name_caches.hpp"
#include "ldap/access.hpp"
#include "ldap/apply.hpp"
#include "ldap/check.hpp"
#include "ldap/operations.hpp"
#include "model/identifier.hpp"

#include <algorithm>

namespace site {
namespace {

constexpr const char* every_group = "(objectClass=posixGroup)";
constexpr const char* every_user = "(objectClass=posixAccount)";

constexpr const char* cache_programs = "/usr/sbin";
constexpr std::chrono::seconds cache_deadline { 30 };

} // namespace

Ldap::Ldap(Name cluster, const LdapSettings& settings, Runner& runner, SecretReader secrets)
    : cluster_(cluster), settings_(settings), runner_(runner), directory_(settings, std::move(secrets))
{
}

Interest Ldap::interest(const Snapshot& snapshot) const
{
    return group_interest(cluster_, snapshot);
}

Result<Observation> Ldap::observed(const Interest& interest)
{
    seen_ = false;
    if (const auto good = judge_access(settings_); !good)
        return good.error();
    const auto form = LdapForm::make(settings_);
    if (!form)
        return form.error();
    LdapListing listing(*form, cluster_, interest);
    auto read = directory_.search({ .base = settings_.group_base,
                                      .filter = settings_.group_filter,
                                      .attributes = group_attributes(*form) },
        [&](const LdapEntry& entry) { return listing.take_group(entry); });
    if (!read)
        return read.error().in("listing groups");
    if (settings_.group_filter != every_group) {
        read = directory_.search(
            { .base = settings_.group_base, .filter = every_group, .attributes = { "cn", "gidNumber" } },
            [&](const LdapEntry& entry) { return listing.take_id(entry); });
        if (!read)
            return read.error().in("listing group ids");
    }
    if (!settings_.people_base.empty()) {
        read = directory_.search(
            { .base = settings_.people_base, .filter = every_user, .attributes = user_attributes(*form) },
            [&](const LdapEntry& entry) { return listing.take_user(entry); });
        if (!read)
            return read.error().in("listing users");
    }
    auto out = listing.observation();
    if (!cache_trouble_.empty())
        out.findings.push_back(cache_finding("ldap-cache", cache_trouble_));
    tree_ = std::move(listing).tree();
    seen_ = true;
    return out;
}

Result<Desired> Ldap::desired(const Snapshot& snapshot, const Observation& observation) const
{
    const auto* facts = dynamic_cast<const LdapFacts*>(observation.facts.get());
    if (facts == nullptr)
        return Error { Errc::internal, "the observation is not of a directory" };
    auto out = group_desired(settings_.groups, settings_.users, cluster_, snapshot, observation);
    if (!out)
        return out;
    for (const auto& [group, why] : facts->odd)
        out->refused.push_back({ { Kind::group, cluster_, group }, why });
    std::erase_if(out->strays, [&](const Stray& stray) { return facts->odd.contains(stray.key.name); });
    return out;
}

std::vector<std::string> Ldap::commands(std::span<const Change> changes) const
{
    const auto form = LdapForm::make(settings_);
    if (!form)
        return {};
    std::vector<std::string> out;
    for (const auto& operation : ldap_work(changes, tree_, *form).operations)
        out.push_back(shown(operation));
    if (!out.empty())
        for (const auto& command : cache_commands(settings_.caches, cache_programs, cache_deadline))
            out.push_back(text(command));
    return out;
}

std::vector<Result<void>> Ldap::apply(std::span<const Change> changes)
{
    const auto all = [&](const Error& error) { return std::vector<Result<void>>(changes.size(), error); };
    if (!seen_)
        return all({ Errc::conflict, "the directory has not been read yet" });
    const auto form = LdapForm::make(settings_);
    if (!form)
        return all(form.error());
    const auto before = directory_.counts().changes;
    auto results = apply_ldap(changes, tree_, *form, directory_);
    if (directory_.counts().changes != before)
        forget_caches();
    return results;
}

void Ldap::forget_caches()
{
    cache_trouble_.clear();
    for (const auto& command : cache_commands(settings_.caches, cache_programs, cache_deadline)) {
        const auto output = runner_.run(command);
        if (!output)
            cache_trouble_ = output.error().text;
        else if (!output->exit.ok())
            cache_trouble_ = command.program + " ended with status " + std::to_string(output->exit.status)
                + ": " + cited(output->exit.errors, 200);
    }
}

std::vector<Finding> Ldap::check()
{
    return check_ldap(settings_, directory_);
}

} // namespace site

#include "ldap/listing.hpp"

#include "model/identifier.hpp"

#include <algorithm>
#include <charconv>

namespace site {
namespace {

constexpr std::string_view mark = "site-agent";

template <class T> std::optional<T> number(const std::string& text)
{
    T value = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec != std::errc {} || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    return value;
}

bool is_mark(const std::string& description)
{
    return description == mark || description.starts_with(std::string(mark) + ":");
}

std::string user_name(const LdapEntry& entry)
{
    if (auto named = first_value(entry.dn, "uid"))
        return *named;
    const auto& all = entry.values("uid");
    return all.empty() ? std::string() : all.front();
}

} // namespace

Result<LdapForm> LdapForm::make(const LdapSettings& settings)
{
    LdapForm form;
    form.settings_ = &settings;
    if (settings.people_base.empty())
        return form;
    auto members = MemberNames::make(settings.user_attribute, settings.people_base);
    if (!members)
        return members.error();
    form.members_ = std::move(*members);
    return form;
}

std::string LdapForm::member_value(Name user) const
{
    return by_dn() ? user_dn(user) : user.text();
}

std::string LdapForm::group_dn(Name group) const
{
    return child_dn("cn", group.text(), settings_->group_base);
}

std::string LdapForm::placeholder(const std::string& dn) const
{
    if (!by_dn() || settings_->placeholder_member == "none")
        return {};
    if (!settings_->placeholder_member.empty())
        return settings_->placeholder_member;
    return settings_->bind_dn.empty() ? dn : settings_->bind_dn;
}

std::vector<std::string> group_attributes(const LdapForm& form)
{
    return { "cn", "gidNumber", "description", form.member_attribute() };
}

std::vector<std::string> user_attributes(const LdapForm&)
{
    return { "uid", "uidNumber", "gidNumber", "shadowExpire" };
}

std::string group_name(const LdapEntry& entry)
{
    if (auto named = first_value(entry.dn, "cn"))
        return *named;
    const auto& all = entry.values("cn");
    return all.empty() ? std::string() : all.front();
}

Result<std::uint32_t> one_id(const LdapEntry& entry, std::string_view attribute)
{
    const auto& values = entry.values(attribute);
    const auto wrong = [&](const std::string& what) {
        return Error { Errc::invalid, cited(entry.dn, 200) + " has " + what + " " + std::string(attribute) };
    };
    if (values.empty())
        return wrong("no");
    if (values.size() > 1)
        return wrong("several values of");
    if (const auto id = number<std::uint32_t>(values.front()))
        return *id;
    return wrong("an odd");
}

Result<LdapGroup> group_of(const LdapEntry& entry, const LdapForm& form)
{
    LdapGroup group { .dn = entry.dn };
    const auto& descriptions = entry.values("description");
    group.marked = std::any_of(descriptions.begin(), descriptions.end(), is_mark);
    const auto gid = one_id(entry, "gidNumber");
    if (!gid)
        return gid.error();
    group.gid = *gid;
    const auto& values = entry.values(form.member_attribute());
    if (!form.by_dn()) {
        for (const auto& value : values)
            if (!value.empty())
                group.members.emplace(value);
        return group;
    }
    const auto placeholder = form.placeholder(entry.dn);
    const auto nobody_dn = placeholder.empty() ? Result<std::string>(std::string()) : normal_dn(placeholder);
    for (const auto& value : values) {
        if (value.empty())
            continue; // the empty DN is nobody: some sites have it stand in
        const auto normal = normal_dn(value);
        if (!placeholder.empty() && normal && nobody_dn && *normal == *nobody_dn)
            group.placeholder = true;
        else
            group.members.emplace(form.members().name(value));
    }
    return group;
}

LdapListing::LdapListing(const LdapForm& form, Name cluster, const Interest& interest)
    : form_(form), cluster_(cluster), interest_(interest)
{
}

void LdapListing::set_aside(Name group, std::string why)
{
    tree_.odd.try_emplace(group, std::move(why));
}

Result<void> LdapListing::take_group(const LdapEntry& entry)
{
    const Name name(group_name(entry));
    for (const auto& value : entry.values("gidNumber"))
        if (const auto gid = number<std::uint32_t>(value))
            tree_.ids.groups.try_emplace(*gid, name);
    const bool asked = std::binary_search(interest_.names.begin(), interest_.names.end(), name);
    if (!asked && !interest_.marked)
        return {};
    const auto& descriptions = entry.values("description");
    if (!asked && std::none_of(descriptions.begin(), descriptions.end(), is_mark))
        return {};
    if (name.empty())
        return Error { Errc::invalid, cited(entry.dn, 200) + " has no readable cn" };
    auto group = group_of(entry, form_);
    if (!group) {
        set_aside(name, group.error().text);
        group = LdapGroup { .dn = entry.dn };
    }
    const auto [there, first] = tree_.groups.try_emplace(name, std::move(*group));
    if (!first)
        set_aside(name,
            "two entries have its name: " + cited(there->second.dn, 200) + " and " + cited(entry.dn, 200));
    else if (!tree_.odd.contains(name))
        by_gid_.try_emplace(there->second.gid, name);
    return {};
}

Result<void> LdapListing::take_id(const LdapEntry& entry)
{
    const Name name(group_name(entry));
    for (const auto& value : entry.values("gidNumber"))
        if (const auto gid = number<std::uint32_t>(value))
            tree_.ids.groups.try_emplace(*gid, name);
    const bool asked = std::binary_search(interest_.names.begin(), interest_.names.end(), name);
    if (!asked || tree_.groups.contains(name))
        return {};
    set_aside(name, cited(entry.dn, 200) + " has its name, and group_filter does not match it");
    tree_.groups.try_emplace(name, LdapGroup { .dn = entry.dn });
    return {};
}

Result<void> LdapListing::take_user(const LdapEntry& entry)
{
    const Name name(user_name(entry));
    const auto uid = one_id(entry, "uidNumber");
    const auto gid = one_id(entry, "gidNumber");
    if (!uid || !gid || name.empty()) {
        // Where ids are given, one that can't be seen might be given twice.
        if (form_.settings().users.create)
            return name.empty() ? Error { Errc::invalid, cited(entry.dn, 200) + " has no readable uid" }
                : uid           ? gid.error()
                                : uid.error();
        if (odd_users_++ == 0)
            odd_user_ = entry.dn;
        return {};
    }
    tree_.ids.users.try_emplace(*uid, name);
    tree_.primary.try_emplace(*gid, name);
    if (const auto group = by_gid_.find(*gid); group != by_gid_.end())
        primary_.emplace(group->second, name);
    if (!std::binary_search(interest_.users.begin(), interest_.users.end(), name))
        return {};
    LdapUser user { .dn = entry.dn, .uid = *uid, .gid = *gid };
    if (const auto& values = entry.values("shadowExpire"); !values.empty()) {
        user.expires = number<std::int64_t>(values.front());
        if (!user.expires)
            return Error { Errc::invalid, cited(entry.dn, 200) + " has an odd shadowExpire" };
    }
    if (!tree_.users.try_emplace(name, std::move(user)).second)
        return Error { Errc::invalid,
            "two entries are user " + cited(name.text()) + ": " + cited(entry.dn, 200) + " and "
                + cited(tree_.users.at(name).dn, 200) };
    return {};
}

Observation LdapListing::observation() const
{
    const auto& fields = group_fields();
    Observation out;
    for (const auto& [name, group] : tree_.groups) {
        Record record { .key = { Kind::group, cluster_, name }, .marked = group.marked };
        if (!tree_.odd.contains(name))
            record.fields.push_back({ fields.gid, Value(std::int64_t { group.gid }) });
        out.records.push_back(std::move(record));
        for (const auto& member : group.members)
            out.records.push_back({ .key = { Kind::group_member, cluster_, name, member } });
    }
    for (const auto& [name, user] : tree_.users) {
        Record record { .key = { Kind::user, cluster_, {}, name } };
        record.fields.push_back({ fields.uid, Value(std::int64_t { user.uid }) });
        if (user.expires)
            record.fields.push_back({ fields.locked, Value(*user.expires) });
        out.records.push_back(std::move(record));
    }
    std::sort(
        out.records.begin(), out.records.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    for (const auto& [name, why] : tree_.odd)
        out.findings.push_back({ Severity::warning, "ldap-odd-group", name.text(),
            why + ": it is left as it is", "mend the entry in the directory" });
    if (odd_users_ > 0)
        out.findings.push_back({ Severity::warning, "ldap-odd-user", "",
            std::to_string(odd_users_) + " users have no readable uid, uidNumber or gidNumber, such as "
                + cited(odd_user_, 200),
            "let the agent read them, or mend the entries" });
    out.ids = tree_.ids;
    auto facts = std::make_shared<LdapFacts>();
    facts->primary = primary_;
    facts->odd = tree_.odd;
    out.facts = std::move(facts);
    return out;
}

} // namespace site

#pragma once

#include "config/key_table.hpp"

#include <type_traits>

namespace site::detail {

template <class Member> void assign(Member& member, const Value& value)
{
    if constexpr (std::is_same_v<Member, bool>)
        member = std::get<bool>(value);
    else if constexpr (std::is_enum_v<Member> || std::is_integral_v<Member>)
        member = static_cast<Member>(std::get<std::int64_t>(value)); // the bounds of the table fit the member
    else if constexpr (std::is_same_v<Member, std::optional<std::int64_t>>)
        member = std::get<std::int64_t>(value);
    else if constexpr (std::is_same_v<Member, std::optional<std::uint64_t>>)
        member = static_cast<std::uint64_t>(std::get<std::int64_t>(value));
    else if constexpr (std::is_same_v<Member, std::optional<Seconds>>)
        member = Seconds { std::get<std::int64_t>(value) };
    else if constexpr (std::is_same_v<Member, Seconds>)
        member = Seconds { std::get<std::int64_t>(value) };
    else if constexpr (std::is_same_v<Member, std::vector<std::string>>)
        member = std::get<std::vector<std::string>>(value);
    else if constexpr (std::is_same_v<Member, std::vector<Uuid>>)
        for (const auto& text : std::get<std::vector<std::string>>(value))
            member.push_back(*Uuid::parse(text));
    else
        member = std::get<std::string>(value);
}

template <class Owner> Owner& owner(Target& target)
{
    if constexpr (std::is_same_v<Owner, Config>)
        return target.config;
    else if constexpr (std::is_same_v<Owner, GuardConfig>)
        return target.config.guards;
    else if constexpr (std::is_same_v<Owner, EndpointConfig>)
        return target.config.endpoint;
    else if constexpr (std::is_same_v<Owner, PortalConfig>)
        return *target.portal;
    else if constexpr (std::is_same_v<Owner, Oidc>)
        return *target.portal->oidc;
    else if constexpr (std::is_same_v<Owner, ClusterConfig>)
        return *target.cluster;
    else if constexpr (std::is_same_v<Owner, AllocationFilter>)
        return target.cluster->allocations;
    else if constexpr (std::is_same_v<Owner, SlurmSettings>)
        return *target.cluster->slurm;
    else if constexpr (std::is_same_v<Owner, UsageConfig>)
        return target.cluster->usage;
    else if constexpr (std::is_same_v<Owner, UnixGroupsSettings>)
        return *target.cluster->unix_groups;
    else if constexpr (std::is_same_v<Owner, LdapSettings>)
        return *target.cluster->ldap;
    else if constexpr (std::is_same_v<Owner, ExecSettings>)
        return *target.cluster->exec;
    else if constexpr (std::is_same_v<Owner, GroupRules>)
        return *target.groups;
    else if constexpr (std::is_same_v<Owner, UserRules>)
        return *target.users;
    else if constexpr (std::is_same_v<Owner, VolumeSettings>)
        return *target.volume;
    else if constexpr (std::is_same_v<Owner, StorageRules>)
        return *target.storage;
    else if constexpr (std::is_same_v<Owner, QuotaAmounts>)
        return *target.amounts;
    else if constexpr (std::is_same_v<Owner, StorageComponent>)
        return *target.level;
    else if constexpr (std::is_same_v<Owner, NodeShape>)
        return *target.shape;
    else
        return *static_cast<std::enable_if_t<std::is_same_v<Owner, ComponentConfig>, Owner*>>(
            target.component);
}

/// Puts a value that was read into a member of the section that is open.
template <class Owner, class Member> auto into(Member Owner::*member)
{
    return [member](Target& target, const Value& value) { assign(owner<Owner>(target).*member, value); };
}

template <class Owner, class Part, class Member> auto into(Part Owner::*part, Member Part::*member)
{
    return [part, member](
               Target& target, const Value& value) { assign((owner<Owner>(target).*part).*member, value); };
}

} // namespace site::detail

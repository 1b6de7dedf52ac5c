#pragma once

#include "group_projection/group_projection.hpp"
#include "ldap/directory.hpp"
#include "ldap/names.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace site {

/// How groups and users are written in this directory. Pure.
class LdapForm {
public:
    /// The settings outlive the form. An error when a base is no DN.
    static Result<LdapForm> make(const LdapSettings&);

    [[nodiscard]] bool by_dn() const { return settings_->schema == LdapSchema::rfc2307bis; }
    [[nodiscard]] std::string member_attribute() const { return by_dn() ? "member" : "memberUid"; }
    [[nodiscard]] std::string member_value(Name user) const;
    [[nodiscard]] std::string group_dn(Name group) const;
    [[nodiscard]] std::string user_dn(Name user) const { return members_.dn(user.text()); }
    /// Who stands in a group without members; empty where such a group may be.
    [[nodiscard]] std::string placeholder(const std::string& group_dn) const;
    [[nodiscard]] const LdapSettings& settings() const { return *settings_; }
    [[nodiscard]] const MemberNames& members() const { return members_; }

private:
    const LdapSettings* settings_ = nullptr;
    MemberNames members_;
};

/// A group as it stands in the directory.
struct LdapGroup {
    std::string dn;
    std::uint32_t gid = 0;
    std::set<Name> members {}; ///< a member that is no user below the people's base: his whole DN
    bool placeholder = false; ///< it holds the placeholder, which is nobody
    bool marked = false; ///< its description says that we made it
};

struct LdapUser {
    std::string dn;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::optional<std::int64_t> expires {}; ///< shadowExpire, in days since 1970
};

/// What was seen of the directory: groups and users of the interest, and every id.
struct LdapTree {
    std::map<Name, LdapGroup> groups {};
    std::map<Name, LdapUser> users {};
    std::map<Name, std::string> odd {}; ///< groups that are left as they are, with why
    std::unordered_map<std::uint32_t, Name> primary {}; ///< somebody whose primary group has this id
    IdsInUse ids {};
};

class LdapFacts : public GroupFacts {
public:
    std::map<Name, std::string> odd {}; ///< groups that can't be told apart or have no one id, with why
};

/// What is asked for of a group and of a user.
std::vector<std::string> group_attributes(const LdapForm&);
std::vector<std::string> user_attributes(const LdapForm&);

/// A group's name: of its DN, else its first cn. Empty when there is none.
std::string group_name(const LdapEntry&);

/// The one id of an attribute; an error where there is none, several, or no number.
Result<std::uint32_t> one_id(const LdapEntry&, std::string_view attribute);

/// A group of that entry; an error when its id can't be told.
Result<LdapGroup> group_of(const LdapEntry&, const LdapForm&);

/// Takes a directory's entries one by one and makes records of them: first groups, then users.
class LdapListing {
public:
    LdapListing(const LdapForm&, Name cluster, const Interest&);

    Result<void> take_group(const LdapEntry&);
    /// Of the search for ids alone: a group that the filter does not let through.
    Result<void> take_id(const LdapEntry&);
    Result<void> take_user(const LdapEntry&);
    [[nodiscard]] Observation observation() const;
    [[nodiscard]] LdapTree tree() && { return std::move(tree_); }

private:
    void set_aside(Name group, std::string why);

    const LdapForm& form_;
    Name cluster_;
    const Interest& interest_;
    LdapTree tree_;
    std::set<std::pair<Name, Name>> primary_;
    std::unordered_map<std::uint32_t, Name> by_gid_; ///< of the groups of the interest
    std::size_t odd_users_ = 0;
    std::string odd_user_;
};

} // namespace site

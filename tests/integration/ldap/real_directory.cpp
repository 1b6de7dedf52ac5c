#include "real_directory.hpp"

#include "store/ownership_store.hpp"

#include <cstdlib>
#include <map>

namespace site {
namespace {

std::map<LdapSchema, std::unique_ptr<LdapSandbox>> the_sandboxes;

class Sandboxes : public testing::Environment {
public:
    void TearDown() override { the_sandboxes.clear(); }
};

// A machine whose environment would spoil every connection, were it heeded.
const bool spoilt = [] {
    ::setenv("LDAPTLS_CIPHER_SUITE", "NONE", 1);
    ::setenv("LDAPTLS_REQCERT", "never", 1);
    ::setenv("LDAPSIZELIMIT", "1", 1);
    return true;
}();

const auto* const the_environment = testing::AddGlobalTestEnvironment(new Sandboxes);

} // namespace

LdapSandbox& sandbox(LdapSchema schema)
{
    (void)spoilt;
    auto& one = the_sandboxes[schema];
    if (!one)
        one = std::make_unique<LdapSandbox>(schema);
    return *one;
}

RealDirectory::RealDirectory(LdapSandbox& sandbox) : directory(sandbox), settings(sandbox.settings())
{
}

RealDirectory::~RealDirectory()
{
    directory.clear();
}

Ldap& RealDirectory::plugin()
{
    if (!plugin_)
        plugin_ = std::make_unique<Ldap>(Name("sandbox"), settings, runner, secret_of);
    return *plugin_;
}

Snapshot RealDirectory::snapshot(const std::vector<Allocation>& allocations) const
{
    Snapshot out;
    out.cluster = Name("sandbox");
    out.month = std::chrono::year(2026) / std::chrono::November;
    out.allocations = allocations;
    out.owned = &owned;
    return out;
}

Result<Observation> RealDirectory::look(const std::vector<Allocation>& allocations)
{
    return plugin().observed(plugin().interest(snapshot(allocations)));
}

Difference RealDirectory::plan(const std::vector<Allocation>& allocations)
{
    const auto view = snapshot(allocations);
    const auto seen = look(allocations);
    EXPECT_TRUE(seen) << (seen ? "" : seen.error().text);
    if (!seen)
        return {};
    const auto desired = plugin().desired(view, *seen);
    EXPECT_TRUE(desired) << (desired ? "" : desired.error().text);
    return desired ? diff(seen->records, *desired, view) : Difference {};
}

std::vector<std::string> RealDirectory::apply(const std::vector<Change>& changes)
{
    const auto results = plugin().apply(changes);
    std::vector<std::string> out;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        if (results[i])
            site::settle(owned, changes[i]);
        out.push_back(text(changes[i]) + ": " + (results[i] ? "ok" : results[i].error().text));
    }
    return out;
}

void RealDirectory::settle(const std::vector<Allocation>& allocations)
{
    EXPECT_THAT(apply(plan(allocations).changes), testing::Each(testing::EndsWith(": ok")));
    EXPECT_THAT(texts(plan(allocations)), testing::IsEmpty());
}

std::vector<std::string> RealDirectory::members(const std::string& group)
{
    return directory.values(group_dn(group), settings.schema == LdapSchema::rfc2307 ? "memberUid" : "member");
}

Member member(const std::string& user)
{
    return { Name(user), user + ".climate.brics", {} };
}

Allocation project(const std::string& group, std::uint32_t gid, const std::vector<std::string>& users)
{
    Allocation out;
    out.name = group;
    out.identifier = "climate.brics";
    out.group = Name(group);
    out.gid = gid;
    for (const auto& user : users)
        out.members.push_back(member(user));
    return out;
}

std::vector<std::string> texts(const Difference& difference)
{
    std::vector<std::string> out;
    for (const auto& change : difference.changes)
        out.push_back(text(change));
    return out;
}

} // namespace site

#include "fuzz/input.hpp"
#include "ldap/names.hpp"
#include "ldap/operations.hpp"

using namespace site;
using namespace site::fuzz;

// Values into DNs and filters and back, and member DNs as a directory may hold them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = text_of(data, size);
    static const std::string base = "ou=people,dc=example,dc=org";
    static const auto members = MemberNames::make("uid", base).value();

    const auto dn = child_dn("uid", text, base);
    const auto back = first_value(dn, "uid");
    if (text.find('\0') == std::string_view::npos && !text.empty() && back)
        must(*back == text, "a value comes back from its DN", text);
    if (back && is_local_name(text))
        must(members.name(dn) == text, "a user comes back from his DN", text);
    must(!is_local_name(text) || back, "every local name makes a DN", text);

    const auto filter = escaped_filter_value(text);
    must(filter.find_first_of("*()") == std::string::npos, "nothing of a filter is left", text);

    if (const auto normal = normal_dn(text)) {
        const auto again = normal_dn(*normal);
        must(again && *again == *normal, "a normal DN is its own normal form", text);
        const auto name = members.name(text);
        if (is_local_name(name) && name != text)
            must(
                *normal == normal_dn(members.dn(name)).value(), "a member is the user he is taken for", text);
    } else {
        must(members.name(text) == text, "what is no DN stays as it is", text);
    }

    // A directory's entry becomes a group, whatever it holds.
    LdapSettings settings;
    settings.schema = LdapSchema::rfc2307bis;
    settings.group_base = "ou=groups,dc=example,dc=org";
    settings.people_base = base;
    settings.bind_dn = "cn=agent,dc=example,dc=org";
    const auto form = LdapForm::make(settings).value();
    auto rest = text;
    LdapEntry entry { std::string(cut(rest, '\n')) };
    entry.attributes.push_back({ "gidNumber", { "7001" } });
    entry.attributes.push_back({ "member", {} });
    for (const auto line : split(rest, '\n'))
        entry.attributes.back().values.emplace_back(line);
    (void)group_name(entry);
    if (const auto group = group_of(entry, form))
        must(group->members.size() + (group->placeholder ? 1 : 0) <= entry.values("member").size(),
            "no member is made up", text);
    return 0;
}

#include "ldap/names.hpp"

#include "model/identifier.hpp"

#include <algorithm>
#include <array>
#include <ldap.h>
#include <memory>
#include <vector>

namespace site {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

std::string hex(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return { hex_digits[byte >> 4U], hex_digits[byte & 0xfU] };
}

bool plain_control(char c)
{
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

std::string lower(std::string_view text)
{
    std::string out(text);
    for (auto& c : out)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::string_view view(const berval& value)
{
    return { value.bv_val == nullptr ? "" : value.bv_val, value.bv_len };
}

/// The short name of an attribute that may also stand by its number or long name.
std::string attribute_name(std::string_view given)
{
    struct Alias {
        std::string_view other;
        std::string_view name;
    };
    constexpr std::array aliases { Alias { "2.5.4.3", "cn" }, Alias { "commonname", "cn" },
        Alias { "2.5.4.11", "ou" }, Alias { "organizationalunitname", "ou" }, Alias { "2.5.4.10", "o" },
        Alias { "organizationname", "o" }, Alias { "0.9.2342.19200300.100.1.1", "uid" },
        Alias { "userid", "uid" }, Alias { "0.9.2342.19200300.100.1.25", "dc" },
        Alias { "domaincomponent", "dc" } };
    auto name = lower(given);
    for (const auto& alias : aliases)
        if (name == alias.other)
            return std::string(alias.name);
    return name;
}

std::string normal_value(std::string_view value)
{
    std::string out;
    for (const char c : value) {
        if (c == ' ' && (out.empty() || out.back() == ' '))
            continue;
        out += c;
    }
    if (!out.empty() && out.back() == ' ')
        out.pop_back();
    return lower(out);
}

struct Part {
    std::string attribute;
    std::string value;
    bool binary = false; ///< given as `#hex`: no text

    [[nodiscard]] std::string normal() const
    {
        if (!binary)
            return attribute + "=" + escaped_dn_value(normal_value(value));
        std::string out = attribute + "=#";
        for (const char c : value)
            out += hex(c);
        return out;
    }
};

using Rdn = std::vector<Part>;

std::optional<std::vector<Rdn>> parse(std::string_view text)
{
    if (text.find('\0') != std::string_view::npos)
        return std::nullopt;
    std::string copy(text);
    berval value { copy.size(), copy.data() };
    LDAPDN dn = nullptr;
    if (ldap_bv2dn(&value, &dn, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS)
        return std::nullopt;
    const std::unique_ptr<LDAPRDN, decltype(&ldap_dnfree)> owner(dn, &ldap_dnfree);
    std::vector<Rdn> out;
    for (std::size_t i = 0; dn != nullptr && dn[i] != nullptr; ++i) {
        Rdn rdn;
        for (std::size_t j = 0; dn[i][j] != nullptr; ++j) {
            const auto& ava = *dn[i][j];
            rdn.push_back({ attribute_name(view(ava.la_attr)), std::string(view(ava.la_value)),
                (ava.la_flags & LDAP_AVA_BINARY) != 0 });
        }
        out.push_back(std::move(rdn));
    }
    return out;
}

std::string normal(const std::vector<Rdn>& dn, std::size_t from)
{
    std::string out;
    for (std::size_t i = from; i < dn.size(); ++i) {
        std::vector<std::string> parts;
        for (const auto& part : dn[i])
            parts.push_back(part.normal());
        std::sort(parts.begin(), parts.end());
        for (std::size_t j = 0; j < parts.size(); ++j)
            out += (j > 0 ? "+" : out.empty() ? "" : ",") + parts[j];
    }
    return out;
}

} // namespace

std::string escaped_dn_value(std::string_view value)
{
    std::string out;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        const bool at_edge = i == 0 || i + 1 == value.size();
        if (plain_control(c))
            out += "\\" + hex(c);
        else if (std::string_view("\"+,;<>\\=").find(c) != std::string_view::npos || (c == '#' && i == 0)
            || (c == ' ' && at_edge))
            out += std::string("\\") + c;
        else
            out += c;
    }
    return out;
}

std::string escaped_filter_value(std::string_view value)
{
    std::string out;
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (plain_control(c) || byte >= 0x80 || c == '*' || c == '(' || c == ')' || c == '\\')
            out += "\\" + hex(c);
        else
            out += c;
    }
    return out;
}

std::string child_dn(std::string_view attribute, std::string_view value, std::string_view base)
{
    return std::string(attribute) + "=" + escaped_dn_value(value) + "," + std::string(base);
}

Result<std::string> normal_dn(std::string_view dn)
{
    const auto parsed = parse(dn);
    if (!parsed)
        return Error { Errc::invalid, cited(dn, 200) + " is no DN" };
    return normal(*parsed, 0);
}

std::optional<std::string> first_value(std::string_view dn, std::string_view attribute)
{
    const auto parsed = parse(dn);
    if (!parsed || parsed->empty() || parsed->front().size() != 1 || parsed->front()[0].binary
        || parsed->front()[0].attribute != attribute_name(attribute))
        return std::nullopt;
    return parsed->front()[0].value;
}

Result<MemberNames> MemberNames::make(std::string_view attribute, std::string_view people_base)
{
    MemberNames made;
    made.attribute_ = attribute_name(attribute);
    made.base_ = people_base;
    const auto base = normal_dn(people_base);
    if (!base)
        return base.error();
    if (base->empty())
        return Error { Errc::invalid, "the base of people is empty" };
    made.normal_base_ = *base;
    return made;
}

std::string MemberNames::dn(std::string_view user) const
{
    return child_dn(attribute_, user, base_);
}

std::string MemberNames::name(std::string_view dn) const
{
    const auto parsed = parse(dn);
    if (!parsed || parsed->empty() || parsed->front().size() != 1 || normal(*parsed, 1) != normal_base_)
        return std::string(dn);
    const auto& part = parsed->front()[0];
    const auto user = normal_value(part.value);
    if (part.attribute != attribute_ || part.binary || user.empty())
        return std::string(dn);
    return user;
}

} // namespace site

#include "ldap/directory.hpp"

#include "ldap/connection.hpp"
#include "model/identifier.hpp"

#include <algorithm>
#include <strings.h>

namespace site {
namespace {

Errc errc_of(int code)
{
    switch (code) {
    case LDAP_SERVER_DOWN:
    case LDAP_CONNECT_ERROR:
    case LDAP_UNAVAILABLE:
    case LDAP_BUSY:
        return Errc::unreachable;
    case LDAP_TIMEOUT:
    case LDAP_TIMELIMIT_EXCEEDED:
        return Errc::timed_out;
    case LDAP_NO_SUCH_OBJECT:
        return Errc::not_found;
    case LDAP_ALREADY_EXISTS:
    case LDAP_TYPE_OR_VALUE_EXISTS:
    case LDAP_NO_SUCH_ATTRIBUTE:
        return Errc::conflict;
    default:
        return code < 0 ? Errc::internal : Errc::refused;
    }
}

std::string lower_first(std::string text)
{
    if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z')
        text[0] = static_cast<char>(text[0] - 'A' + 'a');
    return text;
}

/// Strings as the null-ended array that libldap takes; they must outlive it.
class Words {
public:
    explicit Words(const std::vector<std::string>& words)
    {
        for (const auto& word : words)
            pointers_.push_back(const_cast<char*>(word.c_str())); // libldap writes into none of them
        pointers_.push_back(nullptr);
    }
    [[nodiscard]] char** get() { return pointers_.data(); }

private:
    std::vector<char*> pointers_;
};

/// Attributes as libldap's null-ended array of modifications; they must outlive it.
class Mods {
public:
    void add(int way, const std::string& attribute, const std::vector<std::string>& values)
    {
        auto& one = *parts_.emplace_back(std::make_unique<Part>());
        for (const auto& value : values)
            one.values.push_back({ value.size(), const_cast<char*>(value.data()) });
        for (auto& value : one.values)
            one.pointers.push_back(&value);
        one.pointers.push_back(nullptr);
        one.mod.mod_op = way | LDAP_MOD_BVALUES;
        one.mod.mod_type = const_cast<char*>(attribute.c_str());
        one.mod.mod_bvalues = values.empty() ? nullptr : one.pointers.data();
    }
    [[nodiscard]] LDAPMod** get()
    {
        pointers_.clear();
        for (const auto& part : parts_)
            pointers_.push_back(&part->mod);
        pointers_.push_back(nullptr);
        return pointers_.data();
    }

private:
    struct Part {
        LDAPMod mod {};
        std::vector<berval> values;
        std::vector<berval*> pointers;
    };
    std::vector<std::unique_ptr<Part>> parts_;
    std::vector<LDAPMod*> pointers_;
};

int way_of(LdapModification::Way way)
{
    switch (way) {
    case LdapModification::Way::add:
        return LDAP_MOD_ADD;
    case LdapModification::Way::remove:
        return LDAP_MOD_DELETE;
    case LdapModification::Way::replace:
        return LDAP_MOD_REPLACE;
    }
    return LDAP_MOD_ADD;
}

Result<LdapEntry> entry_of(LDAP* handle, LDAPMessage* message)
{
    LdapEntry entry;
    char* dn = ldap_get_dn(handle, message);
    if (dn == nullptr)
        return Error { Errc::internal, "an entry without a name" };
    entry.dn = dn;
    ldap_memfree(dn);
    BerElement* place = nullptr;
    for (char* name = ldap_first_attribute(handle, message, &place); name != nullptr;
         name = ldap_next_attribute(handle, message, place)) {
        LdapAttribute attribute { name, {} };
        auto** values = ldap_get_values_len(handle, message, name);
        for (std::size_t i = 0; values != nullptr && values[i] != nullptr; ++i)
            attribute.values.emplace_back(values[i]->bv_val, values[i]->bv_len);
        ldap_value_free_len(values);
        ldap_memfree(name);
        entry.attributes.push_back(std::move(attribute));
    }
    ber_free(place, 0);
    for (const auto& attribute : entry.attributes)
        if (attribute.name.find(";range=") != std::string::npos)
            return Error { Errc::refused, "the server cut the values of " + cited(entry.dn, 200) };
    return entry;
}

} // namespace

const std::vector<std::string>& LdapEntry::values(std::string_view attribute) const
{
    static const std::vector<std::string> none;
    const auto found = std::find_if(attributes.begin(), attributes.end(), [&](const LdapAttribute& one) {
        return one.name.size() == attribute.size()
            && ::strncasecmp(one.name.data(), attribute.data(), attribute.size()) == 0;
    });
    return found == attributes.end() ? none : found->values;
}

Error ldap_error(int code, std::string_view doing, std::string_view said)
{
    const char* words = ldap_err2string(code);
    auto text = std::string(doing) + ": " + (code == LDAP_TIMEOUT ? "no answer in time" : lower_first(words))
        + " (" + std::to_string(code) + ")";
    if (!said.empty())
        text += ": " + cited(said, 200);
    return { errc_of(code), std::move(text) };
}

Directory::Directory(const LdapSettings& settings, SecretReader secrets)
    : settings_(settings), secrets_(std::move(secrets))
{
    keep_ldap_to_itself();
}

Directory::~Directory() = default;

Result<void> Directory::open()
{
    if (connection_)
        return {};
    ++counts_.connections;
    auto connection = LdapConnection::open(settings_, secrets_);
    if (!connection)
        return connection.error();
    connection_ = std::move(*connection);
    return {};
}

Result<void> Directory::search(const LdapSearch& search, const Sink& sink)
{
    const NoPipeSignal guard;
    const bool kept = connection_ != nullptr;
    bool handed_over = false;
    const Sink counting = [&](const LdapEntry& entry) {
        handed_over = true;
        return sink(entry);
    };
    ++counts_.searches;
    bool lost = false;
    auto done = search_once(search, counting, lost);
    if (!done && lost)
        connection_.reset();
    if (done || !lost || !kept || handed_over || done.error().code != Errc::unreachable)
        return done;
    done = search_once(search, sink, lost);
    if (!done && lost)
        connection_.reset();
    return done;
}

Result<void> Directory::search_once(const LdapSearch& search, const Sink& sink, bool& lost)
{
    lost = false;
    last_code_ = 0;
    if (auto opened = open(); !opened)
        return opened;
    const auto doing
        = "reading " + (search.base.empty() ? std::string("the server's own entry") : search.base);
    const bool paging = search.paging == LdapSearch::Paging::pages;
    const LdapDeadline deadline(settings_.read_deadline);
    Words attributes(search.attributes);
    std::string cookie;
    const auto failed = [&](int code, std::string_view said = {}) -> Result<void> {
        lost = connection_lost(code);
        last_code_ = code;
        return ldap_error(code, doing, said);
    };
    do {
        LDAPControl* page = nullptr;
        berval place { cookie.size(), cookie.data() };
        if (paging)
            if (const int code = ldap_create_page_control(
                    connection_->handle(), static_cast<ber_int_t>(settings_.page_size), &place, 1, &page);
                code != LDAP_SUCCESS)
                return failed(code);
        LDAPControl* controls[] = { page, nullptr };
        int id = 0;
        ++counts_.pages;
        const int sent = ldap_search_ext(connection_->handle(), search.base.c_str(),
            search.scope == LdapSearch::Scope::entry ? LDAP_SCOPE_BASE : LDAP_SCOPE_SUBTREE,
            search.filter.c_str(), attributes.get(), 0, paging ? controls : nullptr, nullptr, nullptr,
            LDAP_NO_LIMIT, &id);
        if (page != nullptr)
            ldap_control_free(page);
        if (sent != LDAP_SUCCESS)
            return failed(sent, connection_->diagnostic());
        bool last = false;
        while (!last) {
            const auto received = connection_->receive(id, deadline);
            if (received.code != LDAP_SUCCESS)
                return failed(received.code);
            if (received.type == LDAP_RES_SEARCH_REFERENCE) {
                connection_->abandon(id);
                return Error { Errc::refused, doing + ": a part of it is on another server" };
            }
            if (received.type == LDAP_RES_SEARCH_ENTRY) {
                const auto entry = entry_of(connection_->handle(), received.message.get());
                auto taken = entry ? sink(*entry) : Result<void>(entry.error().in(doing));
                if (!taken) {
                    connection_->abandon(id);
                    return taken;
                }
            }
            if (received.type != LDAP_RES_SEARCH_RESULT)
                continue;
            last = true;
            const auto end = connection_->end_of(received.message.get());
            if (end.code != LDAP_SUCCESS)
                return failed(end.code, end.said);
            if (end.referred)
                return Error { Errc::refused, doing + ": it is on another server" };
            if (paging && !end.paged)
                return Error { Errc::refused, doing + ": the server lost the chain of pages" };
            cookie = end.cookie;
        }
    } while (!cookie.empty());
    return {};
}

LdapAnswer Directory::change(const std::string& doing, const std::function<int(LdapConnection&, int&)>& send)
{
    const NoPipeSignal guard;
    ++counts_.changes;
    for (bool again = connection_ != nullptr;; again = false) {
        if (auto opened = open(); !opened)
            return { -1, opened.error().in(doing) };
        const LdapDeadline deadline(settings_.change_deadline);
        int id = 0;
        LdapEnd end;
        end.code = send(*connection_, id);
        if (end.code == LDAP_SUCCESS)
            end = connection_->finish(id, deadline);
        else
            end.said = connection_->diagnostic();
        if (end.code == LDAP_SUCCESS)
            return {};
        if (connection_lost(end.code))
            connection_.reset();
        if (end.code == LDAP_SERVER_DOWN && again)
            continue;
        return { end.code, ldap_error(end.code, doing, end.said) };
    }
}

LdapAnswer Directory::add(const LdapEntry& entry)
{
    Mods mods;
    for (const auto& attribute : entry.attributes)
        mods.add(LDAP_MOD_ADD, attribute.name, attribute.values);
    return change("adding " + entry.dn, [&](LdapConnection& connection, int& id) {
        return ldap_add_ext(connection.handle(), entry.dn.c_str(), mods.get(), nullptr, nullptr, &id);
    });
}

LdapAnswer Directory::modify(const std::string& dn, const std::vector<LdapModification>& modifications)
{
    Mods mods;
    for (const auto& one : modifications)
        mods.add(way_of(one.way), one.attribute, one.values);
    return change("modifying " + dn, [&](LdapConnection& connection, int& id) {
        return ldap_modify_ext(connection.handle(), dn.c_str(), mods.get(), nullptr, nullptr, &id);
    });
}

LdapAnswer Directory::remove(const std::string& dn)
{
    return change("removing " + dn, [&](LdapConnection& connection, int& id) {
        return ldap_delete_ext(connection.handle(), dn.c_str(), nullptr, nullptr, &id);
    });
}

Result<std::string> Directory::whoami()
{
    const NoPipeSignal guard;
    const bool kept = connection_ != nullptr;
    bool lost = false;
    auto said = whoami_once(lost);
    if (lost)
        connection_.reset();
    if (!lost || !kept || said.error().code != Errc::unreachable)
        return said;
    said = whoami_once(lost);
    if (lost)
        connection_.reset();
    return said;
}

Result<std::string> Directory::whoami_once(bool& lost)
{
    lost = false;
    constexpr std::string_view doing = "asking the directory who we are";
    if (auto opened = open(); !opened)
        return opened.error();
    int id = 0;
    int code = ldap_whoami(connection_->handle(), nullptr, nullptr, &id);
    LdapReceived received;
    if (code == LDAP_SUCCESS) {
        received = connection_->receive(id, LdapDeadline(settings_.read_deadline));
        code = received.code;
    }
    lost = code != LDAP_SUCCESS;
    if (lost)
        return ldap_error(code, doing);
    const auto end = connection_->end_of(received.message.get());
    if (end.code != LDAP_SUCCESS)
        return ldap_error(end.code, doing, end.said);
    berval* data = nullptr;
    std::string out;
    if (ldap_parse_extended_result(connection_->handle(), received.message.get(), nullptr, &data, 0)
            == LDAP_SUCCESS
        && data != nullptr) {
        out.assign(data->bv_val == nullptr ? "" : data->bv_val, data->bv_len);
        ber_bvfree(data);
    }
    return out;
}

} // namespace site

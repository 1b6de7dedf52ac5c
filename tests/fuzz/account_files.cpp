#include "unix_groups/account_files.hpp"
#include "fuzz/input.hpp"
#include "unix_groups/check.hpp"
#include "unix_groups/listing.hpp"

#include <algorithm>

using namespace site;
using namespace site::fuzz;

// /etc/group, /etc/passwd, /etc/shadow, nsswitch.conf and a lock file, with bytes 0x01 between them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    auto text = text_of(data, size);
    const auto group = cut(text, '\1');
    const auto passwd = cut(text, '\1');
    const auto shadow = cut(text, '\1');
    (void)asks_files(cut(text, '\1'), "group");
    must(lock_owner(text).pid >= 0, "no process has a negative number", text);

    AccountFiles files;
    if (auto read = parse_group(group))
        files.groups = std::move(*read);
    else
        must(is_tame(read.error().text) || read.error().text.find('"') != std::string::npos,
            "an error is tame");
    if (auto read = parse_passwd(passwd))
        files.users = std::move(*read);
    if (auto read = parse_shadow(shadow))
        files.shadow = std::move(*read);
    else
        must(shadow.find("$y$secret") == std::string_view::npos
                || read.error().text.find("$y$secret") == std::string::npos,
            "no hash in an error");
    // Names live as long as the process: a fuzzer would fill memory with them.
    Interest interest { .names = {}, .users = {} };
    for (const auto& [name, entry] : files.groups) {
        must(!name.empty() && name.find(':') == std::string::npos && name.find('\n') == std::string::npos,
            "a name is one field", name);
        auto members = member_list(entry.members);
        for (const auto member : members)
            must(!member.empty() && member.find(',') == std::string_view::npos, "a member is one name",
                member);
        std::sort(members.begin(), members.end());
        must(std::adjacent_find(members.begin(), members.end()) == members.end(), "each once");
        if (is_local_name(name) && name.size() < 3)
            interest.names.emplace_back(name);
    }
    if (group.size() > 64 || passwd.size() > 96)
        return 0;
    for (const auto* user : { "root", "u1", "u2" })
        interest.users.emplace_back(user);
    std::sort(interest.names.begin(), interest.names.end());
    const auto seen = unix_listing(Name("c1"), interest, files, 20'000);
    must(std::adjacent_find(seen.records.begin(), seen.records.end(),
             [](const auto& a, const auto& b) { return !(a.key < b.key); })
            == seen.records.end(),
        "records are sorted, each key once");
    return 0;
}

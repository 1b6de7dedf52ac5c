#include "model/name.hpp"

#include <mutex>
#include <unordered_set>

namespace site {
namespace {

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view> {}(text); }
};

struct Table {
    std::mutex mutex;
    std::unordered_set<std::string, TextHash, std::equal_to<>> texts; // nodes stay where they are
    const std::string* empty = &*texts.emplace().first;
};

Table& table()
{
    static auto* the_table = new Table; // never destroyed: static names may outlive any order of exit
    return *the_table;
}

} // namespace

Name::Name() : text_(table().empty)
{
}

Name::Name(std::string_view text)
{
    auto& names = table();
    const std::lock_guard lock(names.mutex);
    auto found = names.texts.find(text);
    if (found == names.texts.end())
        found = names.texts.emplace(text).first;
    text_ = &*found;
}

} // namespace site

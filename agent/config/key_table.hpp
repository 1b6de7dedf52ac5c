#pragma once

#include "config/config.hpp"
#include "config/value_type.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace site::detail {

/// Where the values go that are read now: the configuration and the sections of it that are open.
struct Target {
    Config& config;
    PortalConfig* portal = nullptr;
    ClusterConfig* cluster = nullptr;
    NodeShape* shape = nullptr;
    ComponentConfig* component = nullptr;
    GroupRules* groups = nullptr;
    UserRules* users = nullptr;
    VolumeSettings* volume = nullptr;
    StorageRules* storage = nullptr; ///< of the volume's projects or people
    QuotaAmounts* amounts = nullptr;
    StorageComponent* level = nullptr;
};

/// What holds when a key is not in the file.
struct Fallback {
    enum class Kind {
        required, ///< a problem
        none, ///< nothing
        text, ///< the text, read as if it stood in the file; `{}` opens a section, `[]` is an empty list
        built_in ///< the folder of the plugins, which the build knows; the text is for people
    };
    Kind kind = Kind::none;
    std::string_view text;

    constexpr Fallback(Kind made, std::string_view shown) : kind(made), text(shown) { }
    constexpr Fallback(Kind made) : kind(made) { }
    constexpr Fallback(const char* made) : kind(Kind::text), text(made) { }
};

/// A key of the file: everything there is to know about it.
struct Key {
    /// Dotted; `[]` stands for an entry of a list of sections, `*` for a name that the site chooses.
    std::string_view path;
    ValueType type;
    Fallback fallback;
    std::string_view help;
    /// Puts a value that was read where it belongs; of a section, opens it (a named one with its name).
    std::function<void(Target&, const Value&)> put;

    [[nodiscard]] std::string_view parent() const; ///< empty at the top
    [[nodiscard]] std::string_view word() const; ///< the last part: `url`
};

/// All keys, a section before its own, in the order of the example file.
const std::vector<Key>& key_table();

/// Of the local endpoint.
std::vector<Key> endpoint_keys();

/// Of the plugins that keep Unix groups and users, and of their ids.
std::vector<Key> group_keeper_keys();

/// Of what a run of a job is charged.
std::vector<Key> charge_keys();

/// Of the volumes of the plugin storage_quota, and of the components that tell of them.
std::vector<Key> storage_keys();

/// The keys of one section, by its path with `[]` or `.*` where it is an entry; empty for the top.
std::span<const Key* const> keys_of(std::string_view section);

} // namespace site::detail

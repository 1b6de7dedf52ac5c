#pragma once

#include "config/key_table.hpp"
#include "config/yaml_tree.hpp"

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace site::detail {

/// What a file holds, so far.
struct Reading {
    std::filesystem::path file;
    Config config;
    std::vector<Problem> problems; ///< in no order
    std::vector<EffectiveSetting> settings; ///< in the order of the table
    std::map<std::string, Place> given; ///< keys that the file has, by full path, good or bad
    std::set<std::string> bad; ///< those of them that have a problem; a cross check passes over them

    void problem(Place at, std::string key, std::string text);
    [[nodiscard]] bool good(const std::string& key) const { return bad.find(key) == bad.end(); }
    [[nodiscard]] bool has(const std::string& key) const { return given.find(key) != given.end(); }
};

/// Reads the document by the table of keys: unknown, doubled, missing and empty keys, wrong types and values
/// beyond their bounds each make one problem.
void read_document(const YamlNode& root, Reading& into);

} // namespace site::detail

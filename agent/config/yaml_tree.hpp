#pragma once

#include <string>
#include <utility>
#include <vector>

namespace site::detail {

/// Line and column of the file, from 1; columns count bytes.
struct Place {
    int line = 0;
    int column = 0;
};

/// A value of the file. In a map each of `items` carries its key, doubles included, in the file's order.
struct YamlNode {
    enum class Kind { null, scalar, list, map };
    Kind kind = Kind::null;
    Place place;
    std::string text; ///< of a scalar
    std::vector<YamlNode> items;
    std::string key; ///< empty outside of maps
    Place key_place;
    bool refused = false; ///< a problem of it is already told: an alias, an anchor or a tag
};

/// The file's one document, or why it can't be read as one.
struct YamlTree {
    bool whole = false; ///< `root` is all of the document
    YamlNode root;
    std::vector<std::pair<Place, std::string>> problems;
};

/// Reads YAML without what a configuration has no use for: aliases, anchors, tags, a second document,
/// control characters, more than 16 levels or 20,000 values. So nothing in the tree is larger than the text
/// it came from. Doubled keys are left to the caller. Never throws but for want of memory.
YamlTree parse_yaml(const std::string& yaml);

} // namespace site::detail

#include "config/yaml_tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <sstream>
#include <tuple>

namespace site::detail {
namespace {

constexpr std::size_t most_levels = 16; // the deepest key lies on level 7
constexpr std::size_t most_nodes = 20'000; // every setting and a thousand protected names have some 1,300

Place place_of(const YAML::Mark& mark)
{
    return { mark.line + 1, mark.column + 1 };
}

class TreeBuilder : public YAML::EventHandler {
public:
    explicit TreeBuilder(YamlTree& tree) : tree_(tree) { }

    void OnDocumentStart(const YAML::Mark& mark) override
    {
        if (++documents_ == 2)
            throw YAML::ParserException(mark, "a second document begins, allowed is one");
    }
    void OnDocumentEnd() override { tree_.whole = true; }

    void OnNull(const YAML::Mark& mark, YAML::anchor_t) override
    {
        add(node(YamlNode::Kind::null, mark, ""));
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override
    {
        auto alias = node(YamlNode::Kind::null, mark, "");
        alias.refused = true;
        refuse(mark, "aliases are not allowed, write the value out");
        add(std::move(alias));
    }
    void OnAnchor(const YAML::Mark& mark, const std::string&) override
    {
        refuse(mark, "anchors are not allowed, write the value out");
    }
    void OnScalar(
        const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& value) override
    {
        auto scalar = node(YamlNode::Kind::scalar, mark, tag);
        scalar.text = value;
        add(std::move(scalar));
    }
    void OnSequenceStart(
        const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, YAML::EmitterStyle::value) override
    {
        open(node(YamlNode::Kind::list, mark, tag), mark);
    }
    void OnMapStart(
        const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, YAML::EmitterStyle::value) override
    {
        open(node(YamlNode::Kind::map, mark, tag), mark);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapEnd() override { close(); }

private:
    struct Frame {
        YamlNode node;
        std::optional<YamlNode> key; ///< of a map: read, its value is not
    };

    void refuse(const YAML::Mark& mark, std::string why)
    {
        tree_.problems.emplace_back(place_of(mark), std::move(why));
    }

    YamlNode node(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag)
    {
        YamlNode made;
        if (++nodes_ > most_nodes)
            throw YAML::ParserException(mark, "more values begin here than allowed, which is 20000 in all");
        made.kind = kind;
        made.place = place_of(mark);
        // yaml-cpp's own marks for "no tag": ? for plain, ! for quoted values.
        made.refused = !tag.empty() && tag != "?" && tag != "!";
        if (made.refused)
            refuse(mark, "tags are not allowed, leave it out");
        return made;
    }

    void open(YamlNode made, const YAML::Mark& mark)
    {
        if (frames_.size() == most_levels)
            throw YAML::ParserException(
                mark, "is nested too deeply, allowed are " + std::to_string(most_levels) + " levels");
        frames_.push_back({ std::move(made), std::nullopt });
    }

    void close()
    {
        auto closed = std::move(frames_.back().node);
        frames_.pop_back();
        add(std::move(closed));
    }

    void add(YamlNode made)
    {
        if (frames_.empty()) {
            tree_.root = std::move(made);
            return;
        }
        auto& frame = frames_.back();
        if (frame.node.kind == YamlNode::Kind::list) {
            frame.node.items.push_back(std::move(made));
            return;
        }
        if (!frame.key) {
            if (made.kind != YamlNode::Kind::scalar && !made.refused)
                tree_.problems.emplace_back(made.place, "a key is not a word");
            frame.key = std::move(made);
            return;
        }
        if (frame.key->kind == YamlNode::Kind::scalar) {
            made.key = std::move(frame.key->text);
            made.key_place = frame.key->place;
            frame.node.items.push_back(std::move(made));
        }
        frame.key.reset();
    }

    YamlTree& tree_;
    std::vector<Frame> frames_;
    std::size_t nodes_ = 0;
    int documents_ = 0;
};

/// Length of the UTF-8 character at `at`; 0 where there is none, or one that has no place in a configuration.
std::size_t character_at(const std::string& text, std::size_t at)
{
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : static_cast<unsigned char>(0);
    };
    const std::uint32_t first = byte(at);
    if (first < 0x80)
        return first == '\t' || first == '\n' || first == '\r' || (first >= 0x20 && first != 0x7f) ? 1 : 0;
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4)
        return 0;
    std::uint32_t code = first & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(at + i) & 0xc0U) != 0x80)
            return 0;
        code = code << 6 | (byte(at + i) & 0x3fU);
    }
    const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    const bool surrogate = code >= 0xd800 && code < 0xe000;
    const bool control = code < 0xa0;
    return overlong || surrogate || control || code > 0x10ffff ? 0 : length;
}

/// yaml-cpp replaces what isn't UTF-8 and takes some control characters for ends; neither may pass silently.
std::optional<Place> first_unprintable(const std::string& text)
{
    Place place { 1, 1 };
    for (std::size_t at = 0; at < text.size();) {
        const auto length = character_at(text, at);
        if (length == 0)
            return place;
        if (text[at] == '\n')
            place = { place.line + 1, 1 };
        else
            place.column += static_cast<int>(length);
        at += length;
    }
    return std::nullopt;
}

/// The place after the last character.
Place end_of(const std::string& text)
{
    const auto lines = std::count(text.begin(), text.end(), '\n');
    const auto last = text.rfind('\n');
    const auto columns = last == std::string::npos ? text.size() : text.size() - last - 1;
    return { static_cast<int>(lines) + 1, static_cast<int>(columns) + 1 };
}

/// yaml-cpp's sentence, without the one that speaks of nothing but its own insides.
std::string syntax_error(const YAML::Exception& error)
{
    if (error.msg == YAML::ErrorMsg::BAD_FILE) // what its guard of the depth says
        return "is nested too deeply, allowed are " + std::to_string(most_levels) + " levels";
    if (error.msg.rfind(YAML::ErrorMsg::UNKNOWN_ANCHOR, 0) == 0)
        return "aliases are not allowed, write the value out";
    if (error.msg == YAML::ErrorMsg::EOF_IN_SCALAR)
        return "is not YAML: a quoted value has no end";
    if (error.msg.find("allowed") != std::string::npos)
        return error.msg;
    return "is not YAML: " + error.msg;
}

} // namespace

YamlTree parse_yaml(const std::string& yaml)
{
    YamlTree tree;
    if (const auto place = first_unprintable(yaml)) {
        tree.problems.emplace_back(*place, "a byte is not printable text, allowed is UTF-8");
        return tree;
    }
    TreeBuilder builder(tree);
    try {
        // Without the comment yaml-cpp 0.7 takes a quote that is open at a final line break for a closed one.
        std::istringstream in(yaml + "\n#");
        YAML::Parser parser(in);
        while (parser.HandleNextDocument(builder)) { }
    } catch (const YAML::Exception& error) {
        const auto end = end_of(yaml);
        const auto place = place_of(error.mark);
        const bool inside = std::tie(place.line, place.column) < std::tie(end.line, end.column);
        tree.problems.emplace_back(inside && place.line > 0 ? place : end, syntax_error(error));
    }
    return tree;
}

} // namespace site::detail

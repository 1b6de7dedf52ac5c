#include "portal/json_text.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>

#include <limits>
#include <unordered_set>

namespace site {
namespace {

namespace json = boost::json;

constexpr std::size_t most_depth = 32;

/// Walks through a document and notes doubled member names; builds nothing.
class KeyWatch {
public:
    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();

    std::vector<DoubledKey> doubled;

    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }
    bool on_object_begin(json::error_code&) { return opened(Frame { .is_array = false }); }
    bool on_object_end(std::size_t, json::error_code&) { return closed(); }
    bool on_array_begin(json::error_code&) { return opened(Frame { .is_array = true }); }
    bool on_array_end(std::size_t, json::error_code&) { return closed(); }
    bool on_key_part(json::string_view part, std::size_t, json::error_code&)
    {
        key_.append(part.data(), part.size());
        return true;
    }
    bool on_key(json::string_view part, std::size_t, json::error_code&)
    {
        key_.append(part.data(), part.size());
        auto& frame = frames_.back();
        if (!frame.keys.insert(key_).second)
            note();
        if (frames_.size() == 1)
            list_ = key_;
        key_.clear();
        return true;
    }
    bool on_string_part(json::string_view, std::size_t, json::error_code&) { return true; }
    bool on_string(json::string_view, std::size_t, json::error_code&) { return element(); }
    bool on_number_part(json::string_view, json::error_code&) { return true; }
    bool on_int64(std::int64_t, json::string_view, json::error_code&) { return element(); }
    bool on_uint64(std::uint64_t, json::string_view, json::error_code&) { return element(); }
    bool on_double(double, json::string_view, json::error_code&) { return element(); }
    bool on_bool(bool, json::error_code&) { return element(); }
    bool on_null(json::error_code&) { return element(); }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }

private:
    struct Frame {
        bool is_array;
        std::size_t elements = 0;
        std::unordered_set<std::string> keys {};
    };

    bool element()
    {
        if (!frames_.empty())
            ++frames_.back().elements;
        return true;
    }
    bool opened(Frame frame)
    {
        element();
        frames_.push_back(std::move(frame));
        return true;
    }
    bool closed()
    {
        frames_.pop_back();
        return true;
    }
    void note()
    {
        DoubledKey found { .list = {}, .row = {}, .key = key_ };
        const bool in_array = frames_.front().is_array;
        if (in_array)
            found.row = frames_.front().elements - 1;
        else if (frames_.size() > 1 && frames_[1].is_array) {
            found.list = list_;
            found.row = frames_[1].elements - 1;
        }
        if (doubled.empty() || doubled.back().row != found.row || doubled.back().list != found.list)
            doubled.push_back(std::move(found));
    }

    std::vector<Frame> frames_;
    std::string key_;
    std::string list_;
};

} // namespace

Result<JsonText> parse_json(std::string_view text)
{
    json::parse_options options;
    options.max_depth = most_depth;
    JsonText parsed;
    try {
        json::error_code ec;
        json::basic_parser<KeyWatch> watch { options };
        const auto read = watch.write_some(false, text.data(), text.size(), ec);
        if (!ec && read != text.size())
            ec = json::error::extra_data;
        if (ec)
            return Error { Errc::invalid,
                "not JSON at byte " + std::to_string(read) + " of " + std::to_string(text.size()) + ": "
                    + ec.message() };
        parsed.doubled = std::move(watch.handler().doubled);
        parsed.value = json::parse(text, ec, {}, options);
        if (ec)
            return Error { Errc::invalid, "not JSON: " + ec.message() };
    } catch (const std::exception& problem) {
        return Error { Errc::internal, std::string("reading JSON: ") + problem.what() };
    }
    return parsed;
}

} // namespace site

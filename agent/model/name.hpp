#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>

namespace site {

/// An interned piece of text: a word of the site's vocabulary, such as an account, a user or a field.
///
/// Eight bytes, compared for equality by address. The text lives until the process ends, so names are
/// for what a site has a bounded number of, not for messages or numbers. Any thread may make one.
class Name {
public:
    Name(); ///< the empty name
    explicit Name(std::string_view text);

    [[nodiscard]] const std::string& text() const { return *text_; }
    [[nodiscard]] bool empty() const { return text_->empty(); }

    friend bool operator==(Name a, Name b) { return a.text_ == b.text_; }
    /// By text, so that whatever is sorted by name reads the same on every run.
    friend std::strong_ordering operator<=>(Name a, Name b)
    {
        if (a.text_ == b.text_)
            return std::strong_ordering::equal;
        return a.text_->compare(*b.text_) <=> 0;
    }

private:
    friend struct std::hash<Name>;
    const std::string* text_;
};

} // namespace site

template <> struct std::hash<site::Name> {
    std::size_t operator()(site::Name name) const noexcept { return std::hash<const void*> {}(name.text_); }
};

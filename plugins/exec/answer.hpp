#pragma once

#include "api/plugin.hpp"
#include "group_projection/group_projection.hpp"

#include <boost/json/object.hpp>

#include <memory>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace site {

/// The lines of an answer, up to its end line. After the first that is wrong all others are passed over.
class ExecAnswer {
public:
    virtual ~ExecAnswer() = default;
    void line(std::string_view);
    /// The first thing that was wrong, with its line's number; also an answer without a right end.
    [[nodiscard]] Result<void> whole() const;

protected:
    /// One line's only member and what it holds. Null: the answer has no such lines.
    virtual std::optional<Result<void>> take(std::string_view what, const boost::json::object&) = 0;
    /// A `finding` line, under the code `site-CODE`.
    static Result<void> read_finding(const boost::json::object&, std::vector<Finding>& into);

private:
    Result<void> read(std::string_view line);
    Result<void> read_end(const boost::json::object&);

    std::uint64_t lines_ = 0;
    bool ended_ = false;
    std::optional<Error> wrong_;
};

/// The answer to `observed`.
class ObservedAnswer : public ExecAnswer {
public:
    /// The interest outlives it.
    ObservedAnswer(Name cluster, std::vector<Kind> kinds, const Interest&);

    /// To be asked once. Records sorted; what lies beneath a record that is not there is an Error.
    Result<Observation> finish();

protected:
    std::optional<Result<void>> take(std::string_view what, const boost::json::object&) override;

private:
    Result<void> take_record(const boost::json::object&);
    Result<void> take_id(const boost::json::object&);
    Result<void> take_primary(const boost::json::object&);
    [[nodiscard]] bool asked(Name) const;

    const Name cluster_;
    const std::vector<Kind> kinds_;
    const Interest& interest_;
    Observation out_;
    std::shared_ptr<GroupFacts> facts_ = std::make_shared<GroupFacts>();
    std::unordered_set<Key> seen_;
};

/// The answer to `apply`.
class ApplyAnswer : public ExecAnswer {
public:
    /// Ids are 0 to `changes` - 1.
    explicit ApplyAnswer(std::size_t changes) : results_(changes) { }

    /// One for each id: what the program said, "not answered", or for all the same Error.
    [[nodiscard]] std::vector<Result<void>> finish() const;

protected:
    std::optional<Result<void>> take(std::string_view what, const boost::json::object&) override;

private:
    std::vector<std::optional<Result<void>>> results_;
};

} // namespace site

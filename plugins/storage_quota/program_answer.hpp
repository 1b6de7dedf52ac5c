#pragma once

#include "api/plugin.hpp"
#include "exec/answer.hpp"

#include <map>
#include <unordered_set>

namespace site {

/// What a program says of a volume (docs/formats/exec-storage.md): records of the places that were asked for,
/// and levels of their quotas.
class VolumeAnswer : public ExecAnswer {
public:
    /// The interest outlives it.
    VolumeAnswer(Name cluster, Name volume, const Interest&);

    struct Said {
        std::vector<Record> records {}; ///< sorted by key
        std::map<Key, StorageLevel> levels {}; ///< by their quota's key
        std::vector<Finding> findings {};
    };
    /// To be asked once.
    Result<Said> finish();

protected:
    std::optional<Result<void>> take(std::string_view what, const boost::json::object&) override;

private:
    Result<void> take_record(const boost::json::object&);
    Result<void> take_level(const boost::json::object&);
    /// An Error: it was not asked for.
    Result<Key> key(
        Kind, const std::optional<std::string>& name, const std::optional<std::string>& member) const;

    const Name cluster_;
    const Name volume_;
    const Interest& interest_;
    Said said_;
    std::unordered_set<Key> seen_;
};

} // namespace site

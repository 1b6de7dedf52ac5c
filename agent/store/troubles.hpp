#pragma once

#include "model/name.hpp"
#include "model/time.hpp"
#include "model/uuid.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace site {

/// How far the trouble of a resource has come.
enum class TroubleStage : std::uint8_t {
    counting, ///< cycles are counted; the portal knows nothing
    due, ///< it lasted: the portal is to be told
    told, ///< the portal was told: the ERRED that it shows is ours
    over ///< mended: the portal is to be told that it is in order again
};

std::string_view name(TroubleStage);

/// A fault of one resource alone, over several cycles.
struct Trouble {
    Instant since;
    std::uint32_t cycles = 0;
    TroubleStage stage = TroubleStage::counting;
    std::string text {};

    /// Whether an ERRED that the portal shows may be ours.
    [[nodiscard]] bool ours() const { return stage != TroubleStage::counting; }
    bool operator==(const Trouble&) const = default;
};

using TroubleMap = std::map<Uuid, Trouble>;

class Troubles {
public:
    explicit Troubles(const Database& database) : database_(database) { }

    Result<TroubleMap> load(Name cluster) const;
    /// Writes only the rows that differ.
    void save(Transaction&, Name cluster, const TroubleMap& before, const TroubleMap& after);

private:
    const Database& database_;
};

} // namespace site

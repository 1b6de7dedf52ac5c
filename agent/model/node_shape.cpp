#include "model/node_shape.hpp"

namespace site {

Share largest_share(const Tres& tres, const NodeShape& shape)
{
    Share best;
    const auto consider = [&](std::uint64_t used, std::uint64_t whole) {
        if (whole == 0)
            return;
        __extension__ using Wide = unsigned __int128; // two 64-bit counts multiplied never wrap
        if (Wide { used } * best.denominator > Wide { best.numerator } * whole)
            best = { used, whole };
    };
    consider(tres.cpu, shape.cpus);
    consider(tres.gpu, shape.gpus);
    consider(tres.memory, shape.memory);
    consider(tres.billing, shape.billing);
    return best;
}

} // namespace site

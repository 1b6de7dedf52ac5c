#pragma once

#include "model/node_shape.hpp"
#include "model/result.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace site {

/// Node shapes as `sinfo` knows them. Billing is not known there and stays 0.
struct NodeShapes {
    std::map<std::string, NodeShape, std::less<>> by_partition;
    NodeShape standard; ///< of the default partition, else of the partition with the most nodes
};

/// Of a partition with several kinds of nodes, the kind with the most nodes; among equals the largest.
/// An error when no line could be read.
/// Format: `sinfo -h -a -e -o %P|%D|%c|%m|%G` of Slurm 22.05 to 24.11; the default partition ends in `*`.
Result<NodeShapes> parse_shapes(std::string_view text);

/// Arguments for that format.
std::vector<std::string> shape_arguments();

/// The number of GPUs in a Gres text: `gpu:2`, `gpu:a100:4(S:0-1),shard:8`, `(null)`.
std::uint64_t gpus_of(std::string_view gres);

} // namespace site

/// Summaries of slots in a row, any of which may change, and of all from a slot on: both in logarithmic time. A segment
/// tree that joins from left to right.
struct WindowTree {
  private var nodes: [WindowSummary] = []
  private var size = 1

  /// Empty slots.
  mutating func reset(slotCount: Int) {
    size = 1
    while size < slotCount { size *= 2 }
    nodes.removeAll(keepingCapacity: true)
    nodes.append(contentsOf: repeatElement(WindowSummary(), count: 2 * size))
  }

  subscript(slot: Int) -> WindowSummary { nodes[size + slot] }

  mutating func set(_ slot: Int, _ summary: WindowSummary) {
    var index = size + slot
    nodes[index] = summary
    while index > 1 {
      index /= 2
      var joined = nodes[2 * index]
      joined.add(nodes[2 * index + 1])
      nodes[index] = joined
    }
  }

  /// Of all slots from `slot` on.
  func summary(from slot: Int) -> WindowSummary {
    guard slot < size else { return WindowSummary() }
    var index = size + slot
    var joined = nodes[index]
    while index > 1 {
      // A left child's neighbour holds the slots that follow its own.
      if index % 2 == 0 { joined.add(nodes[index + 1]) }
      index /= 2
    }
    return joined
  }
}

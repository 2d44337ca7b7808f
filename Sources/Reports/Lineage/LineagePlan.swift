/// Where the boxes of a ``LineageGraph`` stand: columns by level from left to right, and in each an order that crosses few
/// edges. An edge over several columns bends in each of them, so that it passes between boxes.
struct LineagePlan {
  struct Place: Hashable {
    var x: Double
    var y: Double
  }

  static let boxWidth = 168.0
  static let boxHeight = 50.0
  private static let gapX = 36.0
  private static let gapY = 14.0
  private static let bendHeight = 10.0
  private static let margin = 4.0

  private enum Item: Hashable {
    case box(Int)
    /// Of an edge, by its index, in a column.
    case bend(Int, Int)

    var height: Double {
      switch self {
      case .box: boxHeight
      case .bend: bendHeight
      }
    }
  }

  /// The upper left corner of each box.
  private(set) var corners: [Place]
  /// For each edge the points that it goes through, from the right side of a box to the left side of another.
  private(set) var ways: [[Place]] = []
  private(set) var width = 0.0
  private(set) var height = 0.0

  init(_ graph: LineageGraph) {
    let levels = graph.boxes.map(\.level)
    let (first, last) = (levels.min() ?? 0, levels.max() ?? 0)
    var columns: [[Item]] = (first...last).map { level in
      graph.boxes.indices.filter { levels[$0] == level }.map { Item.box($0) }
    }
    var links: [Item: Set<Item>] = [:]
    for (number, edge) in graph.edges.enumerated() {
      let between = levels[edge.from] + 1..<max(levels[edge.from] + 1, levels[edge.to])
      for level in between { columns[level - first].append(.bend(number, level)) }
      let chain: [Item] = [.box(edge.from)] + between.map { .bend(number, $0) } + [.box(edge.to)]
      for (left, right) in zip(chain, chain.dropFirst()) {
        links[left, default: []].insert(right)
        links[right, default: []].insert(left)
      }
    }
    Self.order(&columns, links)
    let places = Self.places(columns)
    corners = graph.boxes.indices.map { places[.box($0)] ?? Place(x: 0, y: 0) }
    width = Double(columns.count) * (Self.boxWidth + Self.gapX) - Self.gapX + 2 * Self.margin
    height = columns.map(Self.height).max().map { $0 + 2 * Self.margin } ?? 0
    ways = graph.edges.enumerated().map { number, edge in
      let (from, to) = (corners[edge.from], corners[edge.to])
      let bends = columns.joined().compactMap { item -> Place? in
        guard case .bend(number, _) = item, let place = places[item] else { return nil }
        return Place(x: place.x, y: place.y + Self.bendHeight / 2)
      }.sorted { $0.x < $1.x }
      let through = bends.flatMap { [$0, Place(x: $0.x + Self.boxWidth, y: $0.y)] }
      return [Place(x: from.x + Self.boxWidth, y: from.y + Self.boxHeight / 2)] + through
        + [Place(x: to.x, y: to.y + Self.boxHeight / 2)]
    }
  }

  /// Each item is drawn to the mean place of those that it is linked with, to and fro.
  private static func order(_ columns: inout [[Item]], _ links: [Item: Set<Item>]) {
    for sweep in 0..<6 {
      let indices = sweep % 2 == 0 ? Array(columns.indices.reversed()) : Array(columns.indices)
      for index in indices {
        let other = sweep % 2 == 0 ? index + 1 : index - 1
        guard columns.indices.contains(other) else { continue }
        let shares = Dictionary(
          uniqueKeysWithValues: columns[other].enumerated().map { place, item in
            (item, (Double(place) + 0.5) / Double(columns[other].count))
          })
        let keys = columns[index].enumerated().map { place, item -> (Double, Int) in
          let near = (links[item] ?? []).compactMap { shares[$0] }.sorted()
          let own = (Double(place) + 0.5) / Double(columns[index].count)
          return (near.isEmpty ? own : near.reduce(0, +) / Double(near.count), place)
        }
        columns[index] = zip(keys, columns[index]).sorted { $0.0 < $1.0 }.map(\.1)
      }
    }
  }

  private static func height(_ column: [Item]) -> Double {
    column.reduce(0) { $0 + $1.height } + gapY * Double(max(0, column.count - 1))
  }

  private static func places(_ columns: [[Item]]) -> [Item: Place] {
    let tallest = columns.map(height).max() ?? 0
    var places: [Item: Place] = [:]
    for (number, column) in columns.enumerated() {
      var y = margin + (tallest - height(column)) / 2
      for item in column {
        places[item] = Place(x: margin + Double(number) * (boxWidth + gapX), y: y)
        y += item.height + gapY
      }
    }
    return places
  }
}

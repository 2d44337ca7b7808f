/// A line without axes, for a card or a cell of a table: the last value is a dot, the lowest and the highest are rings.
struct Sparkline {
  /// What a screen reader calls it.
  let name: String
  let values: [Double?]

  private static let width = 180.0
  private static let height = 40.0
  private static let inset = 5.0
  private static let most = 120

  init(_ name: String, _ values: [Double?]) {
    self.name = name
    self.values = values.drawable
  }

  /// Empty with fewer than two values.
  var html: HTML {
    let known = values.indices.filter { values[$0] != nil }
    guard known.count > 1, let last = known.last else { return "" }
    let ordered = known.sorted { (values[$0] ?? 0, $0) < (values[$1] ?? 0, $1) }
    let (lowest, highest) = (ordered[0], ordered[ordered.count - 1])
    let said = ProfileText.number
    let label = """
      \(name): last \(said(values[last] ?? 0)), lowest \(said(values[lowest] ?? 0)), highest \
      \(said(values[highest] ?? 0)), of \(Format.grouped(known.count))
      """
    let rings =
      lowest == highest ? [] : [lowest, highest].filter { $0 != last && isApart }.map { circle($0, "ring", "2.5") }
    return """
      <svg class="fixed spark" viewBox="0 0 \(SVG.at(Self.width)) \(SVG.at(Self.height))" width="\(SVG.at(Self.width))" \
      role="img" aria-label="\(label)"><path d="\(path)"/>\(rings)\(circle(last, "last", "3.5"))</svg>
      """
  }

  private var range: (low: Double, high: Double) {
    let known = values.compactMap { $0 }
    return (known.min() ?? 0, known.max() ?? 0)
  }

  /// A line that stays where it is has no lowest value.
  private var isApart: Bool { range.high > range.low }

  private func x(_ place: Int) -> Double {
    Self.inset + (Self.width - 2 * Self.inset) * Double(place) / Double(max(1, values.count - 1))
  }

  private func y(_ value: Double) -> Double {
    let share = isApart ? (value / 2 - range.low / 2) / (range.high / 2 - range.low / 2) : 0.5
    return Self.inset + (Self.height - 2 * Self.inset) * (1 - share)
  }

  private var path: String {
    var path = ""
    var last: Int?
    for place in Thinning.kept(values, limit: Self.most) {
      guard let value = values[place] else { continue }
      let isBroken = last.map { Thinning.isBroken(values, from: $0, to: place) } ?? true
      path += (isBroken ? "M" : "L") + SVG.at(x(place)) + " " + SVG.at(y(value))
      last = place
    }
    return path
  }

  private func circle(_ place: Int, _ kind: String, _ radius: String) -> HTML {
    "<circle class=\"\(kind)\" cx=\"\(SVG.at(x(place)))\" cy=\"\(SVG.at(y(values[place] ?? 0)))\" r=\"\(radius)\"/>"
  }
}

/// Lines over dates, rounds or other places, with a band of uncertainty, thresholds and marks.
///
/// A missing value breaks its line; what is no number is missing. Of thousands of points those are drawn that the picture
/// needs, the extremes among them.
struct LineChart {
  struct Line {
    var name: String
    /// One a place.
    var values: [Double?]
  }

  /// Where the first line lies with some confidence.
  struct Band {
    /// `95 % interval`.
    let name: String
    let low: [Double?]
    let high: [Double?]

    /// - Parameters:
    ///   - low: one a place.
    ///   - high: likewise; where an end is missing there is no band.
    init(_ name: String, low: [Double?], high: [Double?]) {
      self.name = name
      self.low = low.drawable
      self.high = high.drawable
    }
  }

  /// Something that happened at a place: a promotion.
  struct Mark {
    /// Of the places, from 0.
    var place: Int
    /// `v3`.
    var label: String
  }

  /// A level that means something.
  struct Threshold {
    var value: Double
    /// `alarm from 0.2`.
    var label: String
  }

  let title: String
  let places: Places
  let lines: [Line]
  var band: Band?
  var marks: [Mark] = []
  /// What the marks are: `promoted`.
  var markName = ""
  var thresholds: [Threshold] = []
  var quantity = Quantity.number
  var note = ""

  /// - Parameter lines: each with a value or nil for every place; more than six share colours.
  init(_ title: String, _ places: Places, _ lines: [Line]) {
    self.title = title
    self.places = places
    self.lines = lines.map { Line(name: $0.name, values: Self.filled($0.values.drawable, places.labels.count)) }
  }

  private static func filled(_ values: [Double?], _ count: Int) -> [Double?] {
    Array(values.prefix(count)) + [Double?](repeating: nil, count: max(0, count - values.count))
  }

  /// Empty where there is nothing to draw.
  var html: HTML {
    guard lines.contains(where: { $0.values.contains { $0 != nil } }) else { return "" }
    return figure.html(LineDrawing(chart: self).html(figure.label))
  }

  // MARK: In words

  private var figure: Figure {
    let kept = tablePlaces
    let left = places.labels.count - kept.count
    let remark =
      "\(Format.grouped(left)) of \(Format.grouped(places.labels.count)) are left out; the extremes are there."
    return Figure(
      title: title, finding: finding, note: note, keys: keys, hasLegendOnPhonesOnly: hasNamesAtEnds,
      header: [places.name] + lines.map(\.name) + (band == nil ? [] : ["From", "To"]), rows: kept.map(row),
      remark: left > 0 ? remark : "")
  }

  private func row(_ place: Int) -> [String] {
    var cells = [places.labels[place]]
    for line in lines { cells.append(quantity.text(line.values[place])) }
    if let band { cells += [quantity.text(band.low.at(place)), quantity.text(band.high.at(place))] }
    return cells
  }

  private var keys: [Figure.Key] {
    var keys = lines.count > 1 ? lines.enumerated().map { Figure.Key(mark: .line, colour: $0, name: $1.name) } : []
    if let band { keys.append(Figure.Key(mark: .area, colour: 0, name: band.name)) }
    return keys
  }

  /// Whether all names have room at the lines' ends, beside the last values.
  var hasNamesAtEnds: Bool {
    (2...6).contains(lines.count) && band == nil && lines.allSatisfy { SVG.width(of: $0.name) <= 140 }
  }

  /// Rows of the table: all where they are few.
  private var tablePlaces: [Int] {
    let most = 120 / (lines.count + (band == nil ? 1 : 3))
    guard places.labels.count > most else { return Array(places.labels.indices) }
    let kept = lines.flatMap { Thinning.kept($0.values, limit: most / lines.count) }
    return Set(kept).sorted()
  }

  private var finding: String {
    let said = lines.prefix(4).compactMap { line -> String? in
      let known = line.values.indices.filter { line.values[$0] != nil }
      guard let first = known.first, let last = known.last else { return nil }
      let name = lines.count > 1 ? "\(line.name): " : ""
      guard known.count > 1 else { return "\(name)\(at(line, first))." }
      let ordered = known.sorted { (line.values[$0] ?? 0, $0) < (line.values[$1] ?? 0, $1) }
      return """
        \(name)first \(at(line, first)), last \(at(line, last)); lowest \(at(line, ordered[0])), \
        highest \(at(line, ordered[ordered.count - 1])).
        """
    }
    return said.joined(separator: " ")
  }

  /// `0.712 (2013-04-01)`.
  private func at(_ line: Line, _ place: Int) -> String {
    "\(quantity.text(line.values[place])) (\(places.labels[place]))"
  }
}

extension [Double?] {
  /// Nil beyond the end, too.
  func at(_ place: Int) -> Double? { indices.contains(place) ? self[place] : nil }
}

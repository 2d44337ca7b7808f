/// A number for each row at each place, as a colour, and with a sign where it crosses a line.
struct HeatMap {
  struct Cell {
    var value: Double
    /// It has crossed a line: drifted.
    var isMarked: Bool
  }

  struct Row {
    var label: String
    /// One a place; nil where there is none.
    var cells: [Cell?]
  }

  let title: String
  /// From left to right.
  let places: [String]
  /// What a place is: `Night`.
  let placeName: String
  let rows: [Row]
  /// Where one colour ends and the next begins, ascending, at most six.
  let bounds: [Double]
  /// What the sign means: `drifted`.
  let markName: String
  var note = ""
  private let rowsLeftOut: Int

  private static let row = 24.0
  private static let top = 24.0
  private static let mostPlaces = 40
  private static let mostRows = 30
  /// Of more places the cells have no room for numbers.
  private static let mostNumbers = 14
  private static let mostNumbersOnPhones = 5
  private static let longestLabel = 130.0

  struct Scheme {
    var bounds: [Double]
    var markName: String
  }

  /// - Parameters:
  ///   - places: what a place is, and their names, of which the last are shown.
  ///   - rows: from above, of which the first are shown.
  init(_ title: String, _ places: (name: String, labels: [String]), _ rows: [Row], _ scheme: Scheme) {
    let first = max(0, places.labels.count - Self.mostPlaces)
    self.title = title
    placeName = places.name
    self.places = Array(places.labels.dropFirst(first))
    self.rows = rows.prefix(Self.mostRows).map { row in
      Row(
        label: row.label,
        cells: (first..<places.labels.count).map { place in
          row.cells.indices.contains(place) ? row.cells[place].flatMap { $0.value.isFinite ? $0 : nil } : nil
        })
    }
    rowsLeftOut = max(0, rows.count - Self.mostRows)
    bounds = Array(scheme.bounds.filter(\.isFinite).sorted().prefix(Shade.count - 1))
    markName = scheme.markName
  }

  /// Empty where there is nothing to draw.
  var html: HTML {
    guard !places.isEmpty, rows.contains(where: { $0.cells.contains { $0 != nil } }) else { return "" }
    let labels = rows.map { SVG.fitted($0.label, into: Self.longestLabel) }
    let plot = Plot(
      height: Self.top + Double(rows.count) * Self.row + 2, left: Room.fitting(labels, atMost: .longNames),
      right: .ticks)
    let names = zip(rows, labels).enumerated().map { index, row -> HTML in
      let title: HTML = row.0.label == row.1 ? "" : "<title>\(ProfileText.clipped(row.0.label, 200))</title>"
      return "<text class=\"end\" dx=\"-8\" y=\"\(SVG.at(middle(index) + 4))\">\(row.1)\(title)</text>"
    }
    let ticks = Places.named(places) { (Double($0) + 0.5) / Double(places.count) }
    return figure.html(
      plot.html(figure.label, [Plot.below(ticks, y: 14)] + names + [boxes] + numbers + [signs]) + scale)
  }

  private func middle(_ row: Int) -> Double { Self.top + (Double(row) + 0.5) * Self.row }
  private func across(_ place: Int) -> String { SVG.share((Double(place) + 0.5) / Double(places.count)) }
  private func shade(_ value: Double) -> Int {
    let step = Double(Shade.count - 1) / Double(max(1, bounds.count))
    return Int((Double(bounds.count { $0 <= value }) * step).rounded())
  }

  /// A path for each colour, in units of cells.
  private var boxes: HTML {
    var paths = [String](repeating: "", count: Shade.count)
    var missing = ""
    for (index, row) in rows.enumerated() {
      for (place, cell) in row.cells.enumerated() {
        let box = "M\(place) \(index)h1v1h-1z"
        if let cell { paths[shade(cell.value)] += box } else { missing += box }
      }
    }
    let filled = paths.enumerated().filter { !$0.element.isEmpty }.map { shade, path -> HTML in
      "<path class=\"h\(shade)\" d=\"\(path)\"/>"
    }
    let empty: HTML = missing.isEmpty ? "" : "<path class=\"none\" d=\"\(missing)\"/>"
    return """
      <svg class="\(places.count > Self.mostNumbers ? "heat fine" : "heat")" y="\(SVG.at(Self.top))" height="\(SVG.at(Double(rows.count) * Self.row))" \
      viewBox="0 0 \(places.count) \(rows.count)" preserveAspectRatio="none">\(filled)\(empty)</svg>
      """
  }

  private var numbers: [HTML] {
    guard places.count <= Self.mostNumbers else { return [] }
    let kind: HTML = places.count > Self.mostNumbersOnPhones ? " roomy" : ""
    return rows.enumerated().map { index, row in
      let texts = row.cells.enumerated().compactMap { place, cell -> HTML? in
        guard let cell else { return nil }
        return "<text class=\"h\(shade(cell.value))\" x=\"\(across(place))\">\(number(cell.value))</text>"
      }
      return "<g class=\"cell mid\(kind)\" transform=\"translate(0 \(SVG.at(middle(index) + 4)))\">\(texts)</g>"
    }
  }

  private func number(_ value: Double) -> String { Format.fixed(value, abs(value) >= 10 ? 0 : 2) }

  /// A dot in the corner, where it hides no number.
  private var signs: HTML {
    let dots = rows.enumerated().flatMap { index, row in
      row.cells.enumerated().compactMap { place, cell -> HTML? in
        guard let cell, cell.isMarked else { return nil }
        let right = SVG.share((Double(place) + 1) / Double(places.count))
        return "<circle cx=\"\(right)\" cy=\"\(SVG.at(middle(index) - 5.5))\" r=\"3\"/>"
      }
    }
    return dots.isEmpty ? "" : "<g class=\"sign\">\(dots)</g>"
  }

  /// What each colour means.
  private var scale: HTML {
    let steps = (0...bounds.count).map { step -> HTML in
      let low = step == 0 ? "below \(text(bounds.first ?? 0))" : "from \(text(bounds[step - 1]))"
      let shade = shade(step == 0 ? -.infinity : bounds[step - 1])
      return "<span><i class=\"swatch h\(shade)\"></i>\(bounds.isEmpty ? "any" : low)</span>"
    }
    let sign: HTML = markName.isEmpty ? "" : "<span><i class=\"sign\"></i>\(markName)</span>"
    let hasGaps = rows.contains { $0.cells.contains { $0 == nil } }
    let gap: HTML = hasGaps ? "<span><i class=\"swatch none\"></i>no value</span>" : ""
    return "<div class=\"legend soft\">\(steps)\(gap)\(sign)</div>"
  }

  private func text(_ bound: Double) -> String { ProfileText.number(bound).trimmingZeros }

  private var figure: Figure {
    Figure(
      title: title, finding: finding, note: note, header: [""] + places,
      rows: rows.map { row in
        [ProfileText.clipped(row.label, 80)]
          + row.cells.map { cell in cell.map { number($0.value) + ($0.isMarked ? " \(markName)" : "") } ?? "–" }
      }, remark: rowsLeftOut > 0 ? "\(Format.grouped(rowsLeftOut)) more rows have no room here." : "")
  }

  private var finding: String {
    let all = rows.flatMap { row in
      row.cells.enumerated().compactMap { place, cell in cell.map { (row.label, place, $0) } }
    }
    guard let most = all.max(by: { $0.2.value < $1.2.value }) else { return "" }
    let marked = all.count { $0.2.isMarked }
    let count = markName.isEmpty ? "" : "; \(Format.grouped(marked)) of \(Format.grouped(all.count)) \(markName)"
    return "Highest: \(most.0), \(places[most.1]), \(number(most.2.value))\(count)."
  }
}

extension String {
  /// `0.2` for `0.2000`.
  var trimmingZeros: String {
    guard contains("."), !contains("e") else { return self }
    var text = self
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}

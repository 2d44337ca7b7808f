/// The picture of a ``LineChart``.
struct LineDrawing {
  let chart: LineChart
  private let scale: Scale
  private let top: Double

  private static let depth = 190.0
  private static let below = 28.0
  /// Units of paths: fine enough for whole numbers on any screen.
  private static let units = (across: 4000.0, down: 1900.0)
  /// Of more places lines are drawn without markers.
  private static let mostMarkers = 40
  /// Of all lines together.
  private static let mostPoints = 700

  init(chart: LineChart) {
    self.chart = chart
    let band = (chart.band?.low ?? []) + (chart.band?.high ?? [])
    let levels = chart.thresholds.compactMap { $0.value.drawable }
    let values: [Double] = (chart.lines.flatMap { $0.values } + band).compactMap { $0 } + levels
    scale = Scale(values.min() ?? 0, values.max() ?? 1)
    top = chart.marks.isEmpty ? 10 : 26
  }

  func html(_ label: String) -> HTML {
    let ticks = scale.ticks.map { (y: y($0), text: chart.quantity.tick($0, of: scale)) }
    let ends = EndLabels(chart: chart, y: y, range: top...top + Self.depth)
    let plot = Plot(
      height: top + Self.depth + Self.below, left: Room.fitting(ticks.map(\.text), atMost: .names), right: ends.room,
      hasNamesAtEnd: chart.hasNamesAtEnds)
    return plot.html(label, Plot.grid(ticks) + marks + thresholds + [paths] + markers + [ends.html, axis])
  }

  private func x(_ place: Int) -> Double { chart.places.positions[place] }
  private func y(_ value: Double) -> Double { top + Self.depth * (1 - scale.share(value)) }

  private var axis: HTML { Plot.below(chart.places.ticks, y: top + Self.depth + 19) }

  // MARK: Lines

  private func point(_ place: Int, _ value: Double) -> String {
    let across = Int((x(place) * Self.units.across).rounded())
    let down = Int(((1 - scale.share(value)) * Self.units.down).rounded())
    return "\(across) \(down)"
  }

  private var paths: HTML {
    let lines = chart.lines.enumerated().map { index, line -> HTML in
      "<path class=\"line c\(index % Figure.colourCount)\" d=\"\(path(line.values))\"/>"
    }
    return """
      <svg class="in" y="\(SVG.at(top))" height="\(SVG.at(Self.depth))" \
      viewBox="0 0 \(SVG.at(Self.units.across)) \(SVG.at(Self.units.down))" preserveAspectRatio="none">\
      \(band)\(lines)</svg>
      """
  }

  private func path(_ values: [Double?]) -> String {
    var path = ""
    var last: Int?
    for place in Thinning.kept(values, limit: Self.mostPoints / (chart.lines.count + (chart.band == nil ? 0 : 2))) {
      guard let value = values[place] else { continue }
      let isBroken = last.map { Thinning.isBroken(values, from: $0, to: place) } ?? true
      path += (isBroken ? "M" : "L") + point(place, value)
      last = place
    }
    return path
  }

  /// The band's stretches without a gap, each there along the upper edge and back along the lower one.
  private var band: HTML {
    guard let band = chart.band else { return "" }
    let both = chart.places.labels.indices.map { place -> Double? in
      band.low.at(place) == nil ? nil : band.high.at(place)
    }
    var (path, stretch) = ("", [Int]())
    func close() -> String {
      let there = stretch.map { point($0, band.high.at($0) ?? 0) }.joined(separator: "L")
      let back = stretch.reversed().map { point($0, band.low.at($0) ?? 0) }.joined(separator: "L")
      return stretch.isEmpty ? "" : "M\(there)L\(back)Z"
    }
    for place in Thinning.kept(both, limit: Self.mostPoints / (chart.lines.count + 2)) {
      if let last = stretch.last, Thinning.isBroken(both, from: last, to: place) {
        path += close()
        stretch = []
      }
      stretch.append(place)
    }
    return "<path class=\"band\" d=\"\(path + close())\"/>"
  }

  // MARK: Markers

  /// At each value where they are few; else where one stands alone.
  private var markers: [HTML] {
    let isFew = chart.places.labels.count <= Self.mostMarkers
    return chart.lines.enumerated().compactMap { index, line in
      let alone = line.values.indices.filter { place in
        line.values[place] != nil && line.values.at(place - 1) == nil && line.values.at(place + 1) == nil
      }
      let shown = isFew ? Array(line.values.indices) : Array(alone.prefix(Self.mostMarkers))
      let parts = shown.compactMap { place in line.values[place].map { marker(index, place, $0) } }
      return parts.isEmpty ? nil : "<g class=\"dot c\(index % Figure.colourCount)\">\(parts)</g>"
    }
  }

  private func marker(_ index: Int, _ place: Int, _ value: Double) -> HTML {
    let (across, down) = (SVG.share(x(place)), SVG.at(y(value)))
    let interval =
      index == 0
      ? chart.band.flatMap { band -> String? in
        guard let low = band.low.at(place), let high = band.high.at(place) else { return nil }
        return " (\(chart.quantity.text(low)) to \(chart.quantity.text(high)))"
      } : nil
    let name = chart.lines.count > 1 ? "\(chart.lines[index].name), " : ""
    let title: HTML =
      "<title>\(name)\(chart.places.labels[place]): \(chart.quantity.text(value))\(interval ?? "")</title>"
    return switch index % 3 {
    case 0: "<circle cx=\"\(across)\" cy=\"\(down)\" r=\"3\">\(title)</circle>"
    default: "<rect x=\"\(across)\" y=\"\(down)\" width=\"6\" height=\"6\">\(title)</rect>"
    }
  }

  // MARK: What stands across

  private var thresholds: [HTML] {
    chart.thresholds.filter { $0.value.isFinite }.map { threshold in
      let down = y(threshold.value)
      let text = down < top + 20 ? down + 14 : down - 5
      return """
        <g class="level"><line x2="100%" y1="\(SVG.at(down))" y2="\(SVG.at(down))"/>\
        <text x="4" y="\(SVG.at(text))">\(SVG.fitted(threshold.label, into: 260))</text></g>
        """
    }
  }

  /// A line down for each, its label above it where it does not touch the one before.
  private var marks: [HTML] {
    let valid = chart.marks.filter { chart.places.labels.indices.contains($0.place) }.sorted { $0.place < $1.place }
    guard !valid.isEmpty else { return [] }
    var free = (wide: -Self.depth, narrow: -Self.depth)
    let parts = valid.map { mark -> HTML in
      let at = x(mark.place)
      let label = SVG.fitted(mark.label, into: 90)
      let width = SVG.width(of: label) + 8
      var text: HTML = ""
      if at * 520 - width / 2 >= free.wide {
        let isRoomy = at * 250 - width / 2 < free.narrow
        let kind: HTML = isRoomy ? " class=\"roomy\"" : ""
        text = "<text\(kind) x=\"\(SVG.share(at))\" y=\"12\">\(label)</text>"
        free.wide = at * 520 + width / 2
        if !isRoomy { free.narrow = at * 250 + width / 2 }
      }
      return
        "<line x1=\"\(SVG.share(at))\" x2=\"\(SVG.share(at))\" y1=\"17\" y2=\"\(SVG.at(top + Self.depth))\"/>\(text)"
    }
    return ["<g class=\"mark mid\">\(parts)</g>"]
  }
}

/// Names and last values at the ends of lines, pushed apart so that they never touch.
struct EndLabels {
  private struct Label {
    var line: Int
    var y: Double
    var value: String
    var name: String
  }

  private let labels: [Label]
  let room: Room

  private static let distance = 15.0
  /// More would not be read.
  private static let most = 6

  init(chart: LineChart, y: (Double) -> Double, range: ClosedRange<Double>) {
    guard chart.lines.count <= Self.most else {
      (labels, room) = ([], .ticks)
      return
    }
    var labels = chart.lines.enumerated().compactMap { index, line -> Label? in
      guard let last = line.values.last(where: { $0 != nil }), let last else { return nil }
      // A line that ends before the last place has a name there, but no value.
      let value = line.values.last.flatMap { $0 }.map { chart.quantity.text($0) } ?? ""
      return Label(line: index, y: y(last), value: value, name: chart.hasNamesAtEnds ? line.name : "")
    }.sorted { ($0.y, $0.line) < ($1.y, $1.line) }
    for index in labels.indices.dropFirst() {
      labels[index].y = max(labels[index].y, labels[index - 1].y + Self.distance)
    }
    var floor = range.upperBound + Self.distance / 2
    for index in labels.indices.reversed() {
      labels[index].y = min(labels[index].y, floor)
      floor = labels[index].y - Self.distance
    }
    self.labels = labels
    // The last label below the axis needs some, too.
    room = Room.fitting(labels.map { $0.name.isEmpty ? $0.value : "\($0.value) \($0.name)" } + ["0000"])
  }

  var html: HTML {
    guard !labels.isEmpty else { return "" }
    let texts = labels.map { label -> HTML in
      let name: HTML = label.name.isEmpty ? "" : "<tspan class=\"roomy\" dx=\"5\">\(label.name)</tspan>"
      return
        "<text x=\"100%\" dx=\"9\" y=\"\(SVG.at(label.y + 4))\"><tspan class=\"ink\">\(label.value)</tspan>\(name)</text>"
    }
    return "<g>\(texts)</g>"
  }
}

/// Small SVG charts: colours from the stylesheet, a title for screen readers, a data table behind each.
enum Charts {
  /// A series of a line chart; nil where there is no value.
  struct Series {
    var name: String
    /// `a`, `b` or `c`: the palette's colours.
    var colour: String
    var values: [Double?]
    /// Places that are marked by a ring: promotions.
    var marks: Set<Int> = []
  }

  private static let width = 640.0
  private static let height = 230.0
  private static let margin = (left: 54.0, right: 14.0, top: 12.0, bottom: 30.0)

  /// Lines over labelled places; `place` says what a place is: a night, a round, a version.
  static func lines(_ title: String, place: String = "Night", labels: [String], _ series: [Series]) -> HTML {
    let values = series.flatMap(\.values).compactMap { $0 }
    guard let low = values.min(), let high = values.max(), labels.count > 0 else { return "" }
    let scale = Scale(low, high)
    let plot = (width: width - margin.left - margin.right, height: height - margin.top - margin.bottom)
    func x(_ index: Int) -> Double {
      margin.left + (labels.count == 1 ? plot.width / 2 : plot.width * Double(index) / Double(labels.count - 1))
    }
    func y(_ value: Double) -> Double {
      margin.top + plot.height * (1 - scale.share(value))
    }
    var parts = scale.ticks.map { tick -> HTML in
      """
      <line class="axis" x1="\(at(margin.left))" x2="\(at(width - margin.right))" y1="\(at(y(tick)))" y2="\(at(y(tick)))"/>\
      <text x="\(at(margin.left - 8))" y="\(at(y(tick) + 4))" text-anchor="end">\(Format.fixed(tick, scale.digits))</text>
      """
    }
    parts += labelParts(labels, x)
    for line in series { parts += lineParts(line, x, y) }
    let rows = labels.enumerated().map { index, label -> [HTML] in
      ["\(label)"] + series.map { "\(Format.metric($0.values[index]))" }
    }
    return figure(title, legend(series), svg(title, parts), header: [place] + series.map(\.name), rows)
  }

  /// At most eight labels, the last always among them, so that they never touch.
  private static func labelParts(_ labels: [String], _ x: (Int) -> Double) -> [HTML] {
    let step = max(1, (labels.count + 6) / 7)
    return labels.indices.filter { (labels.count - 1 - $0) % step == 0 }.map { index in
      let anchor = labels.count == 1 ? "middle" : index == labels.count - 1 ? "end" : index == 0 ? "start" : "middle"
      return "<text x=\"\(at(x(index)))\" y=\"\(at(height - 10))\" text-anchor=\"\(anchor)\">\(labels[index])</text>"
    }
  }

  private static func lineParts(_ line: Series, _ x: (Int) -> Double, _ y: (Double) -> Double) -> [HTML] {
    var parts: [HTML] = []
    var path = ""
    for (index, value) in line.values.enumerated() {
      guard let value else { continue }
      path += (path.isEmpty ? "M" : "L") + at(x(index)) + " " + at(y(value))
    }
    parts.append("<path d=\"\(path)\" fill=\"none\" stroke=\"var(--\(line.colour))\" stroke-width=\"2\"/>")
    for (index, value) in line.values.enumerated() {
      // Many points are a line by themselves.
      guard let value, line.values.count <= 40 || line.marks.contains(index) else { continue }
      let isMarked = line.marks.contains(index)
      parts.append(
        "<circle cx=\"\(at(x(index)))\" cy=\"\(at(y(value)))\" r=\"\(isMarked ? "5.5" : "3")\" fill=\"var(--\(isMarked ? "ground" : line.colour))\" stroke=\"var(--\(line.colour))\" stroke-width=\"2\"/>"
      )
    }
    return parts
  }

  private static func legend(_ series: [Series]) -> HTML {
    let items = series.map { line -> HTML in
      "<span style=\"color:var(--\(line.colour))\" aria-hidden=\"true\">●</span> \(line.name)\(line.marks.isEmpty ? HTML.empty : HTML(raw: " (rings: promoted)"))"
    }
    return HTML(joining: items, by: " &nbsp; ")
  }

  /// Horizontal bars, one a row, each with its number.
  ///
  /// - Parameter isNarrow: drawn for half a page, with shorter labels in letters of the same size.
  static func bars(
    _ title: String, _ bars: [(label: String, value: Double)], isNarrow: Bool = false, text: (Double) -> String
  ) -> HTML {
    let most = max(bars.map(\.value).max() ?? 0, .leastNormalMagnitude)
    let (row, left, right) = (24.0, isNarrow ? 116.0 : 150.0, 70.0)
    let width = isNarrow ? 340.0 : Charts.width
    let parts = bars.enumerated().map { index, bar -> HTML in
      let top = Double(index) * row
      let length = max(1, (width - left - right) * bar.value / most)
      return """
        <text x="\(at(left - 8))" y="\(at(top + 16))" text-anchor="end">\(clipped(bar.label, isNarrow ? 16 : 22))</text>\
        <rect x="\(at(left))" y="\(at(top + 4))" width="\(at(length))" height="\(at(row - 9))" rx="2" fill="var(--a)"/>\
        <text x="\(at(left + length + 6))" y="\(at(top + 16))">\(text(bar.value))</text>
        """
    }
    let rows = bars.map { bar -> [HTML] in ["\(bar.label)", "\(text(bar.value))"] }
    return figure(
      title, "", svg(title, parts, width: width, height: row * Double(bars.count)), header: ["", "Value"], rows)
  }

  /// Shares of two samples side by side in each bin.
  static func pairs(
    _ title: String, _ bins: [(label: String, reference: Double, current: Double)], reference: String = "training"
  ) -> HTML {
    let most = max(bins.flatMap { [$0.reference, $0.current] }.max() ?? 0, .leastNormalMagnitude)
    let (w, h, bottom) = (320.0, 130.0, 22.0)
    let slot = w / Double(max(1, bins.count))
    var parts: [HTML] = [
      "<line class=\"axis\" x1=\"0\" x2=\"\(at(w))\" y1=\"\(at(h - bottom))\" y2=\"\(at(h - bottom))\"/>"
    ]
    for (index, bin) in bins.enumerated() {
      for (offset, (value, colour)) in [(bin.reference, "a"), (bin.current, "b")].enumerated() {
        let length = (h - bottom - 6) * value / most
        parts.append(
          "<rect x=\"\(at(Double(index) * slot + slot * (0.12 + 0.38 * Double(offset))))\" y=\"\(at(h - bottom - length))\" width=\"\(at(slot * 0.36))\" height=\"\(at(length))\" fill=\"var(--\(colour))\"/>"
        )
      }
    }
    if let first = bins.first, let last = bins.last, bins.count > 1 {
      parts.append(
        "<text x=\"0\" y=\"\(at(h - 6))\">\(clipped(first.label, 20))</text><text x=\"\(at(w))\" y=\"\(at(h - 6))\" text-anchor=\"end\">\(clipped(last.label, 20))</text>"
      )
    }
    let rows = bins.map { bin -> [HTML] in
      ["\(bin.label)", "\(Format.percent(bin.reference))", "\(Format.percent(bin.current))"]
    }
    let legend: HTML =
      "<span style=\"color:var(--a)\" aria-hidden=\"true\">■</span> \(reference) &nbsp; <span style=\"color:var(--b)\" aria-hidden=\"true\">■</span> now"
    return figure(
      title, legend, svg(title, parts, width: w, height: h),
      header: ["Bin", reference == "training" ? "Training" : "Before", "Now"], rows)
  }

  /// Bars beside each other without gaps; the axis says where the first begins and the last ends.
  static func histogram(_ title: String, _ bins: [(label: String, value: Double)], from: String, to: String) -> HTML {
    let most = max(bins.map(\.value).max() ?? 0, .leastNormalMagnitude)
    let (w, h, bottom) = (320.0, 120.0, 22.0)
    let slot = w / Double(max(1, bins.count))
    var parts: [HTML] = [
      "<line class=\"axis\" x1=\"0\" x2=\"\(at(w))\" y1=\"\(at(h - bottom))\" y2=\"\(at(h - bottom))\"/>"
    ]
    for (index, bin) in bins.enumerated() where bin.value > 0 {
      // A bin with anything in it is seen.
      let length = max(1, (h - bottom - 4) * bin.value / most)
      parts.append(
        "<rect x=\"\(at(Double(index) * slot))\" y=\"\(at(h - bottom - length))\" width=\"\(at(max(1, slot - 1)))\" height=\"\(at(length))\" fill=\"var(--a)\"/>"
      )
    }
    parts.append(
      "<text x=\"0\" y=\"\(at(h - 6))\">\(clipped(from, 22))</text><text x=\"\(at(w))\" y=\"\(at(h - 6))\" text-anchor=\"end\">\(clipped(to, 22))</text>"
    )
    let rows = bins.map { bin -> [HTML] in ["\(bin.label)", "\(Format.grouped(Int(bin.value)))"] }
    return figure(title, "", svg(title, parts, width: w, height: h), header: ["Values", "Rows"], rows)
  }

  /// A curve over the unit square with the diagonal that it is compared with.
  static func unitCurve(_ title: String, _ points: [(x: Double, y: Double)], xTitle: String, yTitle: String, dots: Bool)
    -> HTML
  {
    let frame = UnitFrame()
    var parts = frame.axes(xTitle, yTitle)
    let path = points.enumerated().map { ($0 == 0 ? "M" : "L") + at(frame.x($1.x)) + " " + at(frame.y($1.y)) }.joined()
    parts.append("<path d=\"\(path)\" fill=\"none\" stroke=\"var(--a)\" stroke-width=\"2\"/>")
    if dots {
      parts += points.map {
        "<circle cx=\"\(at(frame.x($0.x)))\" cy=\"\(at(frame.y($0.y)))\" r=\"3\" fill=\"var(--a)\"/>"
      }
    }
    let rows = points.map { point -> [HTML] in ["\(Format.fixed(point.x, 3))", "\(Format.fixed(point.y, 3))"] }
    return figure(
      title, "", svg(title, parts, width: frame.width, height: frame.height), header: [xTitle, yTitle], rows)
  }

  /// Rows of about the same score: how often they are positive, with an interval.
  struct ReliabilityBin {
    var score: Double
    var rate: Double
    var low: Double?
    var high: Double?
    var rowCount: Int
  }

  /// Frequencies over scores, each with its interval, and the diagonal on which they would be equal.
  static func reliability(_ title: String, _ bins: [ReliabilityBin]) -> HTML {
    let frame = UnitFrame()
    var parts = frame.axes("Mean score", "Observed rate")
    for bin in bins {
      if let low = bin.low, let high = bin.high {
        parts.append(
          "<line x1=\"\(at(frame.x(bin.score)))\" x2=\"\(at(frame.x(bin.score)))\" y1=\"\(at(frame.y(low)))\" y2=\"\(at(frame.y(high)))\" stroke=\"var(--a)\" stroke-opacity=\"0.55\"/>"
        )
      }
      parts.append(
        "<circle cx=\"\(at(frame.x(bin.score)))\" cy=\"\(at(frame.y(bin.rate)))\" r=\"3\" fill=\"var(--a)\"/>")
    }
    let rows = bins.map { bin -> [HTML] in
      [
        "\(Format.fixed(bin.score, 3))", "\(Format.fixed(bin.rate, 3))",
        "\(bin.low.map { Format.fixed($0, 3) } ?? "–") to \(bin.high.map { Format.fixed($0, 3) } ?? "–")",
        "\(Format.grouped(bin.rowCount))",
      ]
    }
    return figure(
      title, "", svg(title, parts, width: frame.width, height: frame.height),
      header: ["Mean score", "Observed rate", "Interval", "Rows"], rows)
  }

  /// A line without axes, for a card.
  static func sparkline(_ title: String, _ values: [Double]) -> HTML {
    guard values.count > 1, let low = values.min(), let high = values.max() else { return "" }
    let (w, h) = (220.0, 40.0)
    let span = max(high - low, .leastNormalMagnitude)
    let points = values.enumerated().map { index, value in
      at(4 + (w - 8) * Double(index) / Double(values.count - 1)) + "," + at(4 + (h - 8) * (1 - (value - low) / span))
    }
    let last = points[points.count - 1].split(separator: ",").map(String.init)
    return svg(
      title,
      [
        "<polyline points=\"\(points.joined(separator: " "))\" fill=\"none\" stroke=\"var(--a)\" stroke-width=\"2\"/><circle cx=\"\(last[0])\" cy=\"\(last[1])\" r=\"3\" fill=\"var(--a)\"/>"
      ], width: w, height: h)
  }

  /// Steps after each other on one axis of seconds.
  static func timeline(_ title: String, _ steps: [(label: String, seconds: Double, note: String)]) -> HTML {
    let total = max(steps.reduce(0) { $0 + $1.seconds }, .leastNormalMagnitude)
    let (row, left, right) = (24.0, 130.0, 90.0)
    var begun = 0.0
    let parts = steps.enumerated().map { index, step -> HTML in
      let top = Double(index) * row
      let start = left + (width - left - right) * begun / total
      let length = max(2, (width - left - right) * step.seconds / total)
      begun += step.seconds
      return """
        <text x="\(at(left - 8))" y="\(at(top + 16))" text-anchor="end">\(clipped(step.label, 18))</text>\
        <rect x="\(at(start))" y="\(at(top + 5))" width="\(at(length))" height="\(at(row - 11))" rx="2" fill="var(--\(step.seconds > 0 ? "a" : "line"))"/>\
        <text x="\(at(start + length + 6))" y="\(at(top + 16))">\(step.note)</text>
        """
    }
    let rows = steps.map { step -> [HTML] in ["\(step.label)", "\(step.note)"] }
    return figure(title, "", svg(title, parts, height: row * Double(steps.count)), header: ["Step", "Time"], rows)
  }

  /// Boxes from left to right, each list a column, with an arrow from each column to the next.
  static func chain(_ title: String, _ columns: [[(title: String, detail: String)]]) -> HTML {
    let (boxWidth, boxHeight, gapX, gapY) = (172.0, 50.0, 34.0, 12.0)
    let most = columns.map(\.count).max() ?? 0
    let h = Double(most) * (boxHeight + gapY) + gapY
    let w = Double(columns.count) * (boxWidth + gapX) - gapX + 4
    var parts: [HTML] = []
    for (column, boxes) in columns.enumerated() {
      let left = 2 + Double(column) * (boxWidth + gapX)
      let used = Double(boxes.count) * (boxHeight + gapY) - gapY
      for (index, box) in boxes.enumerated() {
        let top = (h - used) / 2 + Double(index) * (boxHeight + gapY)
        parts.append(
          """
          <rect x="\(at(left))" y="\(at(top))" width="\(at(boxWidth))" height="\(at(boxHeight))" rx="6" fill="var(--fill)" stroke="var(--a)"/>\
          <text x="\(at(left + 10))" y="\(at(top + 21))" style="fill:var(--ink)">\(clipped(box.title, 24))</text>\
          <text x="\(at(left + 10))" y="\(at(top + 38))">\(clipped(box.detail, 24))</text>
          """)
      }
      guard column < columns.count - 1 else { continue }
      let (from, to, middle) = (left + boxWidth + 3, left + boxWidth + gapX - 4, h / 2)
      parts.append(
        "<path d=\"M\(at(from)) \(at(middle))L\(at(to)) \(at(middle))m-7 -5l7 5l-7 5\" fill=\"none\" stroke=\"var(--soft)\" stroke-width=\"1.5\"/>"
      )
    }
    return "<div class=\"scroll\">\(svg(title, parts, width: w, height: h, isScaled: false))</div>"
  }

  // MARK: Parts

  /// The unit square on paper, with the diagonal.
  private struct UnitFrame {
    let width = 320.0
    let height = 250.0
    private let left = 46.0
    private let right = 10.0
    private let top = 8.0
    private let bottom = 38.0

    func x(_ value: Double) -> Double { left + (width - left - right) * value }
    func y(_ value: Double) -> Double { top + (height - top - bottom) * (1 - value) }

    func axes(_ xTitle: String, _ yTitle: String) -> [HTML] {
      var parts: [HTML] = [0, 0.5, 1].map { tick in
        """
        <line class="axis" x1="\(at(x(0)))" x2="\(at(x(1)))" y1="\(at(y(tick)))" y2="\(at(y(tick)))"/>\
        <text x="\(at(x(0) - 6))" y="\(at(y(tick) + 4))" text-anchor="end">\(Format.fixed(tick, 1))</text>\
        <text x="\(at(x(tick)))" y="\(at(y(0) + 15))" text-anchor="\(tick == 1 ? "end" : "middle")">\(Format.fixed(tick, 1))</text>
        """
      }
      parts.append(
        "<line x1=\"\(at(x(0)))\" y1=\"\(at(y(0)))\" x2=\"\(at(x(1)))\" y2=\"\(at(y(1)))\" stroke=\"var(--soft)\" stroke-dasharray=\"4 4\"/>"
      )
      parts.append(
        "<text x=\"\(at(x(0.5)))\" y=\"\(at(height - 4))\" text-anchor=\"middle\">\(xTitle)</text><text x=\"12\" y=\"\(at(y(0.5)))\" text-anchor=\"middle\" transform=\"rotate(-90 12 \(at(y(0.5))))\">\(yTitle)</text>"
      )
      return parts
    }
  }

  private static func svg(
    _ title: String, _ parts: [HTML], width: Double = width, height: Double = height, isScaled: Bool = true
  ) -> HTML {
    let size: HTML = isScaled ? "width=\"\(at(width))\"" : "width=\"\(at(width))\" style=\"max-width:none\""
    return
      "<svg viewBox=\"0 0 \(at(width)) \(at(height))\" \(size) role=\"img\" aria-label=\"\(title)\"><title>\(title)</title>\(parts)</svg>"
  }

  private static func figure(_ title: String, _ legend: HTML, _ chart: HTML, header: [String], _ rows: [[HTML]]) -> HTML
  {
    """
    <figure><figcaption>\(title)\(legend == "" ? "" : "<br>" + legend)</figcaption>\(chart)\
    <details><summary>Numbers</summary>\(Table.table(header, numeric: Set(1..<max(2, header.count)), rows))</details></figure>
    """
  }

  /// By scalars: one letter may have any number of marks.
  private static func clipped(_ text: String, _ count: Int) -> String { ProfileText.clipped(text, count) }

  /// A coordinate with one digit behind the point.
  private static func at(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
  }
}

/// An axis from a round number to a round number, within a thousand billions on either side of 0.
struct Scale {
  let low: Double
  let high: Double
  let ticks: [Double]
  /// Digits behind the point that tell the ticks apart.
  let digits: Int

  private static let bound = 1e12

  /// Steps of 1, 2 or 5 times a power of ten, three to seven of them.
  init(_ lowest: Double, _ highest: Double) {
    let (smallest, largest) = (Self.bounded(lowest), Self.bounded(highest))
    let span = largest > smallest ? largest - smallest : max(abs(largest), 1) * 0.1
    var step = 1e-9
    var digits = 9
    search: for power in -9...12 {
      for factor in [1.0, 2, 5] {
        step = factor * Scale.power(power)
        digits = max(0, -power)
        if span / step <= 5 { break search }
      }
    }
    let first = (smallest / step).rounded(.down)
    let last = max((largest / step).rounded(.up), first + 1)
    low = first * step
    high = last * step
    ticks = (0...Int(last - first)).map { (first + Double($0)) * step }
    self.digits = digits
  }

  /// Where a value stands on the axis, 0...1; what lies beyond an end stands at it.
  func share(_ value: Double) -> Double { min(1, max(0, (Self.bounded(value) - low) / (high - low))) }

  private static func bounded(_ value: Double) -> Double { value.isNaN ? 0 : min(bound, max(-bound, value)) }

  private static func power(_ exponent: Int) -> Double {
    exponent >= 0 ? (0..<exponent).reduce(1.0) { value, _ in value * 10 } : 1 / power(-exponent)
  }
}

/// Horizontal bars from zero, one a row, each with its number; or dots with whiskers on an axis that need not begin at zero.
struct BarChart {
  struct Bar {
    var label: String
    var value: Double
    /// Where the value lies with some confidence.
    var interval: ClosedRange<Double>?
    /// Beside the number: `60 rows`.
    var note = ""
  }

  enum Style {
    /// Lengths, that compare as numbers do: always from zero.
    case bars
    /// Estimates with whiskers, on an axis as long as they need.
    case dots
  }

  let title: String
  let bars: [Bar]
  /// How many have no room.
  let leftOut: Int
  /// What a row is: `Feature`.
  var name = ""
  var style = Style.bars
  var quantity = Quantity.number
  /// A level to compare with, as that of all rows.
  var reference: LineChart.Threshold?
  var note = ""

  private static let row = 24.0
  /// Of more rows the first are shown.
  private static let most = 60
  private static let longestLabel = 130.0
  private static let longestNote = 140.0

  /// - Parameter bars: from above; those that cannot be drawn are left out.
  init(_ title: String, _ bars: [Bar]) {
    let drawable = bars.filter { $0.value.isFinite }
    self.title = title
    self.bars = drawable.prefix(Self.most).map { bar in
      var bar = bar
      if let interval = bar.interval, !interval.lowerBound.isFinite || !interval.upperBound.isFinite {
        bar.interval = nil
      }
      return bar
    }
    leftOut = bars.count - self.bars.count
  }

  /// Empty where there is nothing to draw.
  var html: HTML {
    guard !bars.isEmpty else { return "" }
    let scale = self.scale
    let labels = bars.map { SVG.fitted($0.label, into: Self.longestLabel) }
    let rows = zip(bars, labels).enumerated().map { index, bar in row(bar.0, bar.1, index, scale) }
    let plot = Plot(
      height: Double(bars.count) * Self.row + (hasAxis ? 24 : 0), left: Room.fitting(labels, atMost: .longNames),
      right: hasAxis ? .ticks : Room.fitting(bars.map(said), atMost: .longNames))
    return figure.html(plot.html(figure.label, back(scale) + rows))
  }

  private var hasAxis: Bool { style == .dots }

  private var scale: Scale {
    let ends = bars.flatMap { [$0.value, $0.interval?.lowerBound, $0.interval?.upperBound].compactMap { $0 } }
    let values = ends + [reference?.value].compactMap { $0?.drawable }
    switch style {
    case .bars: return Scale.bars(values)
    case .dots: return Scale(values.min() ?? 0, values.max() ?? 1, tickCount: 4)
    }
  }

  private func said(_ bar: Bar) -> String { quantity.text(bar.value) + (bar.note.isEmpty ? "" : " · " + bar.note) }

  /// The axis behind the rows: a line at zero, or ticks.
  private func back(_ scale: Scale) -> [HTML] {
    let bottom = Double(bars.count) * Self.row
    func line(_ value: Double) -> HTML {
      let x = SVG.share(scale.share(value))
      return "<line x1=\"\(x)\" x2=\"\(x)\" y2=\"\(SVG.at(bottom))\"/>"
    }
    var parts: [HTML] = ["<g class=\"grid\">\((hasAxis ? scale.ticks : [0]).map(line))</g>"]
    if hasAxis {
      let ticks = scale.ticks.map {
        Places.Tick(position: scale.share($0), label: quantity.tick($0, of: scale), isForWide: false)
      }
      parts.append(Plot.below(ticks, y: bottom + 16))
    }
    if let reference, reference.value.isFinite {
      parts.append("<g class=\"level\">\(line(reference.value))</g>")
    }
    return parts
  }

  private func row(_ bar: Bar, _ label: String, _ index: Int, _ scale: Scale) -> HTML {
    let (top, zero, end) = (Double(index) * Self.row, scale.share(0), scale.share(bar.value))
    let title: HTML = label == bar.label ? "" : "<title>\(ProfileText.clipped(bar.label, 200))</title>"
    let whisker = bar.interval.map { interval -> HTML in
      let (low, high) = (scale.share(interval.lowerBound), scale.share(interval.upperBound))
      return """
        <line class="whisker" x1="\(SVG.share(low))" x2="\(SVG.share(high))" y1="\(SVG.at(top + 12))" y2="\(SVG.at(top + 12))"/>
        """
    }
    let name: HTML = "<text class=\"end\" dx=\"-8\" y=\"\(SVG.at(top + 16))\">\(label)\(title)</text>"
    if style == .dots {
      return """
        \(name)\(whisker ?? "")<g class="dot c0"><circle cx="\(SVG.share(end))" cy="\(SVG.at(top + 12))" r="4">\
        <title>\(bar.label): \(said(bar))</title></circle></g>
        """
    }
    let far = max(end, bar.interval.map { scale.share($0.upperBound) } ?? 0, zero)
    return """
      \(name)<g class="c0"><rect class="column" x="\(SVG.share(min(zero, end)))" y="\(SVG.at(top + 4))" \
      width="\(SVG.share(abs(end - zero)))" height="16"/></g>\(whisker ?? "")\
      <text x="\(SVG.share(far))" dx="7" y="\(SVG.at(top + 16))">\(SVG.fitted(said(bar), into: Self.longestNote))</text>
      """
  }

  private var figure: Figure {
    let hasIntervals = bars.contains { $0.interval != nil }
    let hasNotes = bars.contains { !$0.note.isEmpty }
    return Figure(
      title: title, finding: finding, note: note, header: header(hasIntervals, hasNotes),
      rows: bars.map { bar in
        [ProfileText.clipped(bar.label, 200), quantity.text(bar.value)]
          + (hasIntervals ? [bar.interval.map(said) ?? "–"] : []) + (hasNotes ? [bar.note] : [])
      }, remark: leftOut > 0 ? "\(Format.grouped(leftOut)) more have no room here." : "")
  }

  private func header(_ hasIntervals: Bool, _ hasNotes: Bool) -> [String] {
    [name, "Value"] + (hasIntervals ? ["Interval"] : []) + (hasNotes ? [""] : [])
  }

  private func said(_ interval: ClosedRange<Double>) -> String {
    "\(quantity.text(interval.lowerBound)) to \(quantity.text(interval.upperBound))"
  }

  private var finding: String {
    guard let most = bars.max(by: { $0.value < $1.value }), let least = bars.min(by: { $0.value < $1.value }) else {
      return ""
    }
    guard bars.count > 1 else { return "\(most.label): \(quantity.text(most.value))." }
    return
      "\(bars.count) rows; most: \(most.label), \(quantity.text(most.value)); least: \(least.label), \(quantity.text(least.value))."
  }
}
